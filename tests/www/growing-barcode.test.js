import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GrowingBarcode } from '../../www/views/growing-barcode.js';

/** @param {number[]} dims @param {number[]} births @param {number[]} deaths */
const found = (dims, births, deaths) => ({ dims: Uint8Array.from(dims), births: Float32Array.from(births), deaths: Float32Array.from(deaths) });

test('what was found is ordered by dimension', () => {
  const growing = new GrowingBarcode({ maxDim: 1, threshold: null }, async () => {});
  growing.add(found([1, 0], [2, 0], [3, 1]));
  growing.add(found([0], [0], [Infinity]));
  const { maxDim, threshold, dims, births, deaths } = growing.barcode();
  assert.deepEqual([maxDim, threshold, [...dims], [...births], [...deaths]], [1, Infinity, [0, 0, 1], [0, 0, 2], [1, Infinity, 3]]);
});

test('a short run shows nothing, a long one a picture at a time', async (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  let shown = 0;
  /** @type {() => void} */
  let drawn = () => {};
  const growing = new GrowingBarcode({ maxDim: 1, threshold: 2 }, () => { shown += 1; return new Promise((resolve) => { drawn = resolve; }); });
  const add = () => growing.add(found([0], [0], [1]));
  add();
  assert.equal(shown, 0);
  now = 1000;
  add();
  add();
  assert.equal(shown, 1);
  drawn();
  await growing.drawing;
  add();
  assert.equal(shown, 1, 'a moment of rest');
  now = 2000;
  add();
  assert.equal(shown, 2);
});
