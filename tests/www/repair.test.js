import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repairLayers, repairSources } from '../../www/repair.js';
import { defaults } from '../../www/state.js';

const network = (/** @type {string} */ id, /** @type {string} */ stage, kind = 'image', dataset = 'd') => ({ id, stage, kind, dataset, family: dataset, group: 'family', checkpoint: 1 });
const catalog = /** @type {any} */ ({
  networks: [network('a', 'untrained'), network('b', 'trained'), network('t', 'trained', 'text', 'words')],
  datasets: [{ id: 'd-train', kind: 'image' }, { id: 'd-test', kind: 'image' }, { id: 'words-test', kind: 'text' }],
});
const nothing = { networks: new Map(), data: new Map() };
const brought = /** @type {any} */ ((/** @type {string} */ key, /** @type {string} */ kind) => new Map([[key, { name: key, kind }]]));

test('a link that leaves network and data open gets the trained one and the first data', () => {
  const choices = defaults();
  assert.deepEqual(repairSources(choices, catalog, nothing), []);
  assert.deepEqual([choices.network, choices.data], ['b', 'd-train']);
});

test('own files of someone else become the default without a word, unknown names are reported', () => {
  const choices = { ...defaults(), network: 'own-1', data: 'gone' };
  const problems = repairSources(choices, catalog, nothing);
  assert.deepEqual([choices.network, choices.data], ['b', 'd-train']);
  assert.equal(problems.length, 1);
  assert.match(problems[0], /“gone”/);
});

test('own files that are still loaded stay', () => {
  const choices = { ...defaults(), network: 'own-1', data: 'd-test' };
  assert.deepEqual(repairSources(choices, catalog, { networks: brought('own-1', 'image'), data: new Map() }), []);
  assert.deepEqual([choices.network, choices.data], ['own-1', 'd-test']);
});

test('a network of texts gets texts, and texts alone get a network that reads them', () => {
  const choices = Object.assign(defaults(), { network: 't' });
  assert.deepEqual(repairSources(choices, catalog, nothing), []);
  assert.equal(choices.data, 'words-test');
  const texts = Object.assign(defaults(), { data: 'words-test' });
  assert.deepEqual(repairSources(texts, catalog, nothing), []);
  assert.equal(texts.network, 't');
  const mixed = { ...defaults(), network: 'b', data: 'words-test' };
  assert.match(repairSources(mixed, catalog, nothing)[0], /reads images/);
  assert.equal(mixed.data, 'd-train');
  const own = Object.assign(defaults(), { network: 'own-1', data: 'd-test' });
  repairSources(own, catalog, { networks: brought('own-1', 'text'), data: new Map() });
  assert.equal(own.data, 'words-test');
});

test('layers the network lacks are dropped and named', () => {
  const choices = { ...defaults(), layers: ['x', 'y'] };
  assert.match(repairLayers(choices, (word) => word === 'x')[0], /“y”.*the others/);
  assert.deepEqual(choices.layers, ['x']);
  assert.match(repairLayers(choices, (word) => word === 'z')[0], /default/);
  assert.equal(choices.layers, null);
});
