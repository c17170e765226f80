/**
 * Writes the table of docs/networks.md from what lies in the gallery: `cargo xtask gallery table`.
 *
 *     node tests/gallery/table.js [--gallery target/gallery]
 */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const BEGIN = '<!-- The rest is written by `cargo xtask gallery table`. -->';

const { values: options } = parseArgs({ options: { gallery: { type: 'string', default: 'target/gallery' } } });
const folder = options.gallery;
const read = (/** @type {string} */ file) => readFile(join(folder, file), 'utf8').then(JSON.parse, () => null);

const files = (await readdir(folder)).filter((file) => file.endsWith('.onnx')).map((file) => file.slice(0, -5));
/** @type {any[]} */
const exhibits = [];
for (const name of files) {
  const facts = await read(`${name}.json`);
  if (facts) exhibits.push({ ...facts, native: await read(`${name}.native.json`), chromium: await read(`${name}.chromium.json`) });
}
const SOURCES = ['own', 'torchvision', 'timm', 'transformers', 'scikit-learn', 'Keras'];
exhibits.sort((a, b) => SOURCES.indexOf(a.source) - SOURCES.indexOf(b.source) || a.architecture.localeCompare(b.architecture) || a.name.localeCompare(b.name));

/** @type {Map<string, number>} remarks, numbered as they come */
const remarks = new Map();
/** Numbers and names in a remark differ from file to file; the first of a kind stands for all. @param {string} words */
function mark(words) {
  const kind = words.replace(/\S+\.onnx/g, 'the file').replace(/\d+/g, 'n');
  if (!remarks.has(kind)) remarks.set(kind, remarks.size + 1);
  if (!examples.has(kind)) examples.set(kind, words);
  return `[${remarks.get(kind)}]`;
}
/** @type {Map<string, string>} */
const examples = new Map();

const small = (/** @type {number} */ x) => (x === 0 ? '0' : x.toExponential(0));
const size = (/** @type {number} */ bytes) => (bytes < 1e5 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`);
const number = (/** @type {number} */ x) => (x < 10 ? x.toFixed(1) : x.toFixed(0));

/** @param {any} facts @param {any} outcome */
function fared(facts, outcome) {
  if (!outcome) return 'not run';
  if (outcome.error) return `${facts.refused ? 'refused' : '**no**'} ${mark(outcome.error)}`;
  return `${outcome.ok ? '' : '**no** '}${small(outcome.worst)} (${outcome.compared})`;
}

const rows = exhibits.map((e) => [
  e.name, e.architecture, e.exporter, e.opset, e.batch, e.variant, size(e.bytes), fared(e, e.native), e.native?.error ? '' : number(e.native?.loadMs ?? 0),
  e.native?.megabytes ? number(e.native.megabytes) : '', fared(e, e.chromium), e.chromium?.error ? '' : number(e.chromium?.loadMs ?? 0), (e.native?.notes ?? []).map(mark).join(' '),
]);
const count = (/** @type {(e: any) => boolean} */ holds) => exhibits.filter(holds).length;
const worst = (/** @type {'native' | 'chromium'} */ where) => Math.max(0, ...exhibits.filter((e) => e[where] && !e[where].error).map((e) => e[where].worst));
const refused = count((e) => Boolean(e.refused));
const summary = `${exhibits.length} files of ${new Set(exhibits.map((e) => e.architecture)).size} architectures, ${(exhibits.reduce((sum, e) => sum + e.bytes, 0) / 1e6).toFixed(0)} MB. `
  + `Natively ${count((e) => e.native?.ok && !e.refused)} run and agree (largest error ${small(worst('native'))}), in Chromium ${count((e) => e.chromium?.ok && !e.refused)} (${small(worst('chromium'))}); ${refused} are refused in words.`;

const lines = [
  summary,
  '',
  '| file | architecture | exporter | opset | batch | variant | size | native: error (layers) | load ms | MB | Chromium: error (layers) | load ms | remarks |',
  '|---|---|---|---|---|---|---|---|---|---|---|---|---|',
  ...rows.map((row) => `| ${row.join(' | ')} |`),
  '',
  ...[...remarks].map(([kind, i]) => `${i}. ${examples.get(kind)}`),
];
const document = new URL('../../docs/networks.md', import.meta.url);
const text = await readFile(document, 'utf8');
const at = text.indexOf(BEGIN);
if (at < 0) throw new Error(`docs/networks.md lacks the line ${BEGIN}`);
await writeFile(document, `${text.slice(0, at + BEGIN.length)}\n\n${lines.join('\n')}\n`);
await writeFile(join(folder, 'results.json'), `${JSON.stringify(exhibits.map(({ layers, ...e }) => ({ ...e, tensors: layers.length })), null, 1)}\n`);
console.log(summary);
