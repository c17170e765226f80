import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CLAIMS, COUNTER_CLAIMS } from '../../www/paper/claims.js';
import { differences } from '../../www/paper/differences.js';
import { DEPTHS, PROFILES, TABLES } from '../../www/paper/published.js';
import { STUDIES } from '../../www/paper/studies.js';
import { checkStudy } from '../../www/bettiscope/study.js';
import { Report } from '../../www/bettiscope/report.js';
import { MAX_BYTES, reduced } from '../e2e/reduced.js';

const models = new URL('../../models/', import.meta.url);
const read = (/** @type {string} */ file) => JSON.parse(readFileSync(new URL(file, models), 'utf8'));

test('every claim has its words, its numbers, and studies that exist', () => {
  assert.deepEqual(CLAIMS.map(({ id }) => id), ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8', 'C9']);
  for (const [id, { of }] of Object.entries(COUNTER_CLAIMS)) assert.equal(CLAIMS.find((claim) => claim.id === of)?.counter, id);
  for (const { id, claimed, beware, studies, figures } of CLAIMS) {
    assert.ok(claimed.length && beware.length && figures.length, id);
    assert.ok(TABLES[id]?.length, id);
    for (const study of studies) assert.ok(STUDIES[study], `${id} names ${study}`);
  }
});

test('every study is a valid document', () => {
  for (const [id, study] of Object.entries(STUDIES)) assert.doesNotThrow(() => checkStudy(study), id);
});

test('each table of the paper’s numbers has as many numbers as columns', () => {
  for (const tables of Object.values(TABLES)) for (const { caption, columns, rows } of tables) for (const row of rows) assert.equal(row.length, columns.length, caption);
  for (const families of Object.values(PROFILES)) for (const line of Object.values(families)) assert.equal(line.length, DEPTHS.length);
});

/** @param {number[]} values */
const reportOf = (values) => {
  const report = new Report({ study: checkStudy(STUDIES['raw-resnet']), made: { date: '', version: '', build: '', seconds: 0 }, networks: [{ id: 'a', network: 'a', data: 'd', layers: [{ id: 'l', label: 'l', depth: 1 }] }], descriptors: [] });
  report.add('a', {
    layer: { id: 'l', label: 'l', op: '', shape: [], depth: 1, nPoints: 3, nCoords: 1 }, fits: [], clouds: [],
    rows: values.map((value, i) => ({ descriptor: `lifespans-${i}`, class: i === 2 ? 'one class' : 'mean', repetition: 0, value, n: 3 })),
  });
  return report;
};

test('a stored report keeps means to six digits and can be opened', () => {
  const stored = Report.from(JSON.parse(reduced(reportOf([1 / 3, 2e6 / 3, 5]).toJSON())));
  assert.deepEqual(stored.rows().map(({ value }) => value), [0.333333, 666667]);
});

test('differences count what agrees and name the worst', () => {
  const live = reportOf([1 / 3, 2, 5]);
  assert.deepEqual(differences(reportOf([0.333333, 2]), live), { n: 2, equal: 2, missing: 0, largest: (1 / 3 - 0.333333) / (1 / 3), where: 'a · l · mean · lifespans-0' });
  const apart = differences(reportOf([1 / 3, 2.2]), live);
  assert.equal(apart.equal, 1);
  assert.ok(Math.abs(apart.largest - 0.2 / 2.2) < 1e-12);
  assert.equal(differences(reportOf([1, 2, 3]), reportOf([1])).missing, 2);
});

test('the stored reports are of the bundled networks and of the studies of the page', (t) => {
  if (!existsSync(new URL('reports/index.json', models))) return t.skip('there are no stored reports');
  const catalog = read('index.json');
  for (const { study, file, bytes, networks, data, document } of read('reports/index.json').reports) {
    const again = `${study}: run \`npm run reports\``;
    assert.deepEqual(document, JSON.parse(JSON.stringify(STUDIES[study])), again);
    const text = readFileSync(new URL(`reports/${file}`, models), 'utf8');
    assert.ok(bytes === text.length && bytes <= MAX_BYTES, again);
    const report = Report.from(JSON.parse(text), file);
    assert.ok(report.complete, again);
    assert.deepEqual([...new Set(report.networks.map(({ network }) => network))].sort(), Object.keys(networks).sort(), again);
    for (const [id, sha256] of Object.entries(networks)) {
      const entry = catalog.networks.find((/** @type {any} */ n) => n.id === id);
      assert.equal(sha256, entry?.sha256, `${id} is not the network of ${again}`);
    }
    for (const [id, sha256] of Object.entries(data)) {
      const files = catalog.datasets.find((/** @type {any} */ d) => d.id === id)?.files ?? [];
      const found = files.map((/** @type {string} */ f) => createHash('sha256').update(readFileSync(new URL(f, models))).digest('hex'));
      assert.equal(sha256, createHash('sha256').update(found.join()).digest('hex'), `${id} is not the data of ${again}`);
    }
  }
});
