/** Distances of some pairs: barcode, layout, loops, and what is said of the pairs that are missing. */
import { expect, test } from '@playwright/test';
import { dataFile } from './blank.js';

test('distances of some pairs are shown, and what is missing is said', async ({ page }) => {
  await page.goto('/#v=1&place=points');
  await page.waitForFunction(() => document.documentElement.dataset.state === 'done', null, { timeout: 60_000 });
  for (const name of ['near-csr.npz', 'near-pairs.txt', 'near.dipha']) {
    await page.locator('#points-file').setInputFiles({ name, mimeType: '', buffer: dataFile(`readers/${name}`) });
    const words = page.locator('#points-words');
    await expect(words).toContainText(new RegExp(`^${name}`, 'i'), { timeout: 60_000 });
    await expect(words).toContainText('24 points, given by the distances of 90 pairs. All others are infinitely far apart');
    await expect(page.locator('#points-estimate')).toHaveText('');
    await expect(page.getByRole('alert')).toContainText(`${name} was read as the distances of 90 of the 276 pairs of 24 points`);
  }
  await page.screenshot({ path: 'test-results/pairs-wide.png' });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: 'test-results/pairs-narrow.png', fullPage: true });
});

test('the barcode of some pairs is that of all up to the same length, and its loops are found', async ({ page }) => {
  await page.goto('/#v=1&place=points');
  const found = await page.evaluate(async ([sparse, full]) => {
    const { Bettiscope } = await import(new URL('/www/bettiscope.js', location.href).href);
    const scope = await Bettiscope.start();
    const some = await scope.loadData([{ name: 'near-coo.npz', bytes: Uint8Array.from(sparse) }]);
    const all = await scope.loadData([{ name: 'cloud-distances.csv', bytes: Uint8Array.from(full) }]);
    const cloud = { nPoints: some.n, pairs: some.pairs, lengths: some.lengths };
    const [one, other] = [await scope.barcode(cloud, { maxDim: 1 }), await scope.barcode({ distances: all.distances }, { maxDim: 1, threshold: 1.2 })];
    const ends = (/** @type {any} */ { dims, births, deaths }) => [...dims].map((dim, i) => [dim, births[i], deaths[i]]);
    const at = one.dims.indexOf(1);
    const loop = await scope.representative(cloud, one, at);
    const { pairs, lengths } = await scope.edges(cloud, { limit: 10 });
    const joined = new Set([...some.lengths.keys()].map((e) => [some.pairs[2 * e], some.pairs[2 * e + 1]].sort().join()));
    const along = [...loop.points].map((point, i, points) => [point, points[(i + 1) % points.length]].sort().join());
    scope.close();
    return { one: ends(one), other: ends(other), loop: along.every((pair) => joined.has(pair)) && along.length > 2, edges: [pairs.length, [...lengths].every((v, i) => i === 0 || v >= lengths[i - 1])] };
  }, [[...dataFile('readers/near-coo.npz')], [...dataFile('readers/cloud-distances.csv')]]);
  expect(found.one).toEqual(found.other);
  expect(found.one.filter(([dim]) => dim === 1).length).toBeGreaterThan(0);
  expect(found.loop).toBe(true);
  expect(found.edges).toEqual([20, true]);
});
