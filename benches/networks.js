/**
 * Time of the bundled networks in Chromium, side by side with onnxruntime-web on the same files:
 * `npm run bench:networks [-- --family vit --rounds 5 --samples 192 --dist dist --models dist/models --dry]`, after
 * `cargo xtask build`.
 *
 * Both compute the logits of the same samples with the same number of threads, in turns, so that what else the machine does meets
 * both alike; texts run in the same batches, sorted by length, for both. Each peer uses the batch size that suits it best
 * in a trial. Medians; the command fails if the logits differ. Without `--dry` the table in models/README.md is written anew.
 */
import { chromium } from '@playwright/test';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { launchOptions } from '../tests/e2e/browser.js';
import { serve } from '../tests/e2e/server.js';
import { seriesByGroup } from '../www/catalog.js';

const { values: options } = parseArgs({
  options: {
    family: { type: 'string' }, rounds: { type: 'string', default: '5' }, samples: { type: 'string', default: '192' },
    dist: { type: 'string', default: 'dist' }, models: { type: 'string', default: 'models' }, dry: { type: 'boolean', default: false },
    threads: { type: 'string', default: '1,2' },
  },
});
const here = (/** @type {string} */ path) => resolve(import.meta.dirname, '..', path);
const MARKS = ['<!-- speed -->', '<!-- /speed -->'];
/** What the peers' logits may differ by, relative to the largest. */
const TOLERANCE = 1e-3;
const SAMPLES = 3000;

