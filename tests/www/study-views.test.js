import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Report } from '../../www/bettiscope/report.js';
import { checkStudy } from '../../www/bettiscope/study.js';
import { QUESTIONS } from '../../www/state.js';
import { Collection, mainDescriptors, profileOf } from '../../www/views/study/collection.js';
import { correlationWords, relation, relationPoints, similarity, trainingMap } from '../../www/views/study/other-figures.js';
import { sheet } from '../../www/views/study/profiles.js';
import { sentences } from '../../www/views/study/sentences.js';
import { tween } from '../../www/views/study/tween.js';
import { VIEWS, hasTraining, questionOf, viewOf } from '../../www/views/study/views.js';

const DESCRIPTORS = [
  { name: 'lifespans-0', label: 'Lifespans 0', formula: 'Σ', source: 'Magai', cloud: 'per class', unit: 'Rips diameter' },
  { name: 'phdim-0', label: 'PHdim₀', formula: 'α/(1−β)', source: 'Magai', cloud: 'pooled', unit: '' },
];

/** A report of made-up numbers: three checkpoints of one family, three layers. @param {Record<string, any>} [fields] of every network @param {string} [stem] */
function report(fields = {}, stem = 'vgg') {
  const layers = ['block01', 'block02', 'logits'].map((id, i) => ({ id, label: id, depth: (i + 1) / 3 }));
  const networks = [1, 2, 3].map((checkpoint) => ({
    id: `${stem}-${checkpoint}`, network: `${stem}-${checkpoint}`, name: `${stem} ${checkpoint}`, family: stem, familyName: stem.toUpperCase(), dataset: 'd', data: 'd-train',
    checkpoint, stage: ['untrained', 'epoch 1', 'trained'][checkpoint - 1], epoch: checkpoint - 1, testAccuracy: [0.1, 0.8, 0.9][checkpoint - 1], layers, ...fields,
  }));
  const study = checkStudy({ bettiscope: 'study', version: 1, networks: networks.map(({ id }) => id) });
  const made = new Report({ study, made: { date: '2026-01-01', version: 'v', build: 'plain', seconds: 1 }, networks, descriptors: DESCRIPTORS });
  networks.forEach(({ id }, n) => layers.forEach((layer, l) => {
    const row = (/** @type {string} */ descriptor, /** @type {string} */ of, /** @type {number | null} */ value, /** @type {number} */ repetition = 0) =>
      ({ descriptor, class: of, repetition, value, low: value === null ? null : value - 1, high: value === null ? null : value + 1, n: 300 });
    made.add(id, {
      layer: { ...layer, op: '', shape: [], nPoints: 300, nCoords: 8 }, fits: [], clouds: [],
      rows: [row('lifespans-0', 'cat', 100 - 10 * n * l), row('lifespans-0', 'mean', 90 - 10 * n * l), row('phdim-0', 'all', l === 2 && n === 2 ? null : 10 + n)],
    });
  }));
  return made;
}

test('questions of the address are the views', () => {
  assert.deepEqual(VIEWS.map(({ id }) => id), QUESTIONS);
  assert.equal(viewOf('training').id, 'training');
  assert.equal(questionOf('attacks'), 'attacks');
  assert.equal(questionOf('profiles-vit'), 'profile');
  assert.equal(questionOf('raw-resnet'), 'profile');
});

test('a profile is the mean over the classes, or all points where nothing else is', () => {
  const { members: [first] } = new Collection([report()]);
  assert.deepEqual(profileOf(first, 'lifespans-0').rows.map(({ value }) => value), [90, 90, 90]);
  assert.equal(profileOf(first, 'lifespans-0').cloud, 'mean');
  assert.equal(profileOf(first, 'phdim-0').cloud, 'all');
});

test('batches of a row become their mean, and say so', () => {
  const one = report();
  for (const { record } of one.records()) record.rows.push({ ...record.rows[1], repetition: 1, value: 110 });
  const { members: [first] } = new Collection([one]);
  const [row] = profileOf(first, 'lifespans-0').rows;
  assert.equal(row.value, 100);
  assert.match(row.note, /mean of 2 batches/);
});

test('reports side by side keep their networks apart and their families together', () => {
  const collection = new Collection([report(), report({}, 'vit'), report()]);
  assert.deepEqual(collection.families.map(({ name, members }) => [name, members.length]), [['VGG', 6], ['VIT', 3]]);
  assert.equal(new Set(collection.members.map(({ key }) => key)).size, 9);
  assert.deepEqual(mainDescriptors(collection), ['lifespans-0', 'phdim-0']);
  assert.ok(collection.families.every(hasTraining));
});

test('the sheet has a row per descriptor and a panel per family, and every number can be reached', () => {
  const drawing = sheet(new Collection([report(), report({}, 'vit')]), ['lifespans-0', 'phdim-0'], 'trained');
  const figure = drawing.figure(1000);
  assert.deepEqual(figure.rows.map((/** @type {any} */ row) => row.cells.length), [2, 2]);
  assert.equal(drawing.marks.length, 2 * 2 * 9 - 2, 'one undefined value in each family');
  const [untrained, , best] = figure.rows[0].cells[0].series;
  assert.equal(untrained.low, undefined, 'only the best has its spread');
  assert.deepEqual(best.low, [89, 69, 49]);
  assert.equal(best.value, 0.9);
  assert.equal(drawing.figure(390).columns, 2, 'panels flow on a phone');
});

