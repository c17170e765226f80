/**
 * The homology benchmark: `npm run bench:homology`, after `cargo xtask build`. Each case is computed by the native build
 * and by the page's engine in Chromium, with one thread and with two, and by the peers (see requirements.txt; PYTHON
 * names the interpreter, else target/peers/bin/python).
 *
 * The programs take turns, so that whatever else the machine does meets all of them. Times are medians, after each has
 * warmed up. It fails if a barcode differs. It writes docs/benchmarks.{md,json,svg}.
 *
 *     --only NAMES     cases whose names contain one of these parts, separated by commas
 *     --quick          a few cases; the results go to target/bench
 *     --merge          cases that are not measured keep their rows
 *     --resume         the same, and cases measured today are not measured again
 *     --minutes N      no case begins later than this
 *     --runs N         5
 *     --no-peers
 */
import { chromium } from '@playwright/test';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { launchOptions } from '../../tests/e2e/browser.js';
import { serve } from '../../tests/e2e/server.js';
import { cases } from './cases.js';
import { difference } from './compare.js';
import { writeReport } from './report.js';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false }, runs: { type: 'string', default: '5' }, only: { type: 'string', default: '' },
    merge: { type: 'boolean', default: false }, resume: { type: 'boolean', default: false }, minutes: { type: 'string', default: 'Infinity' },
    'no-peers': { type: 'boolean', default: false },
  },
});
const runs = Math.max(1, Number(options.runs));
/** All programs warm up alike: so many runs, or as many as fit into this time. Browsers compile what runs often anew. */
const WARM_RUNS = 40;
const WARM_S = 1;
/** Programs whose warm runs take no longer have `SHORT_TURNS` times as many turns. */
const SHORT_S = 0.05;
const SHORT_TURNS = 5;
/** A program whose runs took this long in sum takes no further turn. */
const PATIENCE_S = 45;
/** A peer whose first run takes so many times as long as the fastest one's, and longer than a second, has no other. */
const HOPELESS = 3;

const root = new URL('../../', import.meta.url).pathname;
const target = process.env.CARGO_TARGET_DIR ?? `${root}target`;
const python = process.env.PYTHON ?? `${target}/peers/bin/python`;
const scratch = `${target}/bench`;
mkdirSync(scratch, { recursive: true });
const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/**
 * @typedef {import('./cases.js').Case} Case
 * @typedef {(number | null)[][][]} Bars births and deaths in turn, per dimension, per cloud
 * @typedef {{seconds: number, peakBytes: number | null}} Turn
 * @typedef {{run: () => Promise<Turn>, bars: () => Promise<Bars>, close: () => Promise<void>}} Contestant
 * @typedef {{program: string, version: string, where: 'native' | 'chromium', threads: number, open: (c: Case, file: string) => Promise<Contestant>}} Program
 */

/** Builds the native side. @returns {string} its path */
function buildNative() {
  const cargo = ['build', '--release', '--locked', '--no-default-features', '--features', 'threads', '--bench', 'homology', '--message-format', 'json-render-diagnostics'];
  const { stdout, status } = spawnSync('cargo', cargo, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error('the native build failed');
  const messages = stdout.toString().trim().split('\n').map((line) => JSON.parse(line));
  return messages.findLast((message) => message.executable)?.executable;
}

/** A program that answers lines. @param {string} command @param {string[]} args @param {Record<string, string>} [env] @returns {Contestant} */
function answering(command, args, env = {}) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.on('error', () => {}); // it has ended; the missing answer says so
  const ask = async (/** @type {string} */ what) => {
    child.stdin.write(`${what}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ended without an answer`);
    return JSON.parse(value);
  };
  return {
    run: () => ask('run'),
    bars: async () => (await ask('bars')).bars,
    close: async () => { child.stdin.end(); await ended; },
  };
}

/** @param {Case} c @param {string} file */
const caseArguments = (c, file) => [file, c.n, c.d, c.clouds, c.maxDim, c.threshold ?? 'inf', c.modulus].map(String);

/** Parent of every process, where the system tells it (Linux). @returns {Map<number, number>} */
function parents() {
  const found = new Map();
  if (!existsSync('/proc/self/stat')) return found;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      found.set(Number(pid), Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]));
    } catch {
      // it has ended meanwhile
    }
  }
  return found;
}

/** Processes that this one started itself. @returns {number[]} */
const children = () => [...parents()].filter(([, parent]) => parent === process.pid).map(([pid]) => pid);

/** Largest peak among the renderers of a browser: that of the tab, workers included. @param {number[]} browserPids */
function rendererPeak(browserPids) {
  const parent = parents();
  if (parent.size === 0) return null;
  let peak = 0;
  for (const pid of parent.keys()) {
    let ancestor = pid;
    while (ancestor > 1 && !browserPids.includes(ancestor)) ancestor = parent.get(ancestor) ?? 0;
    if (ancestor <= 1) continue;
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')) continue;
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024);
    } catch {
      // it has ended meanwhile
    }
  }
  return peak;
}

