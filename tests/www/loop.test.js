import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loopAt } from '../../www/loop.js';

/** @param {[number, number, number][]} edges */
const graph = (edges) => ({ pairs: Uint32Array.from(edges.flatMap(([a, b]) => [a, b])), lengths: Float32Array.from(edges, ([, , length]) => length) });

const SQUARE = graph([[0, 1, 1], [1, 2, 1], [2, 3, 1], [3, 0, 1], [0, 2, Math.SQRT2], [1, 3, Math.SQRT2]]);

test('the loop of a square has its four corners', () => {
  assert.deepEqual(new Set(loopAt(SQUARE, 4, 1)), new Set([0, 1, 2, 3]));
});

test('the shorter way around is taken', () => {
  const pentagonWithChord = graph([[0, 1, 1], [1, 2, 1], [2, 3, 1], [3, 4, 1], [1, 4, 1.5], [4, 0, 2]]);
  assert.deepEqual(new Set(loopAt(pentagonWithChord, 5, 2)), new Set([0, 1, 4]));
});

test('there is no loop where no edge is as long as the birth', () => {
  assert.equal(loopAt(SQUARE, 4, 5), null);
  assert.equal(loopAt(SQUARE, 4, 0.5), null);
});

test('an edge that only joins two pieces opens no loop', () => {
  assert.equal(loopAt(graph([[0, 1, 1], [1, 2, 2]]), 3, 2), null);
});
