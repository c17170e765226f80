import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeExample } from '../../www/examples.js';
import { barcodeRows, csv, json } from '../../www/export.js';

test('cells with commas and quotes are quoted, infinity is inf', () => {
  assert.equal(csv([['a', 'b'], ['x, "y"', Infinity]]), 'a,b\n"x, ""y""",inf\n');
});

test('barcode rows name the merging points of H0', () => {
  const none = 0xffffffff;
  const rows = barcodeRows({ maxDim: 1, threshold: Infinity, dims: Uint8Array.of(0, 1), births: Float32Array.of(0, 1), deaths: Float32Array.of(2, 3), edges: Uint32Array.of(4, 5, none, none) });
  assert.deepEqual(rows.slice(1), [[0, 0, 2, 2, 4, 5], [1, 1, 3, 2, '', '']]);
});

test('JSON holds typed arrays as lists and infinity as a word', () => {
  assert.equal(json({ deaths: Float32Array.of(1, Infinity), threshold: Infinity }), '{"deaths":[1,"inf"],"threshold":"inf"}');
});

test('examples depend on nothing but their seed', () => {
  const [a, b, c] = [makeExample('torus', 3), makeExample('torus', 3), makeExample('torus', 4)];
  assert.deepEqual(a.points, b.points);
  assert.notDeepEqual(a.points, c.points);
  assert.equal(a.points.length, a.n * a.nCoords);
});
