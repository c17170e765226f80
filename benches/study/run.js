/**
 * The main figure of one family of networks in Chromium, against the same study in Python: `npm run bench:study`, after
 * `cargo xtask build`. Python's packages are installed into target/bench-study the first time.
 *
 * Python runs some of the checkpoints (`--python 2`, the first and the last), since all of them take it many minutes, and
 * its time is scaled to all; `--python 8` runs all, `--python 0` none. Fails where the numbers differ or the page is less than 5 times faster.
 * Writes docs/benchmarks-study.json and docs/benchmarks-study.md.
 */
import { chromium } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { launchOptions } from '../../tests/e2e/browser.js';
import { serve } from '../../tests/e2e/server.js';
import { peakMemory, processorSeconds } from '../memory.js';

const { values: options } = parseArgs({
  options: { family: { type: 'string', default: 'resnet' }, python: { type: 'string', default: '2' }, threads: { type: 'string', default: '2' }, out: { type: 'string', default: 'docs' } },
});
const [TOLERANCE, WANTED] = [1e-3, 5];
const root = new URL('../../', import.meta.url).pathname;
const threads = Number(options.threads);
const index = JSON.parse(readFileSync(`${root}dist/models/index.json`, 'utf8'));
const family = index.networks.filter((/** @type {any} */ n) => n.family === options.family && n.dataset === 'fashion-mnist' && (n.group ?? 'family') === 'family');
const data = index.datasets.find((/** @type {any} */ d) => d.id === 'fashion-mnist-train');
if (family.length === 0) throw new Error(`there is no family “${options.family}” in dist/models/index.json`);

const study = {
  bettiscope: 'study', name: `the main figure of ${family[0].familyName ?? options.family}`, networks: family.map((/** @type {any} */ n) => n.id), data: data.id,
  perClass: 300, descriptors: ['lifespans-0', 'lifespans-1', 'phdim-0'], phdim: { sizes: 'magai', draws: 1 },
};

/** Everything here runs in the page: the study, and what the page's thread feels of it. @param {{study: any, threads: number}} given */
async function inPage({ study: document_, threads: count }) {
  const address = new URL('./www/bettiscope.js', location.href).href;
  const { Bettiscope } = await import(address);
  const scope = await Bettiscope.start({ threads: count, workers: count });
  let longest = 0;
  let last = performance.now();
  const beat = setInterval(() => { longest = Math.max(longest, performance.now() - last - 10); last = performance.now(); }, 10);
  const start = performance.now();
  let first = 0;
  const report = await scope.study(document_, { store: null, onLayer: () => { first ||= performance.now() - start; } });
  const seconds = (performance.now() - start) / 1000;
  clearInterval(beat);
  const { build } = scope.info;
  scope.close();
  return { seconds, first: first / 1000, longest, build, csvBytes: report.csv().length, rows: report.rows() };
}

/** @param {boolean} isolated */
async function inChromium(isolated) {
  const server = await serve({ root: `${root}dist`, isolated });
  const browser = await chromium.launch(launchOptions);
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.route('**/blank.html', (route) => route.fulfill({
    contentType: 'text/html', body: '<!doctype html><title>blank</title>',
    headers: isolated ? { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' } : {},
  }));
  await page.goto(`${server.url}blank.html`);
  const found = /** @type {any} */ (await page.evaluate(inPage, { study, threads }));
  const [peak, cpu] = [peakMemory(), processorSeconds()];
  const version = browser.version();
  await browser.close();
  await server.close();
  return { ...found, peak, cpu, version };
}

/** A Python with the packages of requirements.txt. */
function python() {
  const folder = `${root}target/bench-study`;
  const program = `${folder}/bin/python`;
  const requirements = readFileSync(new URL('requirements.txt', import.meta.url), 'utf8');
  const stamp = `${folder}/made-from.txt`;
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== requirements) {
    console.log('installing the Python packages');
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
    execFileSync(program, ['-m', 'pip', 'install', '--quiet', '--requirement', new URL('requirements.txt', import.meta.url).pathname], { stdio: 'inherit' });
    writeFileSync(stamp, requirements);
  }
  return program;
}

function inPython() {
  const program = python();
  const count = Math.min(Number(options.python), family.length);
  // Spread over the training, first and last among them.
  const chosen = Array.from({ length: count }, (_, i) => family[count === 1 ? family.length - 1 : Math.round((i * (family.length - 1)) / (count - 1))]);
  const folder = `${root}target/bench-study`;
  mkdirSync(folder, { recursive: true });
  const file = (/** @type {string} */ name) => `${root}dist/models/${name}`;
  const plan = {
    networks: chosen.map((n) => ({ id: n.id, file: file(n.file), layers: n.layers })), images: file(data.files[0]), labels: file(data.files[1]),
    per_class: study.perClass, sizes: Array.from({ length: 8 }, (_, j) => 500 + 350 * j), seed: 1, threads,
  };
  writeFileSync(`${folder}/plan.json`, JSON.stringify(plan));
  // Some machines slow down NumPy's kernels by these; a fair time needs them gone.
  const { OPENBLAS_CORETYPE: _c, OPENBLAS_L2_SIZE: _l, ...env } = process.env;
  execFileSync(program, [new URL('study.py', import.meta.url).pathname, `${folder}/plan.json`, `${folder}/result.json`], { stdio: 'inherit', env });
  return { count, ...JSON.parse(readFileSync(`${folder}/result.json`, 'utf8')) };
}