/** @param {number} threads @param {string} version @param {() => Promise<import('@playwright/test').Browser>} launch @param {string} url @returns {Program} */
function inChromium(threads, version, launch, url) {
  const open = async (/** @type {Case} */ c, /** @type {string} */ file) => {
    const before = children();
    const browser = await launch();
    const pids = children().filter((pid) => !before.includes(pid));
    const page = await (await browser.newContext({ serviceWorkers: 'block' })).newPage();
    await page.route('**/blank.html', (route) => route.fulfill({ headers: ISOLATION, contentType: 'text/html', body: '<!doctype html><title>blank</title>' }));
    await page.route('**/case.bin', (route) => route.fulfill({ path: file, contentType: 'application/octet-stream' }));
    await page.goto(`${url}blank.html`);
    await page.evaluate(async ({ nThreads, c: { d, clouds, maxDim, threshold, modulus } }) => {
      const address = '/www/bettiscope.js';
      const { Bettiscope } = await import(address);
      const scope = await Bettiscope.start(nThreads > 1 ? { build: 'threads', threads: nThreads } : { build: 'plain', workers: 1 });
      const all = new Float32Array(await (await fetch('/case.bin')).arrayBuffer());
      const size = all.length / clouds;
      const parts = Array.from({ length: clouds }, (_, i) => all.subarray(i * size, (i + 1) * size));
      const inputs = parts.map((part) => (d === 0 ? { distances: part } : { points: part, nCoords: d }));
      /** @type {any[]} */
      let found = [];
      Object.assign(window, {
        bench: {
          async run() {
            const start = performance.now();
            const settings = { maxDim, threshold, modulus };
            found = await (clouds > 1 ? scope.barcodes(inputs, settings) : scope.barcode(inputs[0], settings).then((one) => [one]))
              .catch((/** @type {any} */ error) => { throw new Error([error.message, error.details].join('\n')); });
            return (performance.now() - start) / 1000;
          },
          bars: () => found.map(({ dims, births, deaths }) => {
            const bars = /** @type {(number | null)[][]} */ (Array.from({ length: maxDim + 1 }, () => []));
            dims.forEach((/** @type {number} */ dim, /** @type {number} */ i) => bars[dim].push(births[i], Number.isFinite(deaths[i]) ? deaths[i] : null));
            return bars;
          }),
        },
      });
    }, { nThreads: threads, c: { ...c, values: null } });
    return {
      run: async () => {
        const seconds = await page.evaluate('bench.run()');
        return { seconds: /** @type {number} */ (seconds), peakBytes: rendererPeak(pids) };
      },
      bars: async () => /** @type {Bars} */ (await page.evaluate('bench.bars()')),
      close: () => browser.close(),
    };
  };
  return { program: 'bettiscope', version, where: 'chromium', threads, open };
}

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

const version = /version = "(.*)"/.exec(readFileSync(`${root}Cargo.toml`, 'utf8'))?.[1] ?? '';
const native = buildNative();
const server = await serve({ root: `${root}dist`, isolated: true });
const launch = () => chromium.launch(launchOptions);
/** @type {Program[]} */
const programs = [1, 2].map((threads) => ({
  program: 'bettiscope', version, where: /** @type {const} */ ('native'), threads,
  open: async (c, file) => answering(native, caseArguments(c, file), { RAYON_NUM_THREADS: String(threads) }),
}));
for (const threads of [1, 2]) programs.push(inChromium(threads, version, launch, server.url));
const asked = spawnSync(python, [`${root}benches/homology/peers.py`, 'versions']);
/** @type {Record<string, string>} */
const versions = asked.status === 0 ? JSON.parse(asked.stdout.toString()) : {};
if (asked.status !== 0) console.warn(`no peers: ${python} lacks the packages of benches/homology/requirements.txt`);
for (const [program, peerVersion] of Object.entries(versions)) {
  for (const threads of program.startsWith('giotto') ? [1, 2] : [1]) {
    const name = program;
    programs.push({
      program: name, version: peerVersion, where: 'native', threads,
      open: async (c, file) => answering(python, [`${root}benches/homology/peers.py`, name, ...caseArguments(c, file), String(threads)], { OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) }),
    });
  }
}

