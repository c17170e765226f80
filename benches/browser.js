/**
 * Times of the finished page in Chromium: `node benches/browser.js [--runs 5]`, after `cargo xtask build`.
 * Medians; what must agree between builds is compared, and the command fails if it does not.
 */
import { chromium } from '@playwright/test';
import { parseArgs } from 'node:util';
import { launchOptions } from '../tests/e2e/browser.js';
import { serve } from '../tests/e2e/server.js';
import { peakMemory } from './memory.js';

const { values: options } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
const runs = Number(options.runs);
const browser = await chromium.launch(launchOptions);
const root = new URL('../dist', import.meta.url).pathname;
const servers = { threads: await serve({ root, isolated: true }), plain: await serve({ root }) };

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** @param {'threads' | 'plain'} build */
async function openPage(build) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' });
  return { context, page: await context.newPage(), url: servers[build].url };
}

/** @param {'threads' | 'plain'} build */
async function opening(build) {
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    const { context, page, url } = await openPage(build);
    const start = performance.now();
    await page.goto(url);
    await page.waitForSelector('#strata .stratum:not(.waiting) .miniature svg');
    const first = performance.now() - start;
    await page.waitForFunction(() => document.documentElement.dataset.state === 'done');
    times.push([first, performance.now() - start]);
    await context.close();
  }
  return { first: median(times.map((t) => t[0])), all: median(times.map((t) => t[1])) };
}

/** Everything below runs in the page. @param {number} n repetitions */
async function inPage(n) {
  const address = new URL('./www/bettiscope.js', location.href).href;
  const { Bettiscope } = await import(address);
  const scope = await Bettiscope.start();
  const index = await (await fetch('./models/index.json')).json();
  const bundled = index.networks.find((/** @type {any} */ x) => x.checkpoint === 'trained');
  const network = await scope.loadNetwork(new URL(`./models/${bundled.file}`, location.href).href);
  const data = await scope.loadData(index.datasets[0].files.map((/** @type {string} */ f) => new URL(`./models/${f}`, location.href).href));
  /** @param {() => Promise<any>} work */
  const time = async (work) => {
    await work();
    const times = [];
    for (let i = 0; i < n; i += 1) {
      const start = performance.now();
      await work();
      times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b)[n >> 1];
  };
  let digest = '';
  const full = await time(async () => {
    const { layers } = await scope.analyse({ network, data, samples: 3000, clouds: 'per-class', layers: bundled.layers });
    digest = JSON.stringify(layers.map((/** @type {any} */ l) => l.clouds.map((/** @type {any} */ c) => c.lifespans)));
  });
  const points = Float32Array.from({ length: 3000 * 784 }, (_, i) => ((Math.imul(i + 1, 2654435761) >>> 8) % 65536) / 65536);
  /** @type {Record<string, number>} */
  const ratios = {};
  const scopes = [];
  for (const workers of [1, 2]) {
    const other = await Bettiscope.start({ workers, threads: workers, build: scope.info.build });
    scopes.push({ workers, other, same: await other.loadNetwork({ name: network.name, bytes: network.file }) });
  }
  // In turns, so that what else the machine does meets both alike.
  /** @type {Record<string, number[]>} */
  const all = {};
  for (let i = 0; i <= n; i += 1) {
    for (const { workers, other, same } of scopes) {
      for (const [name, work] of /** @type {[string, () => Promise<any>][]} */ ([
        ['distances', () => other.barcode({ points, nCoords: 784 }, { maxDim: 0 })],
        ['inference', () => other.analyse({ network: same, data, samples: 1000, layers: ['logits'], maxDim: 0 })],
      ])) {
        const start = performance.now();
        await work();
        if (i > 0) (all[`${name}${workers}`] ??= []).push(performance.now() - start); // the first is for warming up
      }
    }
  }
  for (const [name, times] of Object.entries(all)) ratios[name] = times.sort((a, b) => a - b)[times.length >> 1];
  for (const { other } of scopes) other.close();
  return { full, digest, ...ratios };
}

const digests = new Set();
for (const build of /** @type {const} */ (['threads', 'plain'])) {
  const { first, all } = await opening(build);
  const { context, page, url } = await openPage(build);
  await page.goto(`${url}#v=1&place=points`);
  await page.waitForFunction(() => document.documentElement.dataset.state === 'done');
  const found = /** @type {any} */ (await page.evaluate(inPage, Math.min(runs, 3)));
  const peak = peakMemory();
  await context.close();
  digests.add(found.digest);
  const ms = (/** @type {number} */ t) => `${Math.round(t)} ms`;
  console.log(`${build} build`);
  console.log(`  first barcode after opening             ${ms(first)}`);
  console.log(`  all 12 layers of 300 images             ${ms(all)}`);
  console.log(`  3,000 images × 11 layers, H0+H1/class   ${ms(found.full)}`);
  console.log(`  peak resident memory of the tab         ${peak ?? 'not known'} MB`);
  console.log(`  distances 3,000 × 784, 1 → 2            ${ms(found.distances1)} → ${ms(found.distances2)}: ${(found.distances1 / found.distances2).toFixed(2)}×`);
  console.log(`  inference of 1,000 images, 1 → 2        ${ms(found.inference1)} → ${ms(found.inference2)}: ${(found.inference1 / found.inference2).toFixed(2)}×`);
}
await browser.close();
for (const server of Object.values(servers)) await server.close();
if (digests.size !== 1) {
  console.error('the builds disagree: these times do not count');
  process.exitCode = 1;
}