test('an undefined value breaks the line', () => {
  const drawings = viewOf('profile').drawings(contextOf(new Collection([report()])));
  assert.deepEqual(drawings.map(({ id }) => id), ['lines-lifespans-0', 'lines-phdim-0']);
  assert.deepEqual(drawings[1].figure(400).series[2].y, [12, 12, null]);
});

/** @param {Collection} collection @returns {import('../../www/views/study/views.js').Context} */
function contextOf(collection) {
  return { view: VIEWS[0], collection, descriptors: ['lifespans-0', 'phdim-0'], descriptor: 'lifespans-0', family: collection.families[0], lines: collection.members.slice(-1), layer: 'logits', step: 1, bands: 'trained', measure: 'cka', correlation: null };
}

test('each view says what it lacks', () => {
  const nothing = new Collection([]);
  for (const view of VIEWS) assert.notEqual(view.lacks(nothing), '', view.id);
  const collection = new Collection([report()]);
  const answered = VIEWS.filter((view) => !view.lacks(collection)).map(({ id }) => id);
  assert.deepEqual(answered, ['profile', 'training', 'architectures', 'generalisation']);
  assert.equal(viewOf('attacks').lacks(new Collection([report({ attack: { strength: 0.1, macroF1: 0.5 } })])), '');
});

test('the training map has a row per layer and a column per checkpoint', () => {
  const collection = new Collection([report()]);
  const drawing = trainingMap(collection, collection.families[0].members, 'phdim-0', 1);
  const figure = drawing.figure(400);
  assert.deepEqual(figure.rowNames, ['block01', 'block02', 'logits']);
  assert.deepEqual(figure.values, [10, 11, 12, 10, 11, 12, 10, 11, null]);
  assert.equal(drawing.marks.length, 9, 'undefined ones can be reached too');
});

test('a relation pairs numbers with test errors', () => {
  const { members } = new Collection([report()]);
  assert.deepEqual(relationPoints(members, 'lifespans-0', 'logits').map(({ row, error }) => [row.value, Math.round(10 * error)]), [[90, 9], [70, 2], [50, 1]]);
  assert.equal(relationPoints(members, 'phdim-0', 'logits').length, 2, 'undefined values are no points');
  const found = { n: 3, pearson: 0.9, pearsonLow: 0.5, pearsonHigh: 1, spearman: null, spearmanLow: null, spearmanHigh: null };
  assert.equal(correlationWords(found), 'Pearson 0.9 (0.5 to 1), Spearman undefined; 3 networks');
  const figure = relation(new Collection([report()]), members, 'lifespans-0', 'logits', found).figure(600);
  assert.match(figure.note, /^Pearson 0\.9/);
});

test('a similarity matrix is a heat map that tells both layers', () => {
  const matrix = { measure: 'cka', a: 'vgg-1', b: 'vgg-1', rows: ['block01', 'logits'], columns: ['block01', 'logits'], values: [[1, 0.25], [0.25, null]] };
  const drawing = similarity(matrix, 0, new Collection([report()]));
  assert.deepEqual(drawing.figure(400).values, [1, 0.25, 0.25, null]);
  assert.deepEqual(drawing.marks[1].lines, ['block01 and logits', 'linear CKA, debiased: 0.25']);
});

test('words come from the numbers', () => {
  const context = contextOf(new Collection([report()]));
  assert.match(sentences('profile', context).join(' '), /Lifespans 0 \(trained, 90\.0 %\) falls from 90 at block01 to 50 at logits/);
  assert.match(sentences('training', context).join(' '), /changes most at logits: from 90 to 50/);
  assert.deepEqual(sentences('profile', contextOf(new Collection([]))), []);
});

test('bars move by rank, and no bar is lost or turned around on the way', () => {
  const barcode = (/** @type {number[]} */ dims, /** @type {number[]} */ births, /** @type {number[]} */ deaths) =>
    ({ maxDim: 1, threshold: Infinity, dims: Uint8Array.from(dims), births: Float32Array.from(births), deaths: Float32Array.from(deaths), edges: new Uint32Array(0) });
  const between = tween(barcode([0, 0, 1], [0, 0, 1], [2, Infinity, 3]), barcode([0, 0, 1, 1], [0, 0, 2, 2.5], [4, Infinity, 5, 3]));
  const half = between(0.5);
  assert.deepEqual([...half.dims], [0, 0, 1, 1]);
  assert.deepEqual([...half.deaths], [Infinity, 3, 4, 2.875], 'the longest first; a new one grows from its middle');
  for (const share of [0, 0.3, 1]) between(share).deaths.forEach((death, i) => assert.ok(death >= between(share).births[i]));
});