const today = new Date().toISOString().slice(0, 10);
const folder = options.quick ? scratch : `${root}docs`;
const keeps = options.merge || options.resume;
/** @type {import('./report.js').Row[]} */
const kept = keeps && existsSync(`${folder}/benchmarks.json`) ? JSON.parse(readFileSync(`${folder}/benchmarks.json`, 'utf8')) : [];
/** @param {string} name @param {boolean} peers whether they take part */
const isDone = (name, peers) => options.resume && kept.some((row) => row.case === name && row.date === today && (row.program !== 'bettiscope') === peers);
const wanted = options.only.split(',');
const all = cases();
/** @type {import('./report.js').Row[]} */
const rows = [];
let failures = 0;
let left = 0;
const began = performance.now();
for (const { name, quick, part, peers, make } of all) {
  if ((options.quick && !quick) || !wanted.some((some) => name.includes(some)) || isDone(name, peers && !options['no-peers'])) continue;
  if (performance.now() - began > Number(options.minutes) * 60000) {
    left += 1;
    continue;
  }
  const c = make();
  const file = `${scratch}/case.bin`;
  writeFileSync(file, new Uint8Array(c.values.buffer));
  const found = await measure(name, c, file, part);
  failures += found.filter((row) => !row.agrees).length;
  rows.push(...found);
  const shown = found.map((row) => `${row.program}${row.where === 'chromium' ? ' (Chromium)' : ''} ×${row.threads}: ${(row.seconds * 1000).toFixed(1)}`);
  console.log(`${name}  [ms]  ${shown.join('  ')}`);
}
rmSync(`${scratch}/case.bin`, { force: true });
await server.close();
const browser = await launch();
const about = { machine: `${cpus()[0].model.trim()}, ${cpus().length} cores`, chromium: browser.version() };
await browser.close();
const measured = new Set(rows.map((row) => row.case));
const both = [...kept.filter((row) => !measured.has(row.case)), ...rows];
writeReport(folder, all.flatMap(({ name, part }) => both.filter((row) => row.case === name).map((row) => ({ ...row, part }))), about);
console.log(`${folder}/benchmarks.md: ${measured.size} cases in ${((performance.now() - began) / 60000).toFixed(1)} minutes${left > 0 ? `, ${left} are left` : ''}`);
if (failures > 0) {
  console.error(`${failures} barcodes differ: these times do not count`);
  process.exitCode = 1;
}

/**
 * The rows of one case.
 * @param {string} name @param {Case} c @param {string} file its numbers @param {import('./report.js').Row['part']} part
 */
async function measure(name, c, file, part) {
  // Our native build with one thread comes first: the others are compared with it.
  const taking = programs.filter((p) => p.program === 'bettiscope' || (c.peers && !options['no-peers'] && takesPart(p, c)));
  const lanes = [];
  for (const program of taking) {
    lanes.push({ program, isPeer: program.program !== 'bettiscope', contestant: await program.open(c, file), seconds: /** @type {number[]} */ ([]), peakBytes: /** @type {number | null} */ (null), first: 0, last: 0, sum: 0, out: false });
  }
  const run = async (/** @type {typeof lanes[number]} */ lane) => {
    const answer = await lane.contestant.run().catch((/** @type {Error} */ error) => {
      if (!lane.isPeer) throw error;
      console.warn(`${name}: ${lane.program.program} ×${lane.program.threads} gives up: ${error.message}`);
      return null;
    });
    if (!answer) {
      lane.out = true;
      return;
    }
    lane.peakBytes = answer.peakBytes;
    lane.last = answer.seconds;
    lane.sum += answer.seconds;
  };
  for (const lane of lanes) {
    await run(lane);
    lane.first = lane.last;
    for (let warm = 1; warm < WARM_RUNS && lane.sum < WARM_S && !lane.out; warm += 1) await run(lane);
    // A first run that took so long counts: warming up hardly matters to it.
    if (lane.first > PATIENCE_S / 3) lane.seconds.push(lane.first);
  }
  const firsts = lanes.filter((lane) => lane.isPeer && !lane.out).map((lane) => lane.first);
  const turns = runs * (lanes.every((lane) => lane.last < SHORT_S) ? SHORT_TURNS : 1);
  for (let turn = 0; turn < turns; turn += 1) {
    for (const lane of lanes) {
      if (lane.out || (lane.seconds.length > 0 && lane.sum > PATIENCE_S)) continue;
      if (lane.isPeer && lane.first > 1 && lane.first > HOPELESS * Math.min(...firsts)) {
        lane.seconds.push(lane.first);
        lane.sum = Infinity;
        continue;
      }
      await run(lane);
      if (!lane.out) lane.seconds.push(lane.last);
    }
  }
  const ours = await lanes[0].contestant.bars();
  /** @type {import('./report.js').Row[]} */
  const found = [];
  for (const { program, isPeer, contestant, seconds, peakBytes, first, out } of lanes) {
    const differs = out ? '' : difference(ours, await contestant.bars(), !isPeer);
    await contestant.close();
    if (out) continue;
    if (differs) console.error(`${name}: ${program.program} (${program.where}, ${program.threads}) differs: ${differs}`);
    found.push({
      case: name, n: c.n, max_dim: c.maxDim, threshold: c.threshold, program: program.program, version: program.version, where: program.where,
      threads: program.threads, seconds: median(seconds), first_seconds: first, runs: seconds.length, peak_bytes: peakBytes, agrees: !differs, date: today, part,
    });
  }
  return found;
}

/** Edge collapse is worth a try of giotto-ph's from H2 on only. @param {Program} program @param {Case} c */
function takesPart(program, c) {
  return !program.program.includes('collapse') || c.maxDim > 1;
}
