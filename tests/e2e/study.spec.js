/** Studies in real workers, with and without threads: the same numbers, resumed, stored, refused. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from '@playwright/test';
import { dataFile, dataJson, failureOf, openBlank } from './blank.js';

const read = (/** @type {string} */ name) => JSON.parse(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8'));
const bySchema = new Ajv2020({ allowUnionTypes: true }).addSchema(read('study.schema.json'), 'study.schema.json').compile(read('report.schema.json'));

/** The first and the last checkpoint of the bundled ResNet, 20 test images of each class. */
const FAMILY = `(await scope.catalog()).networks.filter((n) => n.family === 'resnet' && n.id.startsWith('resnet-fashion-mnist')).map((n) => n.id)`;
const STUDY = `const family = ${FAMILY};
  const study = { bettiscope: 'study', networks: [family[0], family.at(-1)], data: 'fashion-mnist-test', perClass: 20, phdim: { draws: 1 } };`;

/**
 * Runs `source` in the page, with `scope`, `engine` and `study` at hand.
 * @param {import('@playwright/test').Page} page
 * @param {string} source
 * @returns {Promise<any>}
 */
const inPage = (page, source) => page.evaluate((text) => new Function('scope', 'engine', `return (async () => {${text}})()`)(window.scope, window.engine), `${STUDY}${source}`);

test.beforeEach(async ({ page }, { project }) => openBlank(page, project.name));

test('a study gives a complete report, layer by layer, and the second time at once from the store', async ({ page }) => {
  const found = await inPage(page, `
    const layers = [];
    const progress = [];
    const report = await scope.study(study, { onLayer: (l) => layers.push([l.network.id, l.record.layer.id, l.report.rows().length]), onProgress: (p) => progress.push(p) });
    const stages = [];
    const start = performance.now();
    const again = await scope.study(study, { onProgress: (p) => stages.push(p.stage) });
    const ms = performance.now() - start;
    const size = (await scope.store()).size;
    return { text: JSON.stringify(report), layers, progress, stages: [...new Set(stages)], ms, size, differences: again.differences(report),
      accuracy: [report, again].map((r) => r.networks.map((n) => n.accuracy)), same: JSON.stringify({ ...again.toJSON(), made: 0 }) === JSON.stringify({ ...report.toJSON(), made: 0 }) };
  `);
  const report = JSON.parse(found.text);
  expect(bySchema(report), JSON.stringify(bySchema.errors)).toBe(true);
  const nLayers = report.networks.reduce((/** @type {number} */ sum, /** @type {any} */ n) => sum + n.layers.length, 0);
  expect(found.layers.length).toBe(nLayers);
  expect(report.complete).toBe(true);
  // Per layer: ten classes and their mean for H0 and H1, PHdim of all points.
  expect(report.rows.length).toBe(nLayers * 23);
  expect(report.clouds.length).toBe(nLayers * 10);
  const rows = found.layers.map((/** @type {any[]} */ l) => l[2]);
  expect(rows).toEqual(rows.map((/** @type {number} */ _, /** @type {number} */ i) => 23 * (i + 1)));
  const [untrained, trained] = report.networks;
  expect(untrained.accuracy).toBeLessThan(0.3);
  expect(trained.accuracy).toBeGreaterThan(0.7);
  expect(untrained.layers.map((/** @type {any} */ l) => l.depth).at(-1)).toBe(1);
  for (const { fraction, done, total } of found.progress) {
    expect(fraction).toBeGreaterThanOrEqual(0);
    expect(fraction).toBeLessThanOrEqual(1);
    expect(done).toBeLessThanOrEqual(total);
  }
  expect(found.progress.some((/** @type {any} */ p) => p.secondsLeft > 0)).toBe(true);
  expect(found.stages).toEqual(['measuring']);
  expect(found.differences).toEqual([]);
  expect(found.same).toBe(true);
  expect(found.accuracy[1]).toEqual(found.accuracy[0]);
  expect(found.ms).toBeLessThan(5000);
  expect(found.size).toMatchObject({ kind: 'disk' });
});

test('what was found stays for the next visit, and can be cleared', async ({ page }, { project }) => {
  await inPage(page, `await scope.study(study);`);
  await openBlank(page, project.name);
  const found = await inPage(page, `
    const stages = new Set();
    await scope.study(study, { onProgress: (p) => stages.add(p.stage) });
    const store = await scope.store();
    const before = store.size;
    await store.clear();
    let ran = false;
    await scope.study(study, { onProgress: (p) => { ran ||= p.stage === 'running'; } });
    return { stages: [...stages], before, ran };
  `);
  expect(found.stages).toEqual(['measuring']);
  expect(found.before.bytes).toBeGreaterThan(10_000);
  expect(found.ran).toBe(true);
});

test('both builds give the same report, stored or not', async ({ page }, { project }) => {
  test.skip(project.name !== 'isolated', 'both builds can only run side by side where the page is isolated');
  const found = await inPage(page, `
    const document = { ...study, descriptors: (await scope.descriptors()).map((d) => d.name).filter((n) => !/^betti|-2$/.test(n)), perClass: 30, networks: family.slice(-1) };
    const plain = await engine.Bettiscope.start({ build: 'plain' });
    const [a, b] = [await scope.study(document, { store: null }), await plain.study(document, { store: null })];
    const text = (r) => JSON.stringify({ ...r.toJSON(), made: 0 });
    plain.close();
    return { builds: [a.made.build, b.made.build], differences: a.differences(b).slice(0, 5), same: text(a) === text(b), rows: a.rows().length };
  `);
  expect(found.builds).toEqual(['threads', 'plain']);
  expect(found.differences).toEqual([]);
  expect(found.same).toBe(true);
  expect(found.rows).toBeGreaterThan(500);
});

test('a cancelled study stops at once, keeps what is finished and goes on from there', async ({ page }) => {
  const found = await inPage(page, `
    const whole = await scope.study(study, { store: null });
    const controller = new AbortController();
    let seen = 0;
    let partial = null;
    let asked = 0;
    const failure = await scope.study(study, { signal: controller.signal, onLayer: ({ report }) => {
      seen += 1;
      partial = report;
      if (seen === 4) setTimeout(() => { asked = performance.now(); controller.abort(); }, 50);
    } }).catch((e) => e);
    const ms = performance.now() - asked;
    await new Promise((resolve) => setTimeout(resolve, 300));
    const kept = partial.records().length;
    let ran = 0;
    let recalled = 0;
    const report = await scope.study(study, { onProgress: (p) => { ran += p.stage === 'running'; recalled += p.stage === 'measuring' && ran === 0; } });
    return { failure: [failure.kind, failure.name], ms, kept, seen, complete: partial.complete, recalled, differences: report.differences(whole), n: report.records().length };
  `);
  expect(found.failure).toEqual(['stopped', 'AbortError']);
  expect(found.ms).toBeLessThan(100);
  expect(found.complete).toBe(false);
  expect(found.kept).toBe(found.seen);
  expect(found.kept).toBeGreaterThanOrEqual(4);
  expect(found.kept).toBeLessThan(found.n);
  expect(found.recalled).toBeGreaterThanOrEqual(4);
  expect(found.differences).toEqual([]);
});

test('without storage the study runs, and its results last as long as the page', async ({ page }, { project }) => {
  await page.addInitScript(() => Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('denied', 'SecurityError'); } }));
  await openBlank(page, project.name);
  const found = await inPage(page, `
    const report = await scope.study(study);
    const stages = new Set();
    const again = await scope.study(study, { onProgress: (p) => stages.add(p.stage) });
    return { kind: (await scope.store()).size.kind, stages: [...stages], differences: again.differences(report), rows: report.rows().length };
  `);
  expect(found).toMatchObject({ kind: 'memory', stages: ['measuring'], differences: [] });
  expect(found.rows).toBeGreaterThan(0);
});

