import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bettiNumbers, edgesUpTo, lastScale, summary, tellingScale } from '../../www/betti.js';

/** The corners of a unit square. */
const square = {
  maxDim: 1, threshold: Infinity, dims: Uint8Array.of(0, 0, 0, 0, 1), births: Float32Array.of(0, 0, 0, 0, 1),
  deaths: Float32Array.of(1, 1, 1, Infinity, Math.SQRT2), edges: new Uint32Array(10).fill(0xffffffff),
};

test('Betti numbers count intervals that are closed at birth and open at death', () => {
  assert.deepEqual(bettiNumbers(square, 0), [4, 0]);
  assert.deepEqual(bettiNumbers(square, 0.999), [4, 0]);
  assert.deepEqual(bettiNumbers(square, 1), [1, 1]);
  assert.deepEqual(bettiNumbers(square, 1.5), [1, 0]);
});

test('the summary leaves essential intervals out of sums', () => {
  const [pieces, loops] = summary(square);
  assert.deepEqual([pieces.count, pieces.essential, pieces.sum], [4, 1, 3]);
  assert.equal(loops.longestAt, 4);
  assert.ok(Math.abs(loops.longest - 0.41421356) < 1e-6);
});

test('the first scale shown lies inside the longest loop', () => {
  assert.ok(tellingScale(square) > 1 && tellingScale(square) < Math.SQRT2);
  assert.equal(lastScale(square), Math.fround(Math.SQRT2));
});

test('edges up to a scale include those exactly that long', () => {
  const lengths = Float32Array.of(1, 1, 2, 3);
  assert.deepEqual([0.5, 1, 2.5, 9].map((scale) => edgesUpTo(lengths, scale)), [0, 2, 3, 4]);
});
