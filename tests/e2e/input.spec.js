/** How samples are handed to a network: preview, wrong guesses made visible, memory, and runs beside each other. */
import { deflateSync } from 'node:zlib';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { dataFile, openBlank } from './blank.js';

/** @typedef {import('@playwright/test').Page} Page */

/** @param {Page} page @param {string} [state] */
const reached = (page, state = 'done') => page.waitForFunction((wanted) => document.documentElement.dataset.state === wanted, state, { timeout: 60_000 });

/** @param {Buffer} bytes */
function crc(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) {
    c ^= byte;
    for (let k = 0; k < 8; k += 1) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return (c ^ 0xffffffff) >>> 0;
}

/** A picture of one colour. @param {number} side @param {number[]} colour */
function png(side, colour) {
  const chunk = (/** @type {string} */ type, /** @type {Buffer} */ body) => {
    const inner = Buffer.concat([Buffer.from(type, 'latin1'), body]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    check.writeUInt32BE(crc(inner));
    return Buffer.concat([length, inner, check]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.from([0, ...Array.from({ length: side }, () => colour).flat()]);
  const pixels = Buffer.concat(Array.from({ length: side }, () => row));
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(pixels)), chunk('IEND', Buffer.alloc(0))]);
}

/** A folder with a folder of pictures per class: one of dark ones and one of bright ones. */
function pictures() {
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  for (const [name, level] of /** @type {[string, number][]} */ ([['1-dark', 70], ['2-bright', 210]])) {
    mkdirSync(join(folder, name));
    for (let i = 0; i < 20; i += 1) writeFileSync(join(folder, name, `${i}.png`), png(40, [level + i, level + 2 * i, level]));
  }
  return folder;
}

test('a network that does no better than chance gets the range it was made for', async ({ page }) => {
  await page.goto('/#v=1&n=40');
  await reached(page);
  await page.locator('#open-network').setInputFiles({ name: 'bright.onnx', mimeType: '', buffer: dataFile('network/bright.onnx') });
  await page.waitForFunction(() => document.querySelector('#choose-network')?.textContent?.includes('bright.onnx'));
  await page.locator('#open-folder').setInputFiles(pictures());
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('50 % of the samples are right, no better than chance (50 %)', { timeout: 60_000 });
  await expect(alert).toContainText('With ImageNet’s mean and deviation it is 100 % of 40');
  await page.locator('#input-settings > summary').click();
  await expect(page.locator('.right-answers')).toContainText('No better than chance');
  await expect(page.locator('.seen-pictures canvas')).toHaveCount(6);
  await expect(page.locator('.seen')).toContainText('3 × 32 × 32 each');
  await page.screenshot({ path: 'test-results/input-wide.png' });
  await alert.getByRole('button', { name: 'Use ImageNet' }).click();
  await page.waitForFunction(() => document.querySelector('.right-answers')?.textContent?.startsWith('100 %'), null, { timeout: 60_000 });
  await expect(page).toHaveURL(/input=.*mean/);
  if (!(await page.locator('#input-settings').evaluate((fold) => /** @type {HTMLDetailsElement} */ (fold).open))) await page.locator('#input-settings > summary').click();
  await expect(page.locator('.seen table')).toContainText('-');
});

test('what the network sees is shown in the order and range of its tensor', async ({ page }, info) => {
  await openBlank(page, info.project.name);
  const seen = await page.evaluate(async (file) => {
    const network = await window.scope.loadNetwork({ name: 'planes.onnx', bytes: Uint8Array.from(file) });
    const values = Uint8Array.from({ length: 4 * 5 * 3 }, (_, i) => [255, 51, 0][i % 3]);
    const data = { kind: 'samples', name: 'red', n: 1, shape: [4, 5, 3], values, labels: null, classes: [], notes: [] };
    const input = { range: '-1..1', colours: 'bgr' };
    const { pixels, size, channels } = await window.scope.previewInput({ network, data, input });
    return { pixel: [...pixels.slice(0, 4)], size: [...size], ranges: channels.map((/** @type {any} */ c) => [c.low, c.high]), reasons: network.pictures.reasons };
  }, [...dataFile('network/planes.onnx')]);
  expect(seen.pixel).toEqual([0, 51, 255, 255]);
  expect(seen.size).toEqual([4, 5]);
  expect(seen.ranges.flat().map((/** @type {number} */ v) => Math.round(100 * v) / 100)).toEqual([-1, -1, -0.6, -0.6, 1, 1]);
  expect(seen.reasons.join()).toContain('NCHW');
});

