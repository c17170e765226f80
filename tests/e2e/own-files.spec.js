/** The page's door: own networks and data by drop, choice, paste and address, and that nothing of them leaves. */
import { expect, test } from '@playwright/test';
import { dataFile } from './blank.js';
import { serve } from './server.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {{name: string, buffer: Buffer}} Upload */

/** @type {string[]} */
let foreign = [];

test.beforeEach(async ({ page, baseURL }) => {
  foreign = [];
  page.context().on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(String(baseURL)) && !/^(data|blob):/.test(url)) foreign.push(url);
  });
});

/** @param {Page} page @param {string} [state] */
const reached = (page, state = 'done') => page.waitForFunction((wanted) => document.documentElement.dataset.state === wanted, state, { timeout: 60_000 });

/** @param {Page} page @param {string} [hash] */
async function open(page, hash = '#v=1&n=60') {
  await page.goto(`/${hash}`);
  await reached(page);
}

/** Drops files on the page as a person would. @param {Page} page @param {Upload[]} files */
async function drop(page, files) {
  const transfer = await page.evaluateHandle((list) => {
    const made = new DataTransfer();
    for (const { name, base64 } of list) made.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
    return made;
  }, files.map(({ name, buffer }) => ({ name, base64: buffer.toString('base64') })));
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await expect(page.locator('#drop-here')).toContainText('Drop it anywhere');
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await expect(page.locator('#drop-here')).toBeHidden();
}

/** @param {Page} page @param {string} text */
const paste = (page, text) => page.evaluate((words) => {
  const data = new DataTransfer();
  data.setData('text/plain', words);
  document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}, text);

/** @param {Page} page */
const alert = (page) => page.getByRole('alert');
/** @param {string} name @param {string} path */
const upload = (name, path) => ({ name, buffer: dataFile(path) });
const tinyNetwork = (name = 'tiny-cnn.onnx') => upload(name, 'network/tiny-cnn.onnx');

test('the browser lets neither the page nor its workers ask another host', async ({ page }) => {
  const other = await serve({ root: new URL('../data', import.meta.url).pathname, cors: true });
  await open(page);
  const outcomes = await page.evaluate(async (url) => {
    const attempt = (/** @type {string} */ where) => where === 'page' ? fetch(url).then(() => 'reached', () => 'blocked') : new Promise((resolve) => {
      const source = `fetch(${JSON.stringify(url)}).then(() => postMessage('reached'), () => postMessage('blocked'))`;
      new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))).onmessage = ({ data }) => resolve(data);
    });
    const socket = new Promise((resolve) => {
      try {
        new WebSocket(url.replace('http', 'ws')).onerror = () => resolve('blocked');
      } catch {
        resolve('blocked');
      }
    });
    const image = new Promise((resolve) => Object.assign(new Image(), { src: url, onload: () => resolve('reached'), onerror: () => resolve('blocked') }));
    const frame = new Promise((resolve) => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => violatedDirective.startsWith('frame') && resolve('blocked'));
      document.body.append(Object.assign(document.createElement('iframe'), { src: url }));
    });
    return Promise.all([attempt('page'), attempt('worker'), socket, image, frame]);
  }, `${other.url}diagrams.json`);
  expect(outcomes).toEqual(['blocked', 'blocked', 'blocked', 'blocked', 'blocked']);
  expect(other.asked).toEqual([]);
  await other.close();
});

test('own network and own data run, and no request leaves', async ({ page }) => {
  await open(page);
  await drop(page, [tinyNetwork(), { name: 'mine.idx3-ubyte', buffer: idxOf(40, 28) }, { name: 'README.md', buffer: Buffer.from('words') }]);
  await expect(page.locator('#words')).toContainText('tiny-cnn.onnx', { timeout: 60_000 });
  await reached(page);
  await expect(alert(page)).toContainText('tiny-cnn.onnx as the network');
  await expect(alert(page)).toContainText('mine.idx3-ubyte as data');
  await expect(alert(page)).toContainText('README.md as something not needed');
  expect(foreign).toEqual([]);
});

