/** Activations that were computed elsewhere: measured without a network. */
import { expect, test } from '@playwright/test';
import { openBlank } from './blank.js';

test.beforeEach(({ page }, { project }) => openBlank(page, project.name));

/** Three layers of 60 samples in two classes, from a formula. */
const MADE = `(() => {
  const n = 60;
  const layer = (id, nCoords, spread) => ({ id, label: id, shape: [nCoords], nCoords, values: Float32Array.from({ length: n * nCoords }, (_, i) => Math.sin(i * 12.9898) * spread + (Math.floor(i / nCoords) % 2)) });
  return { kind: 'activations', name: 'made.npz', n, layers: [layer('early', 12, 3), layer('middle', 8, 1), layer('late', 3, 0.2)],
    labels: Uint16Array.from({ length: n }, (_, i) => i % 2), classes: ['even', 'odd'], notes: [] };
})()`;

test('each layer has the barcode of its points', async ({ page }) => {
  const found = await page.evaluate(async (made) => {
    const data = new Function(`return ${made}`)();
    const { layers, accuracy } = await window.scope.analyse({ data, samples: 40, clouds: 'per-class' });
    const alone = await Promise.all(data.layers.map(async (/** @type {any} */ layer) => {
      const samples = { ...data, kind: 'samples', shape: [layer.nCoords], values: layer.values };
      return (await window.scope.analyse({ data: samples, samples: 40, clouds: 'per-class' })).layers[0];
    }));
    const numbers = (/** @type {any} */ { clouds, nPoints, nCoords }) => [nPoints, nCoords, ...clouds.map((/** @type {any} */ c) => [c.name, ...c.barcode.births, ...c.barcode.deaths].join())];
    return { ids: layers.map((/** @type {any} */ l) => [l.id, l.depth]), accuracy, stored: layers.map(numbers), alone: alone.map(numbers) };
  }, MADE);
  expect(found.ids).toEqual([['early', 1 / 3], ['middle', 2 / 3], ['late', 1]]);
  expect(found.stored).toEqual(found.alone);
  expect(found.accuracy).toBeNull();
});

test('they take part in a study, and the store tells them apart', async ({ page }) => {
  const found = await page.evaluate(async (made) => {
    const first = new Function(`return ${made}`)();
    const second = { ...first, name: 'other.npz', layers: first.layers.map((/** @type {any} */ layer) => ({ ...layer, values: layer.values.map((/** @type {number} */ v, /** @type {number} */ i) => v * (1 + (i % 7))) })) };
    const study = { bettiscope: 'study', networks: [{ id: 'a', data: 'a' }, { id: 'b', data: 'b' }], descriptors: ['lifespans-0'], perClass: 30 };
    const values = async () => {
      const report = await window.scope.study(study, { data: { a: first, b: second } });
      return ['a', 'b'].map((network) => report.rows({ network, class: 'mean' }).map((/** @type {any} */ row) => [row.layer, row.value]));
    };
    return [await values(), await values()];
  }, MADE);
  const [[a, b], again] = found;
  expect(a.map((/** @type {any} */ [layer]) => layer)).toEqual(['early', 'middle', 'late']);
  expect(a).not.toEqual(b);
  expect(again).toEqual(found[0]);
});

test('a layer that is not there is named', async ({ page }) => {
  const message = await page.evaluate(async (made) => window.scope.analyse({ data: new Function(`return ${made}`)(), layers: ['nope'] }).catch((/** @type {Error} */ error) => error.message), MADE);
  expect(message).toContain('no layer “nope”');
});
