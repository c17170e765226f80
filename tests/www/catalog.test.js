import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { counterpart, dataByGroup, firstChoice, matchingData, seriesByGroup, siblings } from '../../www/catalog.js';

/** @type {import('../../www/catalog.js').Catalog} */
const catalog = JSON.parse(readFileSync(new URL('../../models/index.json', import.meta.url), 'utf8'));
const { networks, datasets } = catalog;
const all = seriesByGroup(networks).flatMap(({ series }) => series);

test('every bundled network is offered exactly once, in a training whose checkpoints are in order', () => {
  assert.deepEqual(all.flatMap(({ members }) => members.map(({ id }) => id)).toSorted(), networks.map(({ id }) => id).toSorted());
  for (const { members } of all) {
    assert.ok(members.every((network, i) => i === 0 || members[i - 1].epoch < network.epoch));
    assert.deepEqual(siblings(networks, members[0].id), members);
  }
  assert.equal(new Set(all.map(({ label }) => label)).size, all.length, 'no two trainings have the same label');
});

test('the page begins with a trained network of images', () => {
  const first = firstChoice(networks);
  assert.deepEqual([first?.kind, first?.stage], ['image', 'trained']);
});

test('every network finds data of its own set, in the part that was shown', () => {
  for (const network of networks) {
    for (const shown of ['fashion-mnist-train', 'fashion-mnist-test']) {
      const found = datasets.find(({ id }) => id === matchingData(datasets, network, shown));
      assert.equal(found?.kind, network.kind);
      assert.ok(found?.id.startsWith(network.dataset));
      if (datasets.some(({ id }) => id === `${network.dataset}-test`)) assert.equal(found?.id.split('-').at(-1), shown.split('-').at(-1));
    }
  }
});

test('bundled data are offered to networks of their kind only', () => {
  const offered = /** @type {const} */ (['image', 'text']).flatMap((kind) => dataByGroup(datasets, kind).flatMap(({ data }) => data));
  assert.deepEqual(offered.map(({ id }) => id).toSorted(), datasets.map(({ id }) => id).toSorted());
});

test('another family is entered at the same checkpoint, a shorter training at its end', () => {
  const [long, other] = all.filter(({ members }) => members.length > 2);
  const short = all.find(({ members }) => members.length !== long.members.length);
  const shown = long.members[1].id;
  if (other) assert.equal(counterpart(other.members, long.members, shown), other.members.length === long.members.length ? other.members[1] : other.members.at(-1));
  if (short) assert.equal(counterpart(short.members, long.members, shown), short.members.at(-1));
});
