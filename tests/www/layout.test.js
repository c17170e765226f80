import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planeOf } from '../../www/layout.js';

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
