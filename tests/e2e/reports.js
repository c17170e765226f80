/**
 * Makes the stored reports of the Paper place with the finished page in Chromium: `npm run reports`, after `cargo xtask build`.
 *
 *     npm run reports -- [--only STUDY,…] [--force] [--dist FOLDER]
 *
 * A report whose study, networks and data are unchanged is left as it is; an interrupted run goes on where it stopped.
 */
import { chromium } from '@playwright/test';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { defaultData } from '../../www/bettiscope/catalog.js';
import { STUDIES } from '../../www/paper/studies.js';
import { openBlank } from './blank.js';
import { launchOptions } from './browser.js';
import { MAX_BYTES, reduced } from './reduced.js';
import { serve } from './server.js';

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, force: { type: 'boolean', default: false }, dist: { type: 'string', default: 'dist' } },
});
const root = new URL('../../', import.meta.url);
const models = new URL('models/', root);
const folder = new URL('reports/', models);
await mkdir(folder, { recursive: true });

const catalog = JSON.parse(await readFile(new URL('index.json', models), 'utf8'));
const indexFile = new URL('index.json', folder);
/** @type {{reports: any[]}} */
const index = JSON.parse(await readFile(indexFile, 'utf8').catch(() => '{"reports": []}'));
const sha256 = async (/** @type {string} */ file) => createHash('sha256').update(await readFile(new URL(file, models))).digest('hex');

/** What a study's numbers depend on. @param {any} study @returns {Promise<{networks: Record<string, string>, data: Record<string, string>, missing: string[]}>} */
async function inputsOf(study) {
  const networks = /** @type {Record<string, string>} */ ({});
  const data = /** @type {Record<string, string>} */ ({});
  const missing = [];
  for (const choice of study.networks) {
    const id = choice.id ?? choice;
    const network = catalog.networks.find((/** @type {any} */ n) => n.id === id);
    const asked = choice.data ?? study.data;
    const name = asked === 'default' && network ? defaultData(catalog, network.dataset, network.kind) : asked;
    const dataset = catalog.datasets.find((/** @type {any} */ d) => d.id === name);
    if (!network) missing.push(id);
    if (!dataset) missing.push(name);
    if (!network || !dataset) continue;
    networks[id] = await sha256(network.file);
    data[name] ??= createHash('sha256').update((await Promise.all(dataset.files.map(sha256))).join()).digest('hex');
  }
  return { networks, data, missing };
}

const same = (/** @type {any} */ a, /** @type {any} */ b) => JSON.stringify(a) === JSON.stringify(b);
const wanted = options.only?.split(',') ?? Object.keys(STUDIES);
const unknown = wanted.find((id) => !STUDIES[id]);
if (unknown) throw new Error(`there is no study ${unknown}; there are ${Object.keys(STUDIES).join(', ')}`);

const todo = [];
for (const id of wanted) {
  const study = STUDIES[id];
  const { missing, ...inputs } = await inputsOf(study);
  const old = index.reports.find((entry) => entry.study === id);
  if (missing.length) console.log(`–  ${id}: models/index.json lacks ${[...new Set(missing)].join(', ')}`);
  else if (!options.force && old && same(old.document, study) && same(old.networks, inputs.networks) && same(old.data, inputs.data)) console.log(`✓  ${id} is up to date`);
  else todo.push({ id, study, inputs });
}

if (todo.length) {
  const server = await serve({ root: new URL(`${options.dist}/`, root).pathname, isolated: true });
  // The profile keeps finished layers, so that an interrupted run goes on.
  const profile = new URL('target/reports-profile/', root).pathname;
  if (options.force) await rm(profile, { recursive: true, force: true });
  const context = await chromium.launchPersistentContext(profile, { ...launchOptions, baseURL: server.url, serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.exposeFunction('say', (/** @type {string} */ words) => process.stdout.write(`\r   ${words.padEnd(90).slice(0, 100)}`));
  await openBlank(page, 'isolated');
  for (const { id, study, inputs } of todo) {
    const startedAt = performance.now();
    const { document, threads } = await page.evaluate(async (/** @type {any} */ wishes) => {
      const say = /** @type {any} */ (window).say;
      const report = await window.scope.study(wishes, { onProgress: (/** @type {any} */ p) => say(`${p.network ?? ''} ${p.layer ?? ''} ${p.stage} ${p.done}/${p.total}`) });
      return { document: report.toJSON({ barcodes: false }), threads: window.scope.info.threads };
    }, study);
    const seconds = (performance.now() - startedAt) / 1000;
    const text = reduced(document);
    if (text.length > MAX_BYTES) throw new Error(`${id}.json would have ${text.length} bytes, more than ${MAX_BYTES}`);
    await writeFile(new URL(`${id}.json`, folder), text);
    const entry = { study: id, file: `${id}.json`, bytes: text.length, seconds: Number(seconds.toPrecision(3)), threads, ...inputs, document: study };
    index.reports = [...index.reports.filter((other) => other.study !== id), entry].sort((a, b) => Object.keys(STUDIES).indexOf(a.study) - Object.keys(STUDIES).indexOf(b.study));
    await writeFile(indexFile, `${JSON.stringify(index, null, 1)}\n`);
    console.log(`\r✓  ${id}: ${seconds.toFixed(0)} s, ${Math.round(text.length / 1000)} kB`.padEnd(100));
  }
  await context.close();
  await server.close();
}

for (const file of await readdir(folder)) {
  if (file !== 'index.json' && !STUDIES[file.replace(/\.json$/, '')]) {
    await rm(new URL(file, folder));
    index.reports = index.reports.filter((entry) => entry.file !== file);
    await writeFile(indexFile, `${JSON.stringify(index, null, 1)}\n`);
    console.log(`   removed ${file}, which belongs to no study`);
  }
}
