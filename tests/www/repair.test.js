import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repairLayers, repairSources } from '../../www/repair.js';
import { defaults } from '../../www/state.js';

const catalog = { networks: [{ id: 'a', checkpoint: 'untrained' }, { id: 'b', checkpoint: 'trained' }], datasets: [{ id: 'd' }, { id: 'e' }] };
const nothing = { networks: new Set(), data: new Set() };

test('a link that leaves network and data open gets the trained one and the first data', () => {
  const choices = defaults();
  assert.deepEqual(repairSources(choices, catalog, nothing), []);
  assert.deepEqual([choices.network, choices.data], ['b', 'd']);
});

test('own files of someone else become the default without a word, unknown names are reported', () => {
  const choices = { ...defaults(), network: 'own-1', data: 'gone' };
  const problems = repairSources(choices, catalog, nothing);
  assert.deepEqual([choices.network, choices.data], ['b', 'd']);
  assert.equal(problems.length, 1);
  assert.match(problems[0], /“gone”/);
});

test('own files that are still loaded stay', () => {
  const choices = { ...defaults(), network: 'own-1', data: 'e' };
  assert.deepEqual(repairSources(choices, catalog, { networks: new Set(['own-1']), data: new Set() }), []);
  assert.deepEqual([choices.network, choices.data], ['own-1', 'e']);
});

test('layers the network lacks are dropped and named', () => {
  const choices = { ...defaults(), layers: ['x', 'y'] };
  assert.match(repairLayers(choices, new Set(['x']))[0], /“y”.*the others/);
  assert.deepEqual(choices.layers, ['x']);
  assert.match(repairLayers(choices, new Set(['z']))[0], /default/);
  assert.equal(choices.layers, null);
});
