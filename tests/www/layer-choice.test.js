import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandChoice, shortenChoice } from '../../www/layer-choice.js';
import { fromHash, toHash } from '../../www/state.js';

const layers = [{ id: 'input', observed: true }, ...Array.from({ length: 300 }, (_, i) => ({ id: `/encoder/layer.${i}/attention/Add_output_0`, observed: i % 100 === 0, heads: 12 }))];
const offer = { layers, presets: [{ name: 'every residual add', layers: layers.slice(1).filter((_, i) => i % 3 === 0).map(({ id }) => id) }] };
const id = (/** @type {number} */ i) => layers[i + 1].id;

test('whatever is chosen comes back from the address, which stays short', () => {
  const choices = [
    ['input', id(0), id(100), id(200)], [id(7)], ['input', ...offer.presets[0].layers], offer.presets[0].layers,
    layers.slice(1).map((layer) => layer.id), [id(3), id(4), id(5), id(9), `${id(9)}#head=2`, `${id(9)}#head=12`], ['input', id(2), `${id(2)}#head=1`, id(30), id(31), id(32), id(299)],
  ];
  for (const ids of choices) {
    const word = shortenChoice(ids, offer);
    const link = toHash({ ...fromHash('').choices, layers: word });
    assert.ok(link.length < 200, link);
    const again = expandChoice(fromHash(link).choices.layers, offer);
    assert.deepEqual(new Set(again), new Set(ids));
    assert.equal(again.length, ids.length);
  }
  assert.equal(shortenChoice(['input', id(200), id(0), id(100)], offer), null, 'the proposal needs no words');
  assert.deepEqual(shortenChoice(['input', ...offer.presets[0].layers], offer), ['input', '*every-residual-add']);
});

test('what is not of this network stays to be reported', () => {
  for (const word of ['~400', '~1-999', '~x', '*nothing', 'gone']) assert.deepEqual(expandChoice([word], offer), [word]);
});
