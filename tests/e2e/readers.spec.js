/** Files of the user's, read in the page's workers. */
import { expect, test } from '@playwright/test';
import { dataFile, failureOf, openBlank } from './blank.js';

test.beforeEach(async ({ page }, { project }) => openBlank(page, project.name));

/** Of tests/data/readers. */
const files = (/** @type {string[]} */ ...names) => names.map((name) => ({ name, bytes: [...dataFile(`readers/${name}`)] }));

test('hundreds of pictures are decoded on all workers, in the order of their names, with a table of labels', async ({ page }) => {
  const found = await page.evaluate(async (pictures) => {
    const folder = (/** @type {number} */ i) => `set/train/${i % 2 ? 'odd' : 'even'}/${i}.png`;
    const sources = Array.from({ length: 300 }, (_, i) => ({ name: folder(299 - i), bytes: Uint8Array.from(pictures[(299 - i) % pictures.length].bytes) }));
    sources.push({ name: 'set/train/odd/broken.png', bytes: sources[0].bytes.slice(0, 60) });
    /** @type {number[]} */
    const progress = [];
    const options = { imageSize: { width: 32, height: 32 }, onProgress: (/** @type {any} */ p) => progress.push(p.done) };
    const data = await window.scope.loadData(sources, options);
    const one = await window.scope.loadData([sources[0]], { imageSize: { width: 32, height: 32 } });
    const length = one.values.length;
    const last = data.values.slice(299 * length);
    const rows = ['file,label', ...Array.from({ length: 300 }, (_, i) => `${i}.png,${i < 100 ? 'low' : 'high'}`)];
    const table = { name: 'labels.csv', bytes: new TextEncoder().encode(rows.join('\n')) };
    const labelled = await window.scope.loadData([...sources, table], options);
    return { n: data.n, shape: data.shape, classes: data.classes, labels: [...data.labels.slice(148, 152)], notes: data.notes.join('; '), same: last.every((/** @type {number} */ v, /** @type {number} */ i) => v === one.values[i]), progress: progress.at(-1), low: labelled.labels.filter((/** @type {number} */ l) => labelled.classes[l] === 'low').length, first: labelled.classes[labelled.labels[0]] };
  }, files('grey.png', 'palette.gif', 'photo.webp', 'colour.png'));
  expect(found).toMatchObject({ n: 300, shape: [32, 32, 3], classes: ['even', 'odd'], labels: [0, 0, 1, 1], same: true, progress: 301, low: 100, first: 'low' });
  expect(found.notes).toContain('broken.png');
  expect(found.notes).toContain('resized 300 of 300');
});

test('archives of pictures, arrays and activations are read', async ({ page }) => {
  const found = await page.evaluate(async ([zip, ...rest]) => {
    const load = async (/** @type {any} */ file) => window.scope.loadData([{ name: file.name, bytes: Uint8Array.from(file.bytes) }]);
    const pictures = await load(zip);
    const [activations, tensors, samples] = await Promise.all(rest.map(load));
    const layers = activations.layers.map((/** @type {any} */ l) => [l.id, l.shape, l.nCoords, l.values.length]);
    return { pictures: [pictures.n, pictures.shape, pictures.classes, [...pictures.labels]], kind: activations.kind, layers, tensors: tensors.layers.length, classes: activations.classes, samples: [samples.kind, samples.n, [...samples.labels]] };
  }, files('pictures.zip', 'activations.npz', 'activations.safetensors', 'samples.npz'));
  expect(found).toEqual({
    pictures: [3, [45, 60, 3], ['colour', 'grey'], [0, 0, 1]],
    kind: 'activations',
    layers: [['layer2', [3, 2, 2], 3, 12], ['layer10', [5], 5, 20], ['tokens', [2, 3], 3, 12]],
    tensors: 3,
    classes: ['cat', 'dög'],
    samples: ['samples', 4, [1, 0, 1, 1]],
  });
});

test('a broken picture alone is refused in its own words', async ({ page }) => {
  const [picture] = files('photo.jpg');
  const failure = await failureOf(page, 'scope.loadData([{ name: value.name, bytes: Uint8Array.from(value.bytes).slice(0, 500) }])', picture);
  expect(failure).toMatchObject({ kind: 'damaged' });
  expect(failure.message).toContain('photo.jpg');
});
