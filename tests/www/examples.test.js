import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXAMPLES, makeExample } from '../../www/examples.js';

test('examples hold as many finite numbers as they say', () => {
  for (const id of Object.keys(EXAMPLES)) {
    const { points, n, nCoords } = makeExample(id, 7);
    assert.equal(points.length, n * nCoords);
    assert.ok(points.every(Number.isFinite));
  }
});
