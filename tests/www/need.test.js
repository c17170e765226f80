import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pointsPerSample } from '../../www/bettiscope/need.js';

test('where positions are points, a sample gives as many as layers have and as shall be in all', () => {
  const layer = (/** @type {(number | null)[]} */ shape) => /** @type {any} */ ({ shape });
  const map = layer([null, 16, 4, 4]);
  assert.equal(pointsPerSample('mean', 10, 1000, [map]), 1);
  assert.equal(pointsPerSample('positions', 100, 1000, [map]), 10);
  assert.equal(pointsPerSample('positions', 10, 1000, [map]), 16);
  assert.equal(pointsPerSample('positions', 10, 1000, [map, layer([null, null, 32])]), 100); // nobody knows how many tokens a text has
  assert.equal(pointsPerSample('positions', 10, 1000, [layer([null, 10])]), 1);
  assert.equal(pointsPerSample('positions', 5000, 1000, [map]), 1);
});
