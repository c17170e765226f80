/** The bundled networks in the browser, with and without threads: one checkpoint of each training, and texts in the page. */
import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { seriesByGroup } from '../../www/catalog.js';
import { openBlank } from './blank.js';

/** @type {import('../../www/catalog.js').Catalog} */
const { networks, datasets } = JSON.parse(readFileSync(new URL('../../models/index.json', import.meta.url), 'utf8'));

/** @param {string} name @returns {Float32Array} the numbers of a .npy file of version 1 that holds 32-bit floats */
function recorded(name) {
  const bytes = readFileSync(new URL(`../data/network/recorded/${name}.npy`, import.meta.url));
  const start = 10 + bytes.readUInt16LE(8);
  return new Float32Array(Uint8Array.from(bytes.subarray(start)).buffer);
}

const trainings = seriesByGroup(networks).flatMap(({ series }) => series.map(({ members }) => members)).filter(([{ group }]) => group !== 'generalisation');
for (const members of trainings) {
  // Not the first, whose weights are random, and in turn not always the last.
  const entry = members[members.length - 1 - (members[0].family.length % 2)];
  test(`${entry.id} computes in the browser what ONNX Runtime recorded`, async ({ page }, { project }) => {
    await openBlank(page, project.name);
    const { files } = /** @type {any} */ (datasets.find(({ id }) => id === `${entry.dataset}-test`) ?? datasets.find(({ id }) => id === entry.dataset));
    const found = await page.evaluate(async ({ file, tokenizer, layers, files: sources }) => {
      const at = (/** @type {string} */ path) => `/models/${path}`;
      const network = await window.scope.loadNetwork(at(file), tokenizer ? { tokenizer: at(tokenizer) } : {});
      const all = await window.scope.loadData(sources.map(at));
      const first = { ...all, n: 16, labels: all.labels.slice(0, 16) };
      if (all.kind === 'texts') first.texts = all.texts.slice(0, 16);
      else first.values = all.values.slice(0, (16 * all.values.length) / all.n);
      const result = await window.scope.analyse({ network, data: first, samples: 16, layers, maxDim: 0 });
      return { layers: result.layers.map((/** @type {any} */ l) => [...l.points]), pooling: result.settings.pooling };
    }, { ...entry, files });
    expect(found.pooling).toBe(entry.pooling === 'class-token' ? 'class-token-or-mean' : entry.pooling);
    const nLayers = entry.layers.length - 1;
    const inner = recorded(entry.id);
    const width = inner.length / 16 / nLayers;
    for (const [i, points] of found.layers.entries()) {
      const wanted = i < nLayers
        ? Array.from({ length: 16 * width }, (_, at) => inner[(Math.floor(at / width) * nLayers + i) * width + (at % width)]) : [...recorded(`${entry.id}-logits`)];
      expect(points.length).toBe(wanted.length);
      const scale = Math.max(...wanted.map(Math.abs));
      const worst = Math.max(...wanted.map((v, at) => Math.abs(v - points[at])));
      expect(worst / scale, entry.layers[i]).toBeLessThan(1e-3);
    }
  });
}

/** @param {import('@playwright/test').Page} page */
const done = (page) => page.waitForFunction(() => document.documentElement.dataset.state === 'done', null, { timeout: 60_000 });

test('choosing a family brings its own data, its training and its card', async ({ page }) => {
  await page.goto('/#v=1&n=60');
  await done(page);
  const text = trainings.map((members) => members[members.length - 1]).find(({ kind }) => kind === 'text');
  await page.locator('#choose-network').selectOption({ label: text?.name.split(',')[0] });
  await expect(page.locator('#network-card summary')).toContainText(String(text?.familyName), { timeout: 60_000 });
  await done(page);
  await expect(page.locator('#choose-data')).toHaveValue(/^wordnet-/);
  await expect(page.locator('#choose-data option[value^=fashion]')).toHaveCount(0);
  await expect(page.locator('.checkpoint')).toHaveCount(networks.filter(({ family, dataset }) => family === text?.family && dataset === text?.dataset).length);
  await page.locator('#cloud .stage').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('.tip:visible .token').first()).toBeVisible();
  await page.locator('#network-card summary').click();
  await expect(page.locator('#network-card')).toContainText('licence');
});

test('typed sentences become clouds of their tokens, and glosses come back as texts', async ({ page }) => {
  const text = networks.find(({ kind, stage }) => kind === 'text' && stage === 'trained');
  await page.goto(`/#v=1&n=60&network=${text?.id}`);
  await done(page);
  await page.locator('#sentences summary').click();
  await page.locator('#sentences-text').fill('a tree with needles\nsomeone who writes books\n');
  await page.locator('#sentences-analyse').click();
  await expect(page.locator('#words')).toContainText('each token is a point', { timeout: 60_000 });
  await expect(page.locator('#cloud .legend')).toContainText('someone who writes books');
  await page.locator('#cloud .stage').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('.tip:visible mark')).toBeVisible();
  await page.locator('#choose-data').selectOption('wordnet-test');
  await expect(page.locator('#words')).toContainText('each text is a point', { timeout: 60_000 });
});

test('a checkpoint is fetched when it is first looked at, and only then', async ({ page }) => {
  /** @type {string[]} */
  const fetched = [];
  page.on('request', (request) => { if (request.url().endsWith('.onnx')) fetched.push(request.url()); });
  await page.goto('/#v=1&n=60');
  await done(page);
  expect(fetched.length).toBe(1);
  await page.locator('.checkpoint').first().click();
  await expect.poll(() => fetched.length).toBe(2);
  await done(page);
  await page.locator('.checkpoint').last().click();
  await done(page);
  await page.locator('.checkpoint').first().click();
  await done(page);
  expect(fetched.length).toBe(2);
});