test('a report opens in another browser with the same numbers and barcodes', async ({ page, browser }, { project }) => {
  const { text, csv } = await inPage(page, `const r = await scope.study(study); return { text: JSON.stringify(r), csv: r.csv() };`);
  const other = await browser.newPage();
  await openBlank(other, project.name);
  const found = await other.evaluate(async (document) => {
    const file = new File([document], 'report.json');
    const report = await window.engine.openReport(file);
    const { network, layer, class: name } = report.rows()[0];
    const barcode = report.barcode(network, layer, name);
    const sum = barcode.deaths.reduce((/** @type {number} */ s, /** @type {number} */ d, /** @type {number} */ i) => s + (barcode.dims[i] === 0 && d < Infinity ? d - barcode.births[i] : 0), 0);
    const { value } = report.rows({ network, layer, class: name, descriptor: 'lifespans-0' })[0];
    return { isReport: await window.engine.isReport(file), csv: report.csv(), sum, value };
  }, text);
  expect(found.isReport).toBe(true);
  expect(found.csv).toBe(csv);
  expect(Math.abs(found.sum - found.value)).toBeLessThan(1e-5 * found.value);
});

test('layers are compared within and across networks, and matrices are kept', async ({ page }) => {
  const found = await inPage(page, `
    const document = { ...study, layers: family.length && (await scope.catalog()).networks.find((n) => n.id === family[0]).layers.slice(-3), descriptors: ['count-0'],
      compare: [{ measures: ['cka', 'neighbour-overlap'] }, { measures: ['cka'], between: [[family[0], family.at(-1)]] }] };
    const report = await scope.study(document);
    const stages = new Set();
    const again = await scope.study(document, { onProgress: (p) => stages.add(p.stage) });
    return { matrices: report.matrices, same: JSON.stringify(report.matrices) === JSON.stringify(again.matrices), stages: [...stages] };
  `);
  expect(found.matrices.length).toBe(5);
  for (const { a, b, rows, columns, values, measure } of found.matrices) {
    expect([values.length, values[0].length]).toEqual([rows.length, columns.length]);
    if (a !== b) continue;
    values.forEach((/** @type {number[]} */ row, /** @type {number} */ i) => {
      if (measure === 'cka') expect(row[i]).toBeCloseTo(1, 6);
      expect(row).toEqual(values.map((/** @type {number[]} */ other) => other[i]));
    });
  }
  expect(found.same).toBe(true);
  expect(found.stages).toEqual(['measuring']);
});

