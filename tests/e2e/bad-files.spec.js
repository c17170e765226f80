/** Each kind of bad file says where, what and what to do; the earlier picture stays. Screenshots lie in test-results/bad-files. */
import { expect, test } from '@playwright/test';
import { readFileSync, readdirSync } from 'node:fs';
import { dataFile } from './blank.js';

/** @param {string} text */
const bytes = (text) => Buffer.from(text, 'latin1');
/** @param {string} shape @param {string} type @param {string} [body] */
function npy(shape, type = '<f4', body = '') {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117, ' ');
  return Buffer.concat([bytes('\x93NUMPY\x01\x00'), Buffer.from([118, 0]), bytes(`${header}\n`), bytes(body)]);
}

/** @type {[name: string, content: Buffer, words: RegExp][]} */
const BAD = [
  ['empty.csv', bytes(''), /empty\.csv.*(empty|no )/i],
  ['ragged.csv', bytes('1,2\n3,4\n5\n'), /ragged\.csv.*line 3/],
  ['missing.csv', bytes('1,2\n3,nan\n5,6\n'), /missing\.csv/],
  ['objects.npy', npy('(3,)', '|O'), /objects\.npy.*(object|pickle)/],
  ['cut.npy', npy('(100, 4)', '<f4', 'abcd'), /cut\.npy/],
  ['huge.npy', npy('(2147483648, 2)'), /huge\.npy/],
  ['noise.npz', bytes('PK\x03\x04 and then nothing that makes sense'), /noise\.npz/],
  ['cut.png', dataFile('readers/colour.png').subarray(0, 60), /cut\.png/],
  ['noise.xyz', Buffer.from([0, 1, 2, 250, 251, 252, 0, 7, 0, 9]), /noise\.xyz/],
  ['truncated.onnx', dataFile('network/truncated.onnx'), /truncated\.onnx/],
  ['words.onnx', bytes('this is no network'), /words\.onnx/],
  ['unsupported-operator.onnx', dataFile('network/unsupported-operator.onnx'), /AffineGrid/],
  ['future-operator.onnx', dataFile('network/future-operator.onnx'), /opset 99.*opset_version=17/],
  ['model.pt', bytes('PK\x03\x04'), /model\.pt.*torch\.onnx\.export/],
  ['broken.report.json', bytes('{"bettiscope": "report", "version": 1, '), /broken\.report\.json|JSON/],
  ['broken.study.json', bytes('{"bettiscope": "study", "version": 1, "networks": 7}'), /broken\.study\.json: networks is 7.*list/i],
];
const folder = new URL('../data/readers/broken/', import.meta.url);
/** What is said of the files of the readers' tests. @type {Record<string, RegExp>} */
const BROKEN = {
  '2-31-rows.idx': /impossible sizes \[2147483648, 3\]/,
  '2-31-rows.npy': /impossible sizes \[2147483648, 3\]/,
  '60000-by-60000.png': /too many pixels.*make it smaller/,
  'asymmetric-distances.csv': /not symmetric: entry \(1, 2\) is 3 but \(2, 1\) is 4/,
  'bomb.zip': /a\.csv has 9 bytes, which cannot hold the 4000000000/,
  'cut-activations.safetensors': /layer2 should end at byte 384 of 256/,
  'cut-colour.png': /picture file: unexpected end of file/,
  'cut-images.idx3-ubyte.gz': /cannot be unpacked to the end/,
  'cut-line.dipha': /5 × 5 distances, but 144 bytes follow/,
  'cut-lossless.webp': /ends after 2188 bytes/,
  'cut-photo.jpg': /ends after 1273 bytes/,
  'cut-pictures.zip': /table of contents is missing/,
  'cut-samples.npz': /table of contents is missing/,
  'cut-sparse.dipha': /do not fill the 104 bytes/,
  'cut-version-1.npy': /48 bytes of numbers, but 4 follow/,
  'encrypted.zip': /points\.csv in it is encrypted; unpack it with its password/,
  'half-a-point.csv': /line 3: “0 1\.5 1” is no pair/,
  'negative.sparse': /points 1 and 2 is -1/,
  'nested.zip': /nested\.zip: inner\.zip in it is an archive within an archive/,
  'network.pt': /Python pickle.*torch\.onnx\.export/,
  'not-finite.csv': /line 2: the value at sample 1, position 1 is NaN/,
  'not-finite.npy': /sample 2, position 1 is NaN, and 3 more/,
  'objects.npy': /Python objects; convert them with numpy\.stack/,
  'overlapping.zip': /files share bytes/,
  'pickle.pkl': /Python pickle/,
  'ragged.csv': /line 3: 2 values where the lines before have 3/,
  'sparse-blocks.npz': /tocsr\(\)/,
  'sparse-not-square.npz': /5 × 7/,
  'sparse-outside.npz': /outside its 5 rows/,
  'sparse-rows.npz': /rows do not begin/,
  'sparse-similarities.npz': /1 − similarity/,
  'too-few-labels.npz': /4 entries but y has 3/,
  'two-lengths.sparse': /\(0, 1\) is 1 but \(1, 0\) is 2/,
  'unequal-layers.npz': /first has 4 rows but second has 5/,
  'words.csv': /line 2, column 2: "five" is not a number/,
};
const more = readdirSync(folder).filter((name) => !/\.(md|py|json)$/.test(name));

test.beforeEach(() => test.skip(test.info().project.name !== 'isolated', 'sentences are the same without threads'));

/** @param {import('@playwright/test').Page} page @param {string} name @param {Buffer} content */
const drop = (page, name, content) => page.evaluate(({ name, base64 }) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
}, { name, base64: content.toString('base64') });

/** @param {import('@playwright/test').Page} page */
async function open(page) {
  await page.goto('/#v=1&n=60');
  await page.waitForFunction(() => document.documentElement.dataset.state === 'done', null, { timeout: 60_000 });
  return page.locator('[data-layer=block05] .sums').textContent();
}

for (const [name, content, words] of BAD) {
  test(`${name} is refused in words`, async ({ page }) => {
    const before = await open(page);
    await drop(page, name, content);
    const alert = page.getByRole('alert');
    await expect(alert).toContainText(words);
    await expect(alert).not.toContainText('defect');
    await page.waitForTimeout(300);
    await page.screenshot({ path: `test-results/bad-files/${name}.png` });
    if (!/json$/.test(name)) await expect(page.locator('[data-layer=block05] .sums')).toHaveText(String(before));
    if (!/json$/.test(name)) await expect(page.locator('#words')).toContainText('ResNet on Fashion-MNIST');
  });
}

test('every broken file of the readers’ tests is refused in words, one after the other', async ({ page }) => {
  expect(more).toEqual(Object.keys(BROKEN));
  const before = await open(page);
  const alert = page.getByRole('alert');
  for (const name of more) {
    await drop(page, name, readFileSync(new URL(name, folder)));
    await expect(alert).toContainText(name);
    await expect(alert, name).toContainText(BROKEN[name]);
    await expect(alert, name).not.toContainText('defect');
    await page.screenshot({ path: `test-results/bad-files/${name}.png` });
    await alert.getByRole('button', { name: 'Dismiss' }).click();
  }
  await expect(page.locator('[data-layer=block05] .sums')).toHaveText(String(before));
});