/** The largest relative difference of each descriptor. @param {any[]} rows @param {any} results */
function compare(rows, results) {
  const values = new Map(rows.map((row) => [JSON.stringify([row.network, row.layer, row.descriptor, row.class]), row.value]));
  /** @type {Record<string, {largest: number, n: number, at: string}>} */
  const worst = {};
  for (const [network, layers] of Object.entries(results)) {
    for (const [layer, found] of Object.entries(/** @type {any} */ (layers))) {
      for (const [descriptor, wanted] of Object.entries(/** @type {any} */ (found))) {
        const pairs = Array.isArray(wanted) ? wanted.map((value, i) => [value, data.classes[i]]) : [[wanted, 'all']];
        for (const [value, name] of pairs) {
          const ours = values.get(JSON.stringify([network, layer, descriptor, name]));
          if (ours === undefined) throw new Error(`the report has no ${descriptor} of ${network}, ${layer}, ${name}`);
          const difference = value === null || ours === null ? Number(value !== ours) : Math.abs(ours - value) / Math.max(Math.abs(value), 1e-9);
          worst[descriptor] ??= { largest: 0, n: 0, at: '' };
          worst[descriptor].n += 1;
          if (difference >= worst[descriptor].largest) Object.assign(worst[descriptor], { largest: difference, at: `${network}, ${layer}, ${name}` });
        }
      }
    }
  }
  return worst;
}

const ours = await inChromium(true);
console.log(`Chromium, ${ours.build} build: ${ours.seconds.toFixed(1)} s, first layer after ${ours.first.toFixed(1)} s, peak ${ours.peak} MB, ${ours.cpu?.toFixed(0)} s of processors`);
if (Number(options.python) === 0) process.exit(0); // only the page, to profile it
const theirs = inPython();
const scale = family.length / theirs.count;
const part = (/** @type {string} */ name) => theirs.seconds[name] * scale;
const common = part('running') + part('barcodes') + part('other');
const [asPapers, fastest] = [common + part('phdim'), common + part('phdim_linkage')];
const differences = compare(ours.rows, theirs.results);
const result = {
  date: new Date().toISOString().slice(0, 10), machine: { cpu: cpus()[0]?.model ?? '', cores: cpus().length }, threads,
  family: options.family, networks: family.length, layers: family[0].layers.length, images: data.n,
  chromium: { version: ours.version, build: ours.build, seconds: ours.seconds, processorSeconds: ours.cpu, firstLayer: ours.first, peakMegabytes: ours.peak, longestBlockMs: ours.longest },
  python: { versions: theirs.versions, checkpointsRun: theirs.count, seconds: asPapers, secondsFastestPhdim: fastest, parts: Object.fromEntries(Object.keys(theirs.seconds).map((name) => [name, part(name)])) },
  ratio: asPapers / ours.seconds, ratioFastestPhdim: fastest / ours.seconds, differences,
};

const s = (/** @type {number} */ seconds) => `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
const scaled = theirs.count < family.length ? ` (${theirs.count} of ${family.length} checkpoints measured, time scaled to all)` : '';
const table = `# The main figure in the browser and in Python

The main figure of one family: ${family.length} checkpoints × ${result.layers} layers × ${data.n.toLocaleString('en')} images; H0 and H1 for 10 classes × 300 points; PHdim₀ of all points, 8 sizes, one draw each.
\`npm run bench:study\` measures it; ${result.date}, ${result.machine.cores} cores of ${result.machine.cpu}, ${threads} threads, family ${options.family}.

| part | Chromium ${ours.version.split('.')[0]}, ${ours.build} build | Python${scaled} |
|---|--:|--:|
| running the networks | | ${s(part('running'))}, onnxruntime ${theirs.versions.onnxruntime} with ${threads} threads |
| H0 and H1 per class | | ${s(part('barcodes'))}, ripser.py ${theirs.versions.ripser} |
| PHdim₀ | | ${s(part('phdim'))}, ripser.py |
| reading, scaling | | ${s(part('other'))}, numpy ${theirs.versions.numpy} |
| **all** | **${s(ours.seconds)}** | **${s(asPapers)}**, ${result.ratio.toFixed(1)} times as long |
| all, PHdim₀ by SciPy's single linkage | | ${s(fastest)}, ${result.ratioFastestPhdim.toFixed(1)} times as long |

In Chromium the parts overlap: layers are measured while the next network runs.
The first layer is there after ${s(ours.first)}; the page's thread was never blocked for more than ${Math.round(ours.longest)} ms; the tab's peak memory was ${ours.peak ?? 'not known on this system'} MB.
The papers' code takes the lifespans of PHdim₀ from Ripser, as the row “all” does; single linkage gives the same numbers faster than anything else we know of in Python.
Nothing in Python ran in more than one process.

| number | compared | largest relative difference | at |
|---|--:|--:|---|
${Object.entries(differences).map(([name, { n, largest, at }]) => `| ${name} | ${n} | ${largest.toExponential(1)} | ${at} |`).join('\n')}
`;
mkdirSync(`${root}${options.out}`, { recursive: true });
writeFileSync(`${root}${options.out}/benchmarks-study.json`, `${JSON.stringify(result, null, 2)}\n`);
writeFileSync(`${root}${options.out}/benchmarks-study.md`, table);
console.log(table);

const problems = [
  ...Object.entries(differences).filter(([, { largest }]) => !(largest <= TOLERANCE)).map(([name, { largest, at }]) => `${name} differs by ${largest.toExponential(1)} at ${at}`),
  ...(result.ratio < WANTED ? [`the page is only ${result.ratio.toFixed(1)} times faster`] : []),
  ...(ours.peak > 1024 ? [`the tab took ${ours.peak} MB`] : []),
];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