/** Everything below runs in the page. @param {any} task */
async function race({ entry, dataset, threads, rounds, samples, urls }) {
  const { Bettiscope } = await import(`${urls.dist}www/bettiscope.js`);
  const { observe } = await import(`${urls.dist}www/bettiscope/analysis.js`);
  const ort = await import(`${urls.peer}ort.wasm.min.mjs`);
  Object.assign(ort.env.wasm, { numThreads: threads, wasmPaths: urls.peer });
  const at = (/** @type {string} */ file) => new URL(file, urls.models).href;
  const scope = await Bettiscope.start({ workers: threads, threads, build: 'plain' });
  const network = await scope.loadNetwork(at(entry.file), entry.tokenizer ? { tokenizer: at(entry.tokenizer) } : {});
  const data = await scope.loadData(dataset.files.map(at));
  const n = Math.min(samples, data.n);
  const index = Uint32Array.from({ length: n }, (_, i) => i);
  const isText = data.kind === 'texts';
  const settings = { network, data, input: {}, pooling: 'mean', seed: 1, maxPoints: n };
  const ours = (/** @type {string[]} */ layers) => observe(scope.networkPool(), settings, index, layers, { onProgress() {} });
  const reference = await ours(['logits']);
  const wanted = reference.observed[0].points;
  const nClasses = reference.observed[0].nCoords;

  const session = await ort.InferenceSession.create(await (await fetch(at(entry.file))).arrayBuffer(), { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
  /** The same inputs in batches of a size. @param {number} batch */
  const batches = (batch) => {
    const made = [];
    const order = [...index];
    const ids = isText ? order.map((i) => reference.tokens[i].ids) : [];
    if (isText) order.sort((a, b) => ids[a].length - ids[b].length);
    for (let first = 0; first < n; first += batch) {
      const members = order.slice(first, first + batch);
      if (isText) {
        const length = network.input.shape[1] ?? Math.max(...members.map((i) => ids[i].length));
        const [values, mask] = [0, 1].map(() => new BigInt64Array(members.length * length));
        members.forEach((i, row) => ids[i].forEach((/** @type {number} */ id, /** @type {number} */ at) => {
          values[row * length + at] = BigInt(id);
          mask[row * length + at] = 1n;
        }));
        const dims = [members.length, length];
        made.push({ members, feeds: { input_ids: new ort.Tensor('int64', values, dims), attention_mask: new ort.Tensor('int64', mask, dims) } });
      } else {
        const size = data.values.length / data.n;
        const pixels = Float32Array.from({ length: members.length * size }, (_, at) => data.values[members[Math.floor(at / size)] * size + (at % size)] / 255);
        made.push({ members, feeds: { [network.input.name]: new ort.Tensor('float32', pixels, [members.length, 1, ...data.shape]) } });
      }
    }
    return made;
  };
  /** @param {ReturnType<typeof batches>} made */
  const theirs = async (made) => {
    let worst = 0;
    for (const { members, feeds } of made) {
      const { data: logits } = (await session.run(feeds)).logits;
      members.forEach((i, row) => { for (let c = 0; c < nClasses; c += 1) worst = Math.max(worst, Math.abs(logits[row * nClasses + c] - wanted[i * nClasses + c])); });
    }
    return worst;
  };
  const time = async (/** @type {() => Promise<any>} */ work) => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  // Which batch suits the peer: the fastest of two trials each, after one for warming up.
  const trials = [];
  for (const batch of [8, 16, 32, 64]) {
    const made = batches(batch);
    await theirs(made.slice(0, 2));
    trials.push({ made, batch, ms: Math.min(await time(() => theirs(made)), await time(() => theirs(made))) });
  }
  const { made, batch } = trials.sort((a, b) => a.ms - b.ms)[0];
  await ours(['logits']);
  /** @type {Record<string, number[]>} */
  const times = { ours: [], theirs: [], all: [] };
  let worst = 0;
  for (let round = 0; round < rounds; round += 1) {
    times.ours.push(await time(() => ours(['logits'])));
    times.theirs.push(await time(async () => { worst = Math.max(worst, await theirs(made)); }));
  }
  await ours(entry.layers);
  for (let round = 0; round < Math.min(rounds, 2); round += 1) times.all.push(await time(() => ours(entry.layers)));
  scope.close();
  const median = (/** @type {number[]} */ values) => [...values].sort((a, b) => a - b)[values.length >> 1];
  const scale = wanted.reduce((/** @type {number} */ most, /** @type {number} */ v) => Math.max(most, Math.abs(v)), 0);
  const ratios = times.ours.map((own, i) => times.theirs[i] / own);
  return { ours: median(times.ours) / n, theirs: median(times.theirs) / n, all: median(times.all) / n, ratio: median(ratios), batch, difference: worst / scale };
}

const peer = here('benches/node_modules/onnxruntime-web/dist');
if (!existsSync(peer)) throw new Error('onnxruntime-web is missing: run `npm ci --prefix benches`');
if (!existsSync(here(`${options.dist}/network`))) throw new Error('there is no finished page: run `cargo xtask build`');
const models = here(options.models);
const index = JSON.parse(readFileSync(`${models}/index.json`, 'utf8'));
const families = seriesByGroup(index.networks.filter((/** @type {any} */ n) => n.group === 'family')).flatMap(({ series }) => series.map(({ members }) => members));
// One origin for all: browsers ask before a page of another one may load from this machine.
const root = mkdtempSync(join(tmpdir(), 'bettiscope-bench-'));
writeFileSync(join(root, 'index.html'), '<!doctype html>');
for (const [name, folder] of Object.entries({ dist: here(options.dist), models, peer })) symlinkSync(folder, join(root, name));
const server = await serve({ root, isolated: true });
const urls = Object.fromEntries(['dist', 'models', 'peer'].map((name) => [name, `${server.url}${name}/`]));
const browser = await chromium.launch(launchOptions);
/** @type {{entry: any, members: any[], found: Record<string, Awaited<ReturnType<typeof race>>>}[]} */
const results = [];
for (const members of families) {
  const entry = /** @type {any} */ (members.at(-1));
  if (options.family && entry.family !== options.family) continue;
  const dataset = index.datasets.find((/** @type {any} */ d) => d.id === `${entry.dataset}-test`) ?? index.datasets.find((/** @type {any} */ d) => d.id.startsWith(entry.dataset));
  /** @type {Record<string, Awaited<ReturnType<typeof race>>>} */
  const found = {};
  for (const threads of options.threads.split(',').map(Number)) {
    const page = await browser.newPage({ serviceWorkers: 'block' });
    await page.goto(server.url);
    found[threads] = await page.evaluate(race, { entry, dataset, threads, rounds: Number(options.rounds), samples: Number(options.samples), urls });
    await page.close();
    const { ours, theirs, all, ratio, batch, difference } = found[threads];
    const seconds = (/** @type {number} */ ms) => `${((ms * SAMPLES) / 1000).toFixed(2)} s`;
    console.log(`${entry.familyName ?? entry.family}, ${threads} thread${threads > 1 ? 's' : ''}: ours ${seconds(ours)} (all layers ${seconds(all)}), onnxruntime-web ${seconds(theirs)} (batch ${batch}), theirs/ours ${ratio.toFixed(2)}, logits differ by ${difference.toExponential(1)}`);
    if (!(difference <= TOLERANCE)) {
      console.error('the outputs disagree: these times do not count');
      process.exitCode = 1;
    }
  }
  results.push({ entry, members, found });
}
await browser.close();
await server.close();
rmSync(root, { recursive: true });
if (!options.dry && !process.exitCode) writeTable();

function writeTable() {
  const file = `${models}/README.md`;
  let text = readFileSync(file, 'utf8');
  if (!MARKS.every((mark) => text.includes(mark))) text = `${text.trimEnd()}\n\n## Speed\n\n${MARKS.join('\n')}\n`;
  const [from, to] = MARKS.map((mark) => text.indexOf(mark));
  const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)} %`;
  const seconds = (/** @type {number} */ ms) => ((ms * SAMPLES) / 1000).toFixed(1);
  const rows = results.map(({ entry, members, found }) => [
    `${entry.familyName}`, entry.parameters.toLocaleString('en'), `${Math.round(entry.bytes / 1000).toLocaleString('en')} kB`, members.length,
    percent(entry.trainAccuracy), percent(entry.testAccuracy),
    ...[1, 2].flatMap((t) => (found[t] ? [seconds(found[t].ours), seconds(found[t].theirs), found[t].ratio.toFixed(2)] : ['–', '–', '–'])),
  ]);
  const table = [
    ['family', 'parameters', 'file', 'checkpoints', 'train', 'test', '1 thread', 'ort-web', 'ratio', '2 threads', 'ort-web', 'ratio'],
    ['---', ...Array(11).fill('--:')], ...rows,
  ].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const words = `Seconds for 3,000 samples in Chromium (${browser.version()}), extrapolated from the median of ${options.rounds} turns of ${options.samples} samples; `
    + `\`ratio\` is the time of onnxruntime-web 1.30.0 (wasm) over ours, above 1 where ours is faster. ${cpus().length} cores, ${cpus()[0]?.model.trim()}; written by \`npm run bench:networks\`.`;
  writeFileSync(file, `${text.slice(0, from + MARKS[0].length)}\n${table}\n\n${words}\n${text.slice(to)}`);
}