/** Grey images as IDX. @param {number} n @param {number} side */
function idxOf(n, side) {
  const header = Buffer.alloc(16);
  [0x803, n, side, side].forEach((value, i) => header.writeInt32BE(value, 4 * i));
  return Buffer.concat([header, Buffer.from(Uint8Array.from({ length: n * side * side }, (_, i) => (i * 31 + Math.floor(i / 784) * 57) % 251))]);
}

test('an address is asked only after consent, in a window of its own', async ({ page }) => {
  const other = await serve({ root: new URL('../data', import.meta.url).pathname, cors: true });
  await open(page, `#v=1&n=60&url=${encodeURIComponent(encodeURIComponent(`${other.url}network/tiny-cnn.onnx`))}`);
  const door = page.locator('#door');
  await expect(door).toBeVisible();
  await expect(door.locator('.asks')).toContainText(`127.0.0.1:${other.port}`);
  await expect(door.locator('.asks')).toContainText('tiny-cnn.onnx');
  expect(other.asked).toEqual([]);
  const [window] = await Promise.all([page.waitForEvent('popup'), page.locator('#door-download').click()]);
  expect(window.url()).toContain('open-link.html');
  await expect(page.locator('#words')).toContainText('tiny-cnn.onnx', { timeout: 60_000 });
  await reached(page);
  expect(other.asked).toEqual(['GET /network/tiny-cnn.onnx']);
  expect(window.isClosed()).toBe(true);
  expect(decodeURIComponent(decodeURIComponent(new URL(page.url()).hash))).toContain('network/tiny-cnn.onnx');
  await other.close();
});

test('a host that allows no other sites is explained in a sentence', async ({ page }) => {
  const other = await serve({ root: new URL('../data', import.meta.url).pathname });
  await open(page);
  const before = await page.locator('[data-layer=block05] .sums').textContent();
  await paste(page, `${other.url}network/tiny-cnn.onnx`);
  await expect(page.locator('#door .asks')).toContainText('tiny-cnn.onnx');
  await page.locator('#door-download').click();
  await expect(alert(page)).toContainText('Access-Control-Allow-Origin');
  await expect(alert(page)).toContainText('download the file and drop it here');
  await expect(page.locator('[data-layer=block05] .sums')).toHaveText(String(before));
  await other.close();
});

test('pages of GitHub and Hugging Face become their files, or say which address to take', async ({ page }) => {
  await open(page);
  await paste(page, 'https://github.com/onnx/models/blob/main/vision/mnist-12.onnx');
  await expect(page.locator('#door .asks')).toContainText('raw.githubusercontent.com');
  await page.locator('#door-address').fill('https://huggingface.co/org/name/blob/main/onnx/model.onnx');
  await expect(page.locator('#door .asks')).toContainText('huggingface.co for model.onnx');
  await page.locator('#door-address').fill('https://huggingface.co/org/name');
  await expect(page.locator('#door .asks')).toContainText('take the address of one file');
  await expect(page.locator('#door-download')).toBeDisabled();
  expect(foreign).toEqual([]);
});

test('several networks of the same layers are checkpoints, in an order that can be changed', async ({ page }) => {
  await open(page);
  await drop(page, ['net-epoch10.onnx', 'net-epoch2.onnx', 'net-untrained.onnx'].map(tinyNetwork));
  await expect(page.locator('.checkpoint b')).toHaveText(['untrained', 'epoch 2', 'epoch 10'], { timeout: 60_000 });
  await reached(page);
  await expect(page.locator('#choose-network option', { hasText: 'net: 3 checkpoints' })).toHaveCount(1);
  await expect(page.locator('.checkpoint[aria-pressed=true]')).toContainText('epoch 10');
  await page.locator('.order summary').click();
  await page.getByRole('button', { name: 'Move epoch 10 earlier' }).click();
  await expect(page.locator('.checkpoint b')).toHaveText(['untrained', 'epoch 10', 'epoch 2']);
  await page.locator('.order input').last().fill('overfitted');
  await page.locator('.order input').last().press('Enter');
  await expect(page.locator('.checkpoint b')).toHaveText(['untrained', 'epoch 10', 'overfitted']);
  await page.keyboard.press('Escape');
  await page.locator('.checkpoint', { hasText: 'untrained' }).click();
  await reached(page);
  await expect(page.locator('.checkpoint[aria-pressed=true]')).toContainText('untrained');
});