test("one's own networks and data take part by their names, the input too", async ({ page }) => {
  const bytes = [...dataFile('network/tiny-cnn.onnx')];
  const found = await page.evaluate(async (file) => {
    const network = await window.scope.loadNetwork({ name: 'tiny.onnx', bytes: Uint8Array.from(file) });
    const [, c, h, w] = network.input.shape;
    const size = (c ?? 1) * (h ?? 8) * (w ?? 8);
    const values = Float32Array.from({ length: 60 * size }, (_, i) => ((Math.imul(i + 1, 2654435761) >>> 8) % 4096) / 4096);
    const data = { kind: 'samples', name: 'noise', n: 60, shape: [c ?? 1, h ?? 8, w ?? 8], values, labels: Uint16Array.from({ length: 60 }, (_, i) => i % 2), classes: ['a', 'b'], notes: [] };
    const layers = ['input', network.layers.at(-1).id];
    const document = { bettiscope: 'study', networks: ['mine'], data: 'noise', layers, perClass: 30, descriptors: ['lifespans-0'] };
    const report = await window.scope.study(document, { networks: { mine: network }, data: { noise: data }, store: null });
    return { depths: report.networks[0].layers.map((/** @type {any} */ l) => l.depth), classes: report.rows({ layer: 'input' }).map((/** @type {any} */ r) => r.class), n: report.rows()[0].n };
  }, bytes);
  expect(found).toEqual({ depths: [0, 1], classes: ['a', 'b', 'mean'], n: 30 });
});

const WRONG = /** @type {const} */ ([
  ['an unknown network', { networks: ['resnet-9000'] }, 'invalid-study', /networks\[0\] is “resnet-9000”; possible are .*resnet/],
  ['unknown data', { data: 'cifar' }, 'invalid-study', /data is “cifar”; possible are fashion-mnist-train/],
  ['an unknown descriptor', { descriptors: ['lifespan'] }, 'invalid-study', /descriptors\[0\] is “lifespan”; possible are lifespans-0/],
  ['an unknown layer', { layers: ['block99'] }, 'unknown-layer', /no layer “block99”/],
  ['a comparison with a stranger', { compare: [{ between: [['a', 'b']] }] }, 'invalid-study', /compare names the network “a”/],
  ['an address that does not answer', { networks: [{ url: '/nowhere.onnx' }] }, 'unreachable', /nowhere\.onnx answered 404/],
]);
for (const [what, fields, kind, words] of WRONG) {
  test(`a study with ${what} is refused in words`, async ({ page }) => {
    const source = `{ ${STUDY} return scope.study({ ...study, ...value }); }`;
    const failure = await failureOf(page, source, fields);
    expect(failure.message).toMatch(words);
    expect(failure.kind).toBe(kind);
  });
}

test('a layer is described with the same bits as natively', async ({ page }) => {
  const golden = dataJson('study/noise.json');
  const found = await page.evaluate(async (settings) => {
    const points = Float32Array.from({ length: 360 * 6 }, (_, i) => ((Math.imul(i + 1, 2654435761) >>> 8) % 4096) / 4096);
    const labels = Uint16Array.from({ length: 360 }, (_, i) => i % 3);
    const { rows, fits } = await window.scope.describeLayer({ label: 'noise', points, nCoords: 6, labels, classes: ['a', 'b', 'c'] }, settings);
    return { rows, fits };
  }, golden.settings);
  expect(found.rows).toEqual(golden.rows);
  expect(found.fits).toEqual(golden.fits);
});

test('the descriptors of the engine have formulas and sources', async ({ page }) => {
  const descriptors = await page.evaluate(() => window.scope.descriptors());
  expect(descriptors.length).toBeGreaterThan(15);
  for (const { name, label, formula, source, unit, cloud } of descriptors) {
    for (const words of [label, formula, source, unit]) expect(words, name).toBeTruthy();
    expect(['per class', 'pooled']).toContain(cloud);
  }
});
