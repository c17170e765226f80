/**
 * The gallery in Chromium, with the finished page: `cargo xtask gallery chromium`, or
 *
 *     node tests/gallery/chromium.js [--gallery target/gallery] [--dist dist] [--only NAME,…] [--force]
 *
 * Outcomes go beside the networks (NAME.chromium.json); those younger than network module and file stay as they are.
 */
import { chromium } from '@playwright/test';
import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openBlank } from '../e2e/blank.js';
import { launchOptions } from '../e2e/browser.js';
import { serve } from '../e2e/server.js';
import { examine } from './examine.js';

/** After so many milliseconds a file counts as hanging. */
const PATIENCE = 600_000;

const { values: options } = parseArgs({
  options: { gallery: { type: 'string', default: 'target/gallery' }, dist: { type: 'string', default: 'dist' }, only: { type: 'string' }, force: { type: 'boolean', default: false } },
});
const folder = options.gallery;
const time = (/** @type {string} */ path) => stat(path).then((found) => found.mtimeMs, () => 0);
const chosen = (/** @type {string} */ name) => !options.only || options.only.split(',').some((start) => name.startsWith(start));
const files = await readdir(folder);
const names = files.filter((file) => file.endsWith('.onnx') && files.includes(file.replace(/onnx$/, 'json'))).map((file) => file.slice(0, -5)).filter(chosen).sort();
const built = await time(join(options.dist, 'network/bettiscope_bg.wasm'));
if (!built) throw new Error(`there is no finished page in ${options.dist}; run cargo xtask build first`);

const todo = [];
for (const name of names) {
  const done = await time(join(folder, `${name}.chromium.json`));
  const made = Math.max(built, await time(join(folder, `${name}.onnx`)), await time(join(folder, `${name}.json`)));
  if (options.force || done < made) todo.push(name);
}

const site = await serve({ root: options.dist, isolated: true, beside: { gallery: folder } });
const browser = await chromium.launch(launchOptions);
/** A page of its own for each file: what one leaves behind harms no other. @param {string} name */
async function fare(name) {
  const recorded = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'));
  const context = await browser.newContext({ baseURL: site.url, serviceWorkers: 'block' });
  try {
    const page = await context.newPage();
    await openBlank(page, 'isolated');
    const late = new Promise((_, failed) => { setTimeout(() => failed(new Error('it took more than ten minutes')), PATIENCE).unref(); });
    return await Promise.race([examine(page, '/gallery/', recorded), late]);
  } catch (error) {
    return { ok: false, error: `CRASH: ${/** @type {Error} */ (error).message}`, notes: [], layers: 0, compared: 0, worst: 0, worstLayer: '', loadMs: 0, runMs: 0 };
  } finally {
    await context.close();
  }
}

for (const name of todo) {
  await rm(join(folder, `${name}.chromium.json`), { force: true });
  const outcome = await fare(name);
  await writeFile(join(folder, `${name}.chromium.json`), `${JSON.stringify(outcome)}\n`);
  console.log(`${outcome.ok ? '✓' : '✗'} ${name}: ${outcome.error ?? `${outcome.compared} of ${outcome.layers} layers, off by ${outcome.worst.toExponential(1)}`}`);
}
await browser.close();
await site.close();

const failed = [];
for (const name of names) {
  const outcome = JSON.parse(await readFile(join(folder, `${name}.chromium.json`), 'utf8'));
  if (!outcome.ok) failed.push(name);
}
if (failed.length) {
  console.error(`${failed.length} of ${names.length} files failed: ${failed.join(', ')}`);
  process.exit(1);
}
