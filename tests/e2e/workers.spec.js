/** Workers that do not start or run out of memory. */
import { expect, test } from '@playwright/test';
import { openBlank } from './blank.js';

/** @typedef {import('@playwright/test').Page} Page */

test.beforeEach(() => test.skip(test.info().project.name !== 'isolated', 'needs threads, or is the same without'));

/** @param {Page} page @param {string} state */
const reached = (page, state) => page.waitForFunction((wanted) => document.documentElement.dataset.state === wanted, state, { timeout: 60_000 });

for (const [how, body, reason] of /** @type {[string, string, RegExp][]} */ ([
  ['cannot start', 'throw new Error("spoilt")', /a thread could not start/],
  ['never reports', 'await new Promise(() => {})', /threads did not start within/],
])) {
  test(`where a thread ${how} the plain build does`, async ({ page }) => {
    let asked = 0;
    // First the engine imports the file, then each thread becomes a worker of it.
    await page.route('**/snippets/**', (route) => ((asked += 1) === 1 ? route.continue() : route.fulfill({ contentType: 'text/javascript', body })));
    await page.goto('/#v=1&n=60');
    await reached(page, 'done');
    expect(asked).toBeGreaterThan(1);
    await expect(page.locator('#build')).toContainText('no threads');
    await expect(page.locator('#build')).toHaveAttribute('title', reason);
  });
}

test('the page makes every thread, none is made by a worker', async ({ page }) => {
  await page.addInitScript(() => {
    const { Worker } = window;
    let threads = 0;
    Object.defineProperty(window, 'threadsMade', { get: () => threads });
    window.Worker = class extends Worker {
      /** @param {any} message @param {any} [transfer] */
      postMessage(message, transfer) {
        if (message.type === 'wasm_bindgen_worker_init') threads += 1;
        super.postMessage(message, transfer);
      }
    };
  });
  await page.goto('/#v=1&n=60');
  await reached(page, 'done');
  const made = await page.evaluate(() => /** @type {any} */ (window).threadsMade);
  await expect(page.locator('#build')).toContainText(`${made} thread`);
});

/**
 * A WebAssembly module whose memory cannot grow beyond a limit.
 * @param {Buffer} module
 * @param {number} nPages of 64 KiB
 */
function limited(module, nPages) {
  /** @param {number} at @returns {[value: number, next: number]} */
  const number = (at) => {
    let value = 0;
    for (let shift = 0; ; shift += 7, at += 1) {
      value |= (module[at] & 127) << shift;
      if (module[at] < 128) return [value, at + 1];
    }
  };
  /** @param {number} value @returns {number[]} */
  const written = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...written(value >>> 7)]);
  for (let at = 8; at < module.length; ) {
    const [size, body] = number(at + 1);
    if (module[at] === 5) {
      const [least] = number(body + 2); // one memory, no limit
      expect([module[body], module[body + 1]]).toEqual([1, 0]);
      const limits = [1, 1, ...written(least), ...written(nPages)];
      return Buffer.concat([module.subarray(0, at), Buffer.from([5, ...written(limits.length), ...limits]), module.subarray(body + size)]);
    }
    at = body + size;
  }
  throw new Error('the module has no memory of its own');
}

test('where memory runs out, fewer samples run together', async ({ page, browser }, info) => {
  /** @param {Page} where */
  const run = (where) => where.evaluate(async () => {
    const index = await (await fetch('/models/index.json')).json();
    const entry = index.networks.find((/** @type {any} */ { id }) => id === 'resnet-fashion-mnist-8');
    const network = await window.scope.loadNetwork(`/models/${entry.file}`);
    const values = Float32Array.from({ length: 32 * 28 * 28 }, (_, i) => ((i * 31) % 251) / 251);
    const data = { kind: 'samples', name: 'noise', n: 32, shape: [1, 28, 28], values, labels: null, classes: [], notes: [] };
    const { layers, notes, memory } = await window.scope.analyse({ network, data, samples: 32, layers: ['block05', 'logits'], maxDim: 0 });
    return { points: layers.map((/** @type {any} */ layer) => [...layer.points]), notes, memory };
  });
  await openBlank(page, info.project.name);
  const free = await run(page);
  expect(free.notes).toEqual([]);

  const context = await browser.newContext();
  const short = await context.newPage();
  await short.route('**/network/bettiscope_bg.wasm', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: limited(await response.body(), Math.floor(free.memory / 2 ** 16) - 6) });
  });
  await openBlank(short, info.project.name);
  const found = await run(short);
  expect(found.notes.join()).toMatch(/memory ran out, so that samples ran in groups of (8|4|2|1) instead of 16/);
  expect(found.memory).toBeLessThan(free.memory);
  expect(found.points.map((/** @type {any[]} */ p) => p.length)).toEqual(free.points.map((/** @type {any[]} */ p) => p.length));
  const furthest = Math.max(...found.points.flatMap((/** @type {number[]} */ points, /** @type {number} */ i) => points.map((value, k) => Math.abs(value - free.points[i][k]))));
  expect(furthest).toBeLessThan(1e-4);
  await context.close();
});