/** @param {string} descr @param {number[]} shape @param {Buffer} body */
function npy(descr, shape, body) {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`.padEnd(117) + '\n';
  return Buffer.concat([Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]), Buffer.from(header), body]);
}

test('arrays of another size are resized as pictures are, which is shown and said', async ({ page }) => {
  const n = 40;
  const images = Buffer.from(Uint8Array.from({ length: n * 28 * 28 }, (_, i) => (Math.floor(i / 784) % 2 ? 210 : 70) + (i % 28)));
  const labels = Buffer.from(Uint8Array.from({ length: n }, (_, i) => i % 2));
  await page.goto('/#v=1&n=40');
  await reached(page);
  await page.locator('#open-network').setInputFiles([
    { name: 'bright.onnx', mimeType: '', buffer: dataFile('network/bright.onnx') },
    { name: 'images.npy', mimeType: '', buffer: npy('|u1', [n, 28, 28], images) },
    { name: 'labels.npy', mimeType: '', buffer: npy('|u1', [n], labels) },
  ]);
  await expect(page.getByRole('alert')).toContainText('Samples of 28 × 28 pixels were resized to the network’s 32 × 32 (centre cut out)', { timeout: 60_000 });
  await page.locator('#input-settings > summary').click();
  await expect(page.locator('.seen')).toContainText('Resized from 28 × 28 to 32 × 32 pixels');
  await expect(page.locator('.seen-pictures canvas').first()).toHaveAttribute('width', '32');
  await page.getByLabel('pictures of other sizes').selectOption('crop-0.875');
  await expect(page).toHaveURL(/crop-0\.875/);
  await expect(page.getByRole('alert')).toContainText('(87.5 % of the centre cut out)', { timeout: 60_000 });
  await page.screenshot({ path: 'test-results/resized-wide.png' });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: 'test-results/resized-narrow.png' });
});

test('of several inputs samples feed one, and the others are filled', async ({ page }) => {
  await page.goto('/#v=1');
  await reached(page);
  const files = ['two-inputs.onnx', 'two-inputs.npz'].map((name) => ({ name, mimeType: '', buffer: dataFile(`network/${name}`) }));
  await page.locator('#open-network').setInputFiles(files);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('image holds the samples, meta, scale other inputs of the network', { timeout: 60_000 });
  await page.locator('#input-settings > summary').click();
  const [fed, meta] = [page.getByLabel('samples feed the input'), page.getByLabel('meta (any × 4) gets')];
  await expect(fed).toHaveValue('image');
  await expect(meta).toHaveValue('');
  await page.screenshot({ path: 'test-results/inputs-wide.png' });
  const sums = page.locator('[data-layer=logits] .sums');
  const before = await sums.textContent();
  await meta.selectOption('1');
  await expect(page).toHaveURL(/fill%3Ameta%3D1/);
  await reached(page);
  await expect(sums).not.toHaveText(String(before), { timeout: 60_000 });
  await meta.selectOption('number');
  await page.getByLabel('number for meta').fill('-2.5');
  await page.getByLabel('number for meta').press('Enter');
  await expect(page).toHaveURL(/fill%3Ameta%3D-2\.5/);
  await expect(meta).toHaveValue('-2.5');
  await reached(page);
  await fed.selectOption('meta');
  await expect(page).toHaveURL(/feed%3Ameta/);
  await expect(page.getByLabel('image (any × 3 × 8 × 8) gets')).toHaveValue('', { timeout: 60_000 });
  await reached(page);
  await expect(page.locator('.seen')).toContainText('4 each', { timeout: 60_000 });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: 'test-results/inputs-narrow.png', fullPage: true });
});

test('networks of several inputs compute what ONNX Runtime does', async ({ page }, info) => {
  await openBlank(page, info.project.name);
  const recorded = JSON.parse(dataFile('network/several-inputs.json').toString()).pictures;
  const logits = await page.evaluate(async ([file, archive]) => {
    const network = await window.scope.loadNetwork({ name: 'two-inputs.onnx', bytes: Uint8Array.from(file) });
    const data = await window.scope.loadData([{ name: 'two-inputs.npz', bytes: Uint8Array.from(archive) }], { inputs: [network.input, ...network.others].map((/** @type {{name: string}} */ { name }) => name) });
    const run = async (/** @type {any} */ input) => {
      const { layers, notes, samples } = await window.scope.analyse({ network, data, input, layers: ['logits'], samples: 5, maxDim: 0 });
      return { values: [...layers[0].points], index: [...samples.index], notes };
    };
    const alone = { ...data, arrays: [] };
    const { notes } = await window.scope.analyse({ network, data: alone, layers: ['logits'], samples: 5, maxDim: 0 });
    return { arrays: await run({}), ones: await run({ fill: { meta: '1', scale: '1' } }), zeros: await run({ fill: { meta: '0', scale: '0' } }), notes };
  }, [[...dataFile('network/two-inputs.onnx')], [...dataFile('network/two-inputs.npz')]]);
  for (const way of /** @type {const} */ (['arrays', 'ones', 'zeros'])) {
    const wanted = logits[way].index.flatMap((sample) => recorded[way].logits[sample]);
    logits[way].values.forEach((value, i) => expect(Math.abs(value - wanted[i])).toBeLessThan(1e-4));
    expect(logits[way].notes).toEqual([]);
  }
  expect(logits.notes.join()).toContain('samples feed “image”, and “meta” gets zeros, “scale” gets ones');
});

test('a second network loads and runs while the first one computes', async ({ page }, info) => {
  await openBlank(page, info.project.name);
  const order = await page.evaluate(async () => {
    const index = await (await fetch('/models/index.json')).json();
    const find = (/** @type {string} */ id) => index.networks.find((/** @type {any} */ entry) => entry.id === id);
    const at = (/** @type {string} */ file) => `/models/${file}`;
    const data = await window.scope.loadData(index.datasets.find((/** @type {any} */ d) => d.id === 'fashion-mnist-train').files.map(at));
    const first = await window.scope.loadNetwork(at(find('resnet-fashion-mnist-8').file));
    /** @type {string[]} */
    const events = [];
    const long = window.scope.analyse({ network: first, data, samples: 3000, layers: ['logits'], maxDim: 0 }).then(() => events.push('first'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const second = await window.scope.loadNetwork(at(find('convmixer-fashion-mnist-7').file));
    events.push('loaded');
    await window.scope.analyse({ network: second, data, samples: 20, layers: ['logits'], maxDim: 0 });
    events.push('second');
    await long;
    return events;
  });
  expect(order).toEqual(['loaded', 'second', 'first']);
});

test('a network takes about the memory that was predicted', async ({ page }, info) => {
  await openBlank(page, info.project.name);
  const need = await page.evaluate(async () => {
    const index = await (await fetch('/models/index.json')).json();
    const entry = index.networks.find((/** @type {any} */ { id }) => id === 'vgg-fashion-mnist-7');
    const network = await window.scope.loadNetwork(`/models/${entry.file}`);
    const data = await window.scope.loadData(index.datasets.find((/** @type {any} */ d) => d.id === 'fashion-mnist-train').files.map((/** @type {string} */ file) => `/models/${file}`));
    const layers = entry.layers;
    const { networkMegabytes } = await window.scope.estimate({ n: 64, network, layers, sampleShape: data.shape });
    const { memory } = await window.scope.analyse({ network, data, samples: 64, layers, maxDim: 0 });
    return { predicted: networkMegabytes, used: memory / 2 ** 20 };
  });
  expect(need.used).toBeLessThan(2 * need.predicted);
  expect(need.used).toBeGreaterThan(need.predicted / 2);
});

test('rows of token ids need no tokenizer', async ({ page }, info) => {
  await openBlank(page, info.project.name);
  const found = await page.evaluate(async (file) => {
    const network = await window.scope.loadNetwork({ name: 'tiny-text.onnx', bytes: Uint8Array.from(file) });
    const rows = ['5,6,7,0,0', '9,1,0,0,0', '3,4,5,6,7'].join('\n');
    const data = await window.scope.loadData([{ name: 'ids.csv', bytes: new TextEncoder().encode(rows) }]);
    const { samples, layers } = await window.scope.analyse({ network, data, maxDim: 0 });
    return { ids: samples.tokens.map((/** @type {any} */ t) => [...t.ids]), layers: layers.map((/** @type {any} */ l) => l.id) };
  }, [...dataFile('network/tiny-text.onnx')]);
  expect(found.ids).toEqual([[5, 6, 7], [9, 1], [3, 4, 5, 6, 7]]);
  expect(found.layers).not.toContain('input');
});
