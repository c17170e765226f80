import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { COLUMNS, Report, fold, isReport, isStudy, openReport } from '../../www/bettiscope/report.js';
import { checkStudy } from '../../www/bettiscope/study.js';

const read = (/** @type {string} */ name) => JSON.parse(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8'));
const bySchema = new Ajv2020({ allowUnionTypes: true }).addSchema(read('study.schema.json'), 'study.schema.json').compile(read('report.schema.json'));

const barcode = { maxDim: 1, threshold: Infinity, dims: Uint8Array.of(0, 0, 1), births: Float32Array.of(0, 0, 1.5), deaths: Float32Array.of(1, Infinity, 2.25), edges: new Uint32Array(6) };

/** Two networks with two layers; everything that a report can hold. */
function sample() {
  const study = checkStudy({ bettiscope: 'study', networks: ['a', 'b'], descriptors: ['lifespans-0', 'phdim-0'] });
  const network = (/** @type {string} */ id, /** @type {number} */ testAccuracy) => ({
    id, network: id, name: `Network “${id}”, first`, family: 'toy', epoch: 2, trainAccuracy: 1, testAccuracy, data: 'train', samples: 4, sha256: '00', accuracy: 0.75,
    layers: [{ id: 'block', label: 'block', depth: 0.5 }, { id: 'logits', label: 'logits', depth: 1 }],
  });
  const descriptor = { name: 'lifespans-0', label: 'Lifespans 0', formula: 'Σ (death − birth)', source: 'Magai 2023', cloud: 'per class', unit: 'length' };
  const report = new Report({ study, made: { date: '2026-01-01T00:00:00.000Z', version: 'f00', build: 'plain', seconds: 1.5 }, networks: [network('a', 0.5), network('b', 0.9)], descriptors: [descriptor] });
  for (const [i, id] of ['b', 'a'].entries()) {
    for (const [j, layer] of ['logits', 'block'].entries()) {
      const row = { descriptor: 'lifespans-0', repetition: 0, low: null, high: null, n: 2, note: '' };
      report.add(id, {
        layer: { id: layer, label: layer, op: 'Add', shape: [null, 3], depth: layer === 'block' ? 0.5 : 1, nPoints: 4, nCoords: 3 },
        rows: [
          { ...row, class: 'cat, black', value: 1 + i + 0.1 * j },
          { ...row, class: 'mean', value: 2, low: 1, high: 3, n: 4 },
          { ...row, class: 'all', descriptor: 'phdim-0', value: null, note: 'the sums grow "too fast"', n: 4 },
        ],
        fits: [{ descriptor: 'phdim-0', class: 'all', repetition: 0, sizes: [2, 3], sums: [1, 2], slope: 1.7, intercept: 0, r2: 1 }],
        clouds: [fold('cat, black', 0, 2, barcode)],
      });
    }
  }
  report.matrices = [{ measure: 'cka', a: 'a', b: 'a', rows: ['block', 'logits'], columns: ['block', 'logits'], values: [[1, null], [null, 1]] }];
  report.complete = true;
  return report;
}

test('rows come in the order of networks and depth, whatever was found first', () => {
  const found = sample().rows({ class: 'mean' }).map(({ network, layer }) => `${network} ${layer}`);
  assert.deepEqual(found, ['a block', 'a logits', 'b block', 'b logits']);
});

test('filters take one value or several', () => {
  const report = sample();
  assert.equal(report.rows().length, 12);
  assert.equal(report.rows({ network: 'a', descriptor: ['phdim-0', 'other'] }).length, 2);
  assert.equal(report.rows({ layer: 'logits', class: ['mean', 'all'], repetition: 0 }).length, 4);
  assert.equal(report.rows({ repetition: 1 }).length, 0);
});

test('the table joins each row with its network and the settings', () => {
  const [row] = sample().table({ network: 'b', layer: 'block', descriptor: 'lifespans-0' });
  assert.deepEqual([row.testAccuracy, row.family, row.scaling, row.perClass, row.value], [0.9, 'toy', 'min-max', 300, 1.1]);
});

test('the CSV is tidy: one row per number, quoted where needed, empty where nothing is known', () => {
  const lines = sample().csv({ network: 'a', layer: 'block' }).trimEnd().split('\n');
  const columns = lines[0].split(',');
  assert.equal(lines.length, 4);
  assert.equal(columns.length, new Set(columns).size);
  for (const needed of ['network', 'family', 'epoch', 'testAccuracy', 'layer', 'depth', 'class', 'repetition', 'descriptor', 'value', 'n', 'scaling', 'alpha']) assert.ok(columns.includes(needed), needed);
  assert.match(lines[1], /^a,"Network “a”, first",toy,.*,0\.5,"cat, black",0,lifespans-0,2\.1,/);
  assert.match(lines[3], /,all,0,phdim-0,,,,4,"the sums grow ""too fast""",300,min-max,/);
});

test('a report survives its file, barcodes to the bit, and its file fits the schema', () => {
  const report = sample();
  const text = JSON.stringify(report);
  assert.ok(bySchema(JSON.parse(text)), JSON.stringify(bySchema.errors));
  const opened = Report.from(text);
  assert.deepEqual(JSON.parse(JSON.stringify(opened)), JSON.parse(text));
  assert.ok(opened.equals(report));
  assert.equal(opened.csv(), report.csv());
  assert.deepEqual(opened.barcode('a', 'block', 'cat, black'), { ...barcode, edges: new Uint32Array(6).fill(0xffffffff) });
  assert.equal(opened.barcode('a', 'block', 'dog'), null);
});

test('without barcodes the file is small and everything else is there', () => {
  const document = sample().toJSON({ barcodes: false });
  assert.ok(bySchema(JSON.parse(JSON.stringify(document))), JSON.stringify(bySchema.errors));
  const opened = Report.from(document);
  assert.equal(opened.barcode('a', 'block', 'cat, black'), null);
  assert.ok(opened.equals(sample()));
});

test('a partial report says so', () => {
  const report = sample();
  report.complete = false;
  report.layers.delete(JSON.stringify(['b', 'logits']));
  const opened = Report.from(JSON.parse(JSON.stringify(report)));
  assert.equal(opened.complete, false);
  assert.equal(opened.records().length, 3);
  assert.equal(opened.networks[1].layers.length, 2);
});

test('reports are compared to a tolerance, and what differs is named', () => {
  const [a, b] = [sample(), sample()];
  const record = /** @type {import('../../www/bettiscope/report.js').LayerRecord} */ (b.layer('b', 'logits'));
  record.rows[0].value = 1 + 1e-6;
  record.rows[2].value = 3;
  assert.equal(a.differences(b, 1e-3).length, 1);
  assert.deepEqual(a.differences(b), [
    { network: 'b', layer: 'logits', class: 'cat, black', repetition: 0, descriptor: 'lifespans-0', value: 1, other: 1 + 1e-6 },
    { network: 'b', layer: 'logits', class: 'all', repetition: 0, descriptor: 'phdim-0', value: null, other: 3 },
  ]);
  record.rows.length = 2;
  assert.equal(a.differences(b, 1e-3)[0].other, undefined);
  assert.equal(b.differences(a, 1e-3)[0].value, undefined);
});

const good = () => JSON.parse(JSON.stringify(sample()));
/** @type {[string, (document: any) => any, RegExp][]} */
const DAMAGED = [
  ['something else', () => ({ nodes: [] }), /no report of Bettiscope: the field “bettiscope”/],
  ['a list', () => [], /no report/],
  ['null', () => null, /no report/],
  ['a study', () => ({ bettiscope: 'study' }), /it is a study.*run it/],
  ['an older version', (d) => ({ ...d, version: 0 }), /version 0, this page reads version 1; run its study again/],
  ['a newer version', (d) => ({ ...d, version: 9 }), /version 9.*newer one/],
  ['no rows', ({ rows: _, ...d }) => d, /“rows” is no list/],
  ['other columns', (d) => ({ ...d, columns: [...COLUMNS].reverse() }), /columns are not network, layer/],
  ['a short row', (d) => { d.rows[6].pop(); return d; }, /row 7 has 10 entries instead of 11/],
  ['a word for a number', (d) => { d.rows[1][6] = '2'; return d; }, /row 2 holds "2" where a number belongs/],
  ['an unknown network', (d) => { d.rows[0][0] = 'c'; return d; }, /row 1 names "c" and layer "block", which it does not list/],
  ['a cut barcode', (d) => { d.clouds[2].deaths = d.clouds[2].deaths.slice(0, -4); return d; }, /barcode 3 cannot be read/],
  ['no base64', (d) => { d.clouds[0].births = '~~'; return d; }, /barcode 1 cannot be read/],
  ['an impossible study', (d) => { d.study.scaling = 'big'; return d; }, /its study is not possible \(scaling is “big”/],
  ['a network without layers', (d) => { d.networks[1] = { id: 'b' }; return d; }, /network 2 has no name or no layers/],
  ['a fit that is none', (d) => { d.fits[0] = null; return d; }, /another form than a report/],
];
for (const [what, damage, words] of DAMAGED) {
  test(`a file with ${what} is refused in words`, () => {
    assert.throws(() => Report.from(damage(good()), 'x.json'), (/** @type {any} */ error) => error.kind === 'invalid-report' && error.message.startsWith('x.json') && words.test(error.message));
  });
}

test('files are told by their beginning, and a cut one is called damaged', async () => {
  const text = JSON.stringify(sample());
  const file = (/** @type {string} */ content) => new File([content], 'r.json');
  assert.ok(await isReport(file(text)));
  assert.ok(!(await isStudy(file(text))));
  assert.ok(await isStudy(file('{ "name": "x", "bettiscope": "study" }')));
  assert.ok(!(await isReport(file('[1, 2]'))));
  assert.ok((await openReport(file(text))).complete);
  await assert.rejects(openReport(file(text.slice(0, -20))), /r\.json is a report that is cut off or damaged/);
  await assert.rejects(openReport(file('hello')), /r\.json is no report of Bettiscope: it is no JSON/);
});
