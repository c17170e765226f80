import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pool } from '../../www/bettiscope/pool.js';

/** Workers that answer when told to. */
function fakes() {
  let started = 0;
  return {
    started: () => started,
    spawn: async () => {
      started += 1;
      return /** @type {any} */ ({ ended: false, number: started, end() { this.ended = true; } });
    },
  };
}

test('tasks beyond the size of the pool wait for their turn', async () => {
  const { spawn, started } = fakes();
  const pool = new Pool(spawn, 2);
  let running = 0;
  let most = 0;
  const task = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running -= 1;
  };
  await Promise.all(Array.from({ length: 7 }, () => pool.run(task)));
  assert.equal(most, 2);
  assert.equal(started(), 2);
});

test('stopping a task ends its worker, and the next task has a fresh one', async () => {
  const { spawn } = fakes();
  const pool = new Pool(spawn, 1);
  const controller = new AbortController();
  /** @type {any} */
  let first;
  const run = pool.run((worker) => {
    first = worker;
    return new Promise((_, reject) => { worker.end = () => { worker.ended = true; reject(new Error('ended')); }; });
  }, controller.signal);
  await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  await assert.rejects(run);
  assert.equal(first.ended, true);
  const second = await pool.run(async (/** @type {any} */ worker) => worker);
  assert.notEqual(/** @type {any} */ (second).number, first.number);
});

test('a task that waits can be stopped without disturbing the one that runs', async () => {
  const { spawn, started } = fakes();
  const pool = new Pool(spawn, 1);
  /** @type {(value?: unknown) => void} */
  let finish = () => {};
  const running = pool.run(() => new Promise((resolve) => { finish = resolve; }));
  const controller = new AbortController();
  const waiting = pool.run(async () => 'late', controller.signal);
  controller.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
  finish('done');
  assert.equal(await running, 'done');
  assert.equal(await pool.run(async () => 'next'), 'next');
  assert.equal(started(), 1);
});

test('a worker that cannot start fails its task and is replaced', async () => {
  let tries = 0;
  const pool = new Pool(async () => {
    tries += 1;
    if (tries === 1) throw new Error('no module');
    return /** @type {any} */ ({ ended: false, end() {} });
  }, 1);
  await assert.rejects(pool.run(async () => 1), /no module/);
  assert.equal(await pool.run(async () => 2), 2);
});

test('work on all workers shares them with work that comes later, and takes them back', async () => {
  const pool = new Pool(fakes().spawn, 4);
  const party = (/** @type {number} */ total) => {
    const seen = { done: 0, now: 0, most: 0, begun: 0 };
    const work = {
      begin: async () => { seen.begun += 1; },
      step: async () => {
        seen.now += 1;
        seen.most = Math.max(seen.most, seen.now);
        left -= 1;
        await new Promise((resolve) => setTimeout(resolve, 2));
        seen.now -= 1;
        seen.done += 1;
      },
      isDone: () => left === 0,
    };
    let left = total;
    return { seen, work };
  };
  const long = party(200);
  const short = party(20);
  const running = pool.spread(4, long.work);
  await new Promise((resolve) => setTimeout(resolve, 10));
  const one = pool.run(async () => long.seen.done);
  await pool.spread(4, short.work);
  assert.ok(long.seen.done < 150, `the short one waited for ${long.seen.done} steps`);
  assert.ok((await one) < 60);
  assert.equal(short.seen.most, 2);
  await running;
  assert.deepEqual([long.seen.done, short.seen.done, long.seen.most], [200, 20, 4]);
  assert.ok(short.seen.begun <= 4 && long.seen.begun <= 12, 'workers are not passed to and fro');
});

test('the failure of one lane ends the others', async () => {
  const { spawn } = fakes();
  const pool = new Pool(spawn, 2);
  let steps = 0;
  const step = async () => {
    steps += 1;
    if (steps === 5) throw new Error('broken');
    await new Promise((resolve) => setTimeout(resolve, 2));
  };
  await assert.rejects(pool.spread(2, { begin: async () => {}, step, isDone: () => false }), /broken/);
  assert.equal(await pool.run(async () => 'still here'), 'still here');
});