test('own checkpoints take part in a study', async ({ page }) => {
  await page.goto('/#v=1&place=study');
  await reached(page);
  await drop(page, [...['net-epoch1.onnx', 'net-epoch20.onnx'].map(tinyNetwork), { name: 'mine.idx3-ubyte', buffer: idxOf(40, 28) }]);
  await expect(page.locator('#study-place .chip', { hasText: 'epoch 20' })).toHaveCount(1);
  await page.locator('#study-place .run').click();
  await reached(page, 'running');
  await reached(page);
  await page.locator('[data-question=training]').click();
  await expect(page.locator('#study-place .timeline')).toContainText('epoch 20');
  await page.locator('#study-place .timeline input').press('ArrowLeft');
  await expect(page.locator('#study-place .timeline output')).toContainText('epoch 1');
});

test('pasted numbers, texts and files are taken for what they are', async ({ page }) => {
  await open(page, '#v=1&place=points');
  await paste(page, '0 0\n1 0\n1 1\n0 1');
  await expect(page.locator('#points-words')).toContainText('4 points in R2');
  await drop(page, [{ name: 'sayings.txt', buffer: Buffer.from('the cat sat on the mat\nthe dog lay on the rug\na bird sang in the tree\n') }]);
  await expect(page.locator('#network-place')).toBeVisible();
  await expect(page.locator('#words')).toContainText('sayings.txt', { timeout: 60_000 });
});

test('distances dropped beside a network open where they belong', async ({ page }) => {
  await open(page);
  await drop(page, [upload('line.dipha', 'readers/line.dipha')]);
  await expect(page.locator('#points-words')).toContainText('given by their distances');
});

test('files of other programs are refused with what to do, and the picture stays', async ({ page }) => {
  await open(page);
  const before = await page.locator('[data-layer=block05] .sums').textContent();
  for (const [name, words] of [['model.pt', 'torch.onnx.export'], ['model.h5', 'tf2onnx'], ['table.xlsx', 'CSV'], ['tokenizer.json', 'together with the network']]) {
    await drop(page, [{ name, buffer: Buffer.from('{}') }]);
    await expect(alert(page)).toContainText(words);
  }
  await expect(page.locator('[data-layer=block05] .sums')).toHaveText(String(before));
});

test('a file that cannot be read leaves what is running alone', async ({ page }) => {
  await open(page);
  await page.locator('#network-place .measure:has(#measure-sheet) summary').click();
  await page.locator('#choose-samples').fill('2000');
  await page.locator('#choose-samples').press('Tab');
  await page.keyboard.press('Escape');
  await page.locator('#run').click();
  await reached(page, 'running');
  await drop(page, [{ name: 'ragged.csv', buffer: Buffer.from('1,2\n3,4\n5\n') }]);
  await expect(alert(page)).toContainText('line 3');
  expect(await page.evaluate(() => document.documentElement.dataset.state)).toBe('running');
  await page.locator('#run').click();
  await reached(page, 'cancelled');
});

test('the README’s ten lines: network and samples of PyTorch, dropped together', async ({ page }) => {
  await open(page);
  await drop(page, [upload('model.onnx', 'own/model.onnx'), upload('data.npz', 'own/data.npz')]);
  await expect(page.locator('#words')).toContainText('model.onnx', { timeout: 60_000 });
  await reached(page);
  await expect(page.locator('#words')).toContainText('data.npz');
  await expect(page.locator('#words')).toContainText('accuracy here');
  expect(await page.locator('#strata .stratum:not(.waiting)').count()).toBeGreaterThanOrEqual(4);
  await expect(page.locator('#intervals svg')).toBeVisible();
});

