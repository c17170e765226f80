import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planeOf, planeOfPairs } from '../../www/layout.js';

/** @param {number[][]} points @returns {Float32Array} strict lower triangle */
const distances = (points) => Float32Array.from(points.flatMap((p, i) => points.slice(0, i).map((q) => Math.hypot(...p.map((v, k) => v - q[k])))));

test('points of the plane come back with their distances', async () => {
  const points = [[0, 0], [4, 0], [4, 1], [0, 1], [1, 0.2]];
  const given = distances(points);
  const plane = await planeOf(given, points.length);
  const found = distances(points.map((_, i) => [plane[2 * i], plane[2 * i + 1]]));
  given.forEach((d, i) => assert.ok(Math.abs(d - found[i]) < 1e-3, `${d} became ${found[i]}`));
});

test('equal points and a single point have a place', async () => {
  assert.deepEqual([...(await planeOf(new Float32Array(3), 3))].map(Math.abs), [0, 0, 0, 0, 0, 0]);
  assert.equal((await planeOf(new Float32Array(0), 1)).every(Number.isFinite), true);
});

test('a ring of pairs is laid out as a ring, and other pieces beside it', async () => {
  const n = 60;
  const ring = Array.from({ length: n }, (_, i) => [i, (i + 1) % n]);
  const pairs = Uint32Array.from([...ring, [n, n + 1]].flat());
  const plane = await planeOfPairs({ nPoints: n + 2, pairs, lengths: new Float32Array(n + 1).fill(1) });
  const alone = await planeOfPairs({ nPoints: n, pairs: pairs.slice(0, 2 * n), lengths: new Float32Array(n).fill(1) });
  const radii = Array.from({ length: n }, (_, i) => Math.hypot(alone[2 * i], alone[2 * i + 1]));
  assert.ok(Math.min(...radii) > 0.8 * Math.max(...radii), `radii ${Math.min(...radii)} to ${Math.max(...radii)}`);
  assert.ok([...plane].every(Number.isFinite));
  const apart = (/** @type {number} */ i, /** @type {number} */ j) => Math.hypot(plane[2 * i] - plane[2 * j], plane[2 * i + 1] - plane[2 * j + 1]);
  assert.ok(apart(n, n + 1) < apart(0, n));
});

test('ways along pairs of points of the plane give their distances back', async () => {
  const points = Array.from({ length: 30 }, (_, i) => [i % 6, Math.floor(i / 6)]);
  const all = points.flatMap((_p, i) => points.slice(0, i).map((_q, j) => [i, j]));
  const given = distances(points);
  const plane = await planeOfPairs({ nPoints: 30, pairs: Uint32Array.from(all.flat()), lengths: given });
  const found = distances(points.map((_, i) => [plane[2 * i], plane[2 * i + 1]]));
  given.forEach((d, i) => assert.ok(Math.abs(d - found[i]) < 1e-2, `${d} became ${found[i]}`));
});

test('pairs of no length and points without any have a place', async () => {
  for (const [n, pairs] of /** @type {[number, number[]][]} */ ([[3, []], [2, [0, 1]], [1, []]])) {
    const plane = await planeOfPairs({ nPoints: n, pairs: Uint32Array.from(pairs), lengths: new Float32Array(pairs.length / 2) });
    assert.equal([...plane].every(Number.isFinite), true);
  }
});
