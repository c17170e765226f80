import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { MAX_LINK_CHARACTERS, PRESETS, STUDY_DEFAULTS, checkStudy, compactStudy, decodeStudy, encodeStudy, maxDimOf, parseStudy } from '../../www/bettiscope/study.js';

const schema = JSON.parse(readFileSync(new URL('../../docs/study.schema.json', import.meta.url), 'utf8'));
const bySchema = new Ajv2020({ allowUnionTypes: true }).compile(schema);
const minimal = { bettiscope: 'study', version: 1, networks: ['resnet'] };
const possible = { networks: ['resnet', 'vgg'], data: ['train', 'test'], descriptors: ['lifespans-0', 'lifespans-1', 'phdim-0'] };

/** Documents that are possible, for the checker and for the schema. */
const GOOD = {
  'the shortest one': minimal,
  'every field': {
    ...minimal, name: 'all', networks: ['resnet', { url: 'https://host/a.onnx', name: 'mine' }, { id: 'vgg', data: 'test' }], data: { image: 'train', text: 'default' },
    perClass: 100, samples: 1000, clouds: 'pooled', firstClasses: 9, seed: 0, layers: ['input', 'logits'], pooling: 'class-token', inputRange: '-1..1',
    scaling: 'none', metric: 'angular', descriptors: ['lifespans-0', 'phdim-0'], repetitions: 2, phdim: { sizes: [50, 90], draws: 3, repeats: 2, scaling: 'min-max' },
    alpha: 0.5, factor: 0.5, bettiScale: 2, hops: { k: 35, threshold: 1.5 },
    compare: [{ measures: ['cka', 'rtd'], between: 'layers' }, { between: [['resnet', 'vgg']], batch: 100, batches: 3 }],
  },
};
for (const [name, preset] of Object.entries(PRESETS)) Object.assign(GOOD, { [`the preset ${name}`]: { ...minimal, ...preset } });
for (const [name, document] of Object.entries(GOOD)) {
  test(`a study with ${name} is possible`, () => {
    assert.ok(bySchema(document), JSON.stringify(bySchema.errors));
    const study = checkStudy(document, possible);
    assert.deepEqual(Object.keys(study), Object.keys(STUDY_DEFAULTS), 'complete, and in the order of the defaults');
    assert.deepEqual(checkStudy(compactStudy(study), possible), study);
  });
}

/** @type {[any, RegExp][]} what is wrong, and what the message must say */
const BAD = [
  [[], /no study/],
  [{ ...minimal, bettiscope: 'report' }, /report, not a study/],
  [{ ...minimal, version: 2 }, /version 2.*version 1/],
  [{ ...minimal, networks: [] }, /networks is empty/],
  [{ ...minimal, networks: 'resnet' }, /networks is “resnet”; it must be a list/],
  [{ ...minimal, networks: [{ name: 'x' }] }, /networks\[0\] must have either/],
  [{ ...minimal, networks: [{ id: 'vgg', url: 'x' }] }, /either “id”/],
  [{ ...minimal, networks: ['resnet', 'resnet'] }, /networks\[1\] repeats/],
  [{ ...minimal, perclass: 3 }, /no field “perclass”; do you mean “perClass”/],
  [{ ...minimal, colour: 'red' }, /no field “colour”; possible are bettiscope, /],
  [{ ...minimal, perClass: 1.5 }, /perClass is 1.5; it must be a whole number from 2/],
  [{ ...minimal, samples: '3000' }, /samples is “3000”/],
  [{ ...minimal, scaling: 'minmax' }, /scaling is “minmax”; possible are min-max, none/],
  [{ ...minimal, metric: null }, /metric is null; possible are euclidean/],
  [{ ...minimal, layers: [] }, /layers is \[\]; possible are “observed”/],
  [{ ...minimal, descriptors: [] }, /descriptors is empty/],
  [{ ...minimal, phdim: { sizes: 'large' } }, /phdim.sizes is “large”; possible are magai, birdal, gptid/],
  [{ ...minimal, phdim: { sizes: [50] } }, /at least two sizes/],
  [{ ...minimal, phdim: { draw: 7 } }, /phdim has a field “draw”; possible are sizes, draws/],
  [{ ...minimal, alpha: 0 }, /alpha is 0; it must be a number above 0/],
  [{ ...minimal, data: {} }, /data is empty/],
  [{ ...minimal, compare: [{ measures: ['cca'] }] }, /compare\[0\].measures\[0\] is “cca”; possible are cka/],
  [{ ...minimal, compare: [{ between: [['resnet']] }] }, /pair of names/],
];
for (const [document, words] of BAD) {
  test(`refused in words: ${words.source}`, () => {
    assert.throws(() => checkStudy(document), (/** @type {any} */ error) => error.kind === 'invalid-study' && words.test(error.message));
    assert.ok(!bySchema(document), 'the schema refuses it too');
  });
}

test('names that do not exist are refused with those that do', () => {
  const refused = (/** @type {any} */ fields, /** @type {RegExp} */ words) => assert.throws(() => checkStudy({ ...minimal, ...fields }, possible), words);
  refused({ networks: ['restnet'] }, /networks\[0\] is “restnet”; possible are resnet, vgg/);
  refused({ data: 'all' }, /data is “all”; possible are train, test/);
  refused({ descriptors: ['betti'] }, /descriptors\[0\] is “betti”; possible are lifespans-0/);
});

test('the defaults of the schema are those of the page', () => {
  for (const [field, { default: fallback }] of Object.entries(/** @type {Record<string, any>} */ (schema.properties))) {
    if (fallback !== undefined) assert.deepEqual(fallback, /** @type {any} */ (STUDY_DEFAULTS)[field], field);
  }
  assert.deepEqual(Object.keys(schema.properties), Object.keys(STUDY_DEFAULTS));
  for (const group of /** @type {const} */ (['phdim', 'hops'])) {
    const defaults = Object.entries(schema.properties[group].properties).map(([field, value]) => [field, /** @type {any} */ (value).default]);
    assert.deepEqual(Object.fromEntries(defaults), STUDY_DEFAULTS[group]);
  }
});

test('a study survives its link', async () => {
  const study = checkStudy(GOOD['every field'], possible);
  const link = await encodeStudy(study);
  assert.match(link, /^[\w-]+$/);
  assert.deepEqual(await decodeStudy(link), study);
  assert.ok((await encodeStudy(checkStudy(minimal))).length < 120);
});

test('a study too long for a link is refused, damaged links are named', async () => {
  const networks = Array.from({ length: 900 }, (_, i) => `network-${Math.imul(i + 1, 2654435761) >>> 0}`);
  await assert.rejects(encodeStudy(checkStudy({ ...minimal, networks })), /characters, a link holds 6,000; save the study as a file/);
  const link = await encodeStudy(checkStudy(minimal));
  for (const damaged of ['', '%%%', link.slice(0, -9), 'A'.repeat(MAX_LINK_CHARACTERS + 1)]) {
    await assert.rejects(decodeStudy(damaged), { kind: 'invalid-study', message: /damaged/ });
  }
});

test('the dimension of the barcodes is that of the highest descriptor', () => {
  const dim = (/** @type {string[]} */ ...descriptors) => maxDimOf(checkStudy({ ...minimal, descriptors }));
  assert.deepEqual([dim('phdim-0', 'twonn'), dim('lifespans-0', 'entropy-1'), dim('betti-2', 'hop-betti-2'), dim('hop-betti-1')], [0, 1, 2, 0]);
});

test('text that is no JSON is no study', () => assert.throws(() => parseStudy('{"bettiscope": '), /no JSON/));