test('ready activations are measured without a network, and several files are checkpoints', async ({ page }) => {
  await open(page);
  await drop(page, [upload('activations.npz', 'own/activations.npz')]);
  await expect(page.locator('#words')).toContainText('its activations were stored', { timeout: 60_000 });
  await reached(page);
  await expect(page.locator('#strata .stratum')).toHaveText([/layer1/, /layer2/, /layer3/]);
  await expect(page.locator('#profile svg')).toHaveCount(2);
  await expect(page.locator('#choose-data option')).toHaveText(['activations.npz']);
  await expect(page.locator('#training')).toBeHidden();
  await drop(page, ['run-step100.npz', 'run-step20.npz'].map((name) => upload(name, 'own/activations.npz')));
  await expect(page.locator('.checkpoint b')).toHaveText(['step 20', 'step 100'], { timeout: 60_000 });
  await reached(page);
  await page.locator('.checkpoint', { hasText: 'step 20' }).click();
  await expect(page.locator('.checkpoint[aria-pressed=true]')).toContainText('step 20');
  await expect(page.locator('#words')).toContainText('run-step20.npz', { timeout: 60_000 });
  await page.locator('#choose-network').selectOption({ label: 'ResNet on Fashion-MNIST' });
  await expect(page.locator('[data-layer=block05] .sums')).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('#words')).toContainText('Fashion-MNIST');
});

test('ready activations and own checkpoints run in a study', async ({ page }) => {
  await page.goto('/#v=1&place=study');
  await reached(page);
  await drop(page, [upload('a-epoch1.npz', 'own/activations.npz'), upload('a-epoch2.npz', 'own/activations.npz')]);
  await expect(page.locator('#study-place .chip', { hasText: 'epoch 2' })).toHaveCount(1);
  await page.locator('#study-place .run').click();
  await reached(page, 'running');
  await reached(page);
  await expect(page.locator('.study-figure:visible svg').first()).toBeVisible();
  await page.locator('[data-question=training]').click();
  await expect(page.locator('#study-place .timeline')).toContainText('epoch 2');
});

test('a run that would not fit offers what would, and nothing runs before one is chosen', async ({ page }) => {
  const n = 12_000;
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${n}, 28, 28), }`.padEnd(117, ' ');
  const start = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header}\n`, 'latin1');
  const pixels = Buffer.from(Uint8Array.from({ length: n * 28 * 28 }, (_, i) => Math.imul(i, 2654435761) >>> 24));
  await open(page);
  await page.locator('#open-data').setInputFiles({ name: 'many.npy', mimeType: '', buffer: Buffer.concat([start, pixels]) });
  await expect(page.locator('#words')).toContainText('many.npy', { timeout: 60_000 });
  await reached(page);
  const estimate = page.locator('#estimate');
  const offers = estimate.getByRole('button');
  const takeAll = async () => {
    await page.locator('#network-place .measure:has(#measure-sheet) summary').click();
    await page.locator('#choose-samples').fill(String(n));
    await page.locator('#choose-samples').press('Tab');
  };
  await takeAll();
  await expect(estimate).toContainText(/needs [\d,]+ MB of the [\d,]+ there are/);
  await expect(offers).toHaveText(['take 6000 samples']);
  await page.screenshot({ path: 'test-results/too-large.png' });
  await offers.click();
  await expect(page.locator('#choose-samples')).toHaveValue('6000');
  await expect(estimate).toContainText(/about \d+\s(s|min)/);
  await expect(offers).toHaveCount(0);
  await takeAll();

  // Without loops there is no distance matrix, but the values of all positions are too many.
  await page.locator('#choose-maxDim').selectOption('0');
  await page.locator('#choose-pooling').selectOption('flatten');
  await expect(offers).toHaveText(['take 3000 samples', 'take means over positions']);
  expect(await page.evaluate(() => document.documentElement.dataset.state)).toBe('changed');
  await offers.last().click();
  await expect(estimate).toContainText(/about \d+\s(s|min)/);
  await expect(page.locator('#choose-pooling')).toHaveValue('mean');
});
