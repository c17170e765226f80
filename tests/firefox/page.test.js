/**
 * The finished page in Firefox, as far as browsers differ: modules in workers, threads, files, the policy, windows. Through
 * WebDriver BiDi, which stock Firefox speaks. `cargo xtask test --only firefox`, after `cargo xtask build`.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { serve } from '../e2e/server.js';
import { Watched } from './watched.js';

const dist = new URL('../../dist', import.meta.url).pathname;
const data = new URL('../data/', import.meta.url);
const executablePath = process.env.FIREFOX ?? '/usr/bin/firefox-esr';

/** @type {import('puppeteer-core').Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let isolated;
/** @type {Awaited<ReturnType<typeof serve>>} */
let plain;
/** @type {import('puppeteer-core').Page} */
let page;
/** @type {Watched} */
let watched;

before(async () => {
  [isolated, plain] = await Promise.all([serve({ root: dist, isolated: true }), serve({ root: dist })]);
  browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true, timeout: 300_000, extraPrefsFirefox: { 'dom.disable_open_during_load': false } });
});

after(async () => {
  await browser?.close();
  await Promise.all([isolated.close(), plain.close()]);
});

/** A fresh page without a document. @param {{asked: string[]}} server that it will ask */
async function fresh({ asked }) {
  await page?.close();
  page = await browser.newPage();
  watched = new Watched(page, asked);
  await page.bringToFront(); // a page behind another draws no frames, and waits for them
}

/** A fresh page whose result is there. @param {{url: string, asked: string[]}} server @param {string} [hash] */
async function open(server, hash = '#v=1&n=60') {
  await fresh(server);
  await page.setViewport({ width: 1440, height: 900 });
  await watched.go(server.url + hash);
  await reached('done');
}

/** While a page gives way to the next there is no element. @param {string} state */
const reached = (state) => watched.until(`the page is ${state}`, (wanted) => document.documentElement?.dataset.state === wanted, state);
/** @param {string} selector @param {string} words */
const says = (selector, words) => watched.until(`${selector} says “${words}”`, (where, what) => document.querySelector(where)?.textContent?.includes(what) === true, selector, words);
/** @param {string} selector @returns {Promise<string>} */
const text = (selector) => page.$eval(selector, (found) => found.textContent ?? '');
const sums = () => page.$$eval('#strata .sums', (all) => all.map((one) => one.textContent));

/** @param {{name: string, bytes: Buffer}[]} files */
const drop = (files) => page.evaluate((list) => {
  const transfer = new DataTransfer();
  for (const { name, base64 } of list) transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
  for (const type of ['dragover', 'drop']) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}, files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') })));
/** @param {string} path */
const file = (path) => ({ name: path.split('/').pop() ?? path, bytes: readFileSync(new URL(path, data)) });

test('an isolated page opens with threads', async () => {
  await open(isolated);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.build), 'threads');
  assert.equal((await sums()).length, 12);
  assert.match(await text('#intervals .readout'), /β₀ =/);
});

test('with and without threads the numbers are the same', async () => {
  const threads = await sums();
  const outcome = await page.evaluate(async () => {
    const { Bettiscope } = await import(new URL('www/bettiscope.js', document.baseURI).href);
    const points = Float32Array.from({ length: 160 }, (_, i) => Math.sin(12.9898 * i) * 43758.5453 % 1);
    const bars = [];
    for (const build of ['threads', 'plain']) {
      const scope = await Bettiscope.start({ build });
      const { births, deaths } = await scope.barcode({ points, nCoords: 2 }, { maxDim: 1 });
      bars.push([...births, ...deaths].join());
      scope.close();
    }
    return bars;
  });
  assert.equal(outcome[0], outcome[1]);
  assert.equal(threads.length, 12);
});

test('a host without headers is isolated by the service worker', async () => {
  await open(plain);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.build), 'threads');
});

test('own network and own data', async () => {
  await open(isolated);
  await drop([file('network/tiny-cnn.onnx')]);
  await says('#words', 'tiny-cnn.onnx');
  await reached('done');
  const before = isolated.asked.length;
  await drop([file('readers/line-distances.csv')]);
  await says('#points-words', 'distances');
  assert.deepEqual(isolated.asked.slice(before).filter((line) => !line.startsWith('GET')), [], 'nothing is sent');
});

test('a broken file says what is wrong, and the picture stays', async () => {
  await open(isolated);
  const before = await sums();
  await drop([file('network/truncated.onnx')]);
  await says('#alert', 'truncated.onnx');
  assert.deepEqual(await sums(), before);
});

test('no other host can be asked, but by the window that asks for an address', async () => {
  const other = await serve({ root: data.pathname, cors: true });
  await open(isolated);
  const outcome = await page.evaluate((url) => fetch(url).then(() => 'reached', () => 'blocked'), `${other.url}diagrams.json`);
  assert.equal(outcome, 'blocked');
  assert.deepEqual(other.asked, []);
  await page.click('#open-door');
  await page.type('#door-address', `${other.url}network/tiny-cnn.onnx`);
  await says('#door .asks', 'tiny-cnn.onnx');
  await page.click('#door-download');
  await says('#words', 'tiny-cnn.onnx');
  assert.deepEqual(other.asked, ['GET /network/tiny-cnn.onnx']);
  await other.close();
});

test('what a browser lacks is said in a sentence', async () => {
  const lacks = { 'WebAssembly, or it': () => { Object.defineProperty(window, 'WebAssembly', { value: undefined }); }, SIMD: () => { WebAssembly.validate = () => false; } };
  for (const [words, spoil] of Object.entries(lacks)) {
    await fresh(isolated);
    await page.evaluateOnNewDocument(spoil);
    await watched.go(isolated.url);
    await says('#alert', words);
  }
});
