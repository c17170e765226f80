import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headOf, inDepthOrder, layerOf } from '../../www/bettiscope/analysis.js';

const layer = (/** @type {string} */ id, heads = 1) => ({ id, label: `block · ${id}`, op: 'Add', kind: 'other', block: 0, partOf: null, parameters: 0, heads, shape: [null, 4], depth: 0, observed: true });
const network = /** @type {any} */ ({ layers: [layer('a'), layer('b', 12), layer('c#head=2')] });

test('heads follow each other within their layer, and layers the network', () => {
  assert.deepEqual(inDepthOrder(network, ['c#head=2', 'b#head=12', 'input', 'b#head=2', 'b', 'a']), ['a', 'b', 'b#head=2', 'b#head=12', 'c#head=2']);
  assert.deepEqual(headOf('b#head=12'), { tensor: 'b', head: 12 });
  assert.equal(layerOf(network, 'b#head=3')?.label, 'block · b · head 3');
});

test('a head that is not there is named', () => {
  for (const id of ['b#head=13', 'b#head=0', 'a#head=2', 'gone']) assert.throws(() => inDepthOrder(network, [id]), new RegExp(`no layer “${id}”`));
});
