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
