/** The Study place: questions, runs, files, links, keyboard, phone. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { dataFile } from './blank.js';

/** @type {{networks: {id: string, family: string, dataset: string, kind?: string}[]}} */
const catalog = JSON.parse(readFileSync(new URL('../../dist/models/index.json', import.meta.url), 'utf8'));
const [{ family, dataset }] = catalog.networks;
/** Checkpoints of the first family. */
const CHECKPOINTS = catalog.networks.filter((n) => n.family === family && n.dataset === dataset).map(({ id }) => id);
const [FIRST] = CHECKPOINTS;
const LAST = CHECKPOINTS[CHECKPOINTS.length - 1];

/** @type {string[]} */
let complaints = [];
test.beforeEach(async ({ page }) => {
  complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
});
test.afterEach(() => expect(complaints, 'nothing goes wrong unseen').toEqual([]));

/** @typedef {import('@playwright/test').Page} Page */

/** @param {Page} page @param {string} [state] */
const reached = (page, state = 'done') => page.waitForFunction((wanted) => document.documentElement.dataset.state === wanted, state, { timeout: 60_000 });

/** A small study of two checkpoints: seconds, not minutes. @param {Record<string, any>} [fields] */
const study = (fields = {}) => ({
  bettiscope: 'study', version: 1, name: 'Two checkpoints', networks: [FIRST, LAST], perClass: 12, descriptors: ['lifespans-0', 'lifespans-1', 'phdim-0'], phdim: { sizes: [30, 60, 90], draws: 1 }, ...fields,
});

/** Opens a study as a linked one. @param {Page} page @param {any} document @param {string} [more] of the address */
async function openStudy(page, document, more = '') {
  await page.goto('/#v=1&place=points');
  await reached(page);
  const encoded = await page.evaluate(async (value) => {
    const { checkStudy, encodeStudy } = await import(new URL('/www/bettiscope/study.js', location.href).href);
    return encodeStudy(checkStudy(value));
  }, document);
  await page.goto('about:blank'); // so that the page begins anew
  await page.goto(`/#v=1&place=study&study=${encoded}${more}`);
  await expect(page.locator('#study-place')).toBeVisible();
  await reached(page);
}

/** @param {Page} page the first figure's place on screen */
async function firstFigure(page) {
  const stage = page.locator('.study-figure:visible .stage').first();
  await stage.scrollIntoViewIfNeeded();
  return { stage, box: /** @type {NonNullable<Awaited<ReturnType<typeof stage.boundingBox>>>} */ (await stage.boundingBox()) };
}

test('it opens with a question and figures, or says what to do', async ({ page }) => {
  await page.goto('/#v=1&place=study');
  await page.waitForFunction(() => ['done', 'changed'].includes(document.documentElement.dataset.state ?? ''), null, { timeout: 60_000 });
  await expect(page.locator('.question')).toContainText('layer to layer');
  const figures = page.locator('.study-figure:visible svg');
  if ((await page.evaluate(() => document.documentElement.dataset.state)) === 'done') await expect(figures.first()).toBeVisible();
  else await expect(page.locator('.lack')).toContainText('press Run');
  await expect(page.locator('#study-place .estimate')).toContainText(/s|min/);
});

test('a linked study runs, and its numbers are drawn, worded and listed', async ({ page }) => {
  await openStudy(page, study());
  await expect(page.locator('.study-figure:visible svg')).toHaveCount(3);
  await expect(page.locator('.study-figure:visible svg').first()).toHaveAttribute('role', 'img');
  await expect(page.locator('#study-place .words')).toContainText('Each line is one checkpoint');
  await page.locator('.layer-table summary', { hasText: 'Numbers of these figures' }).click();
  await expect(page.locator('.numbers table')).toHaveCount(3);
  await expect(page.locator('.numbers tbody tr').first()).toContainText('10.0 %');
});

test('a click leads from a number to its formula, classes, barcode and fit', async ({ page }) => {
  await openStudy(page, study());
  await page.locator('.study-figure:visible .stage').nth(2).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('.tip:visible')).toContainText('PHdim');
  await page.keyboard.press('Enter');
  const words = page.locator('#study-place .words');
  await expect(words).toContainText('Log–log fit, R²');
  await expect(words.locator('svg')).toHaveCount(2);
  await page.locator('.study-figure:visible .stage').first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('.tip:visible')).toContainText('Lifespans 0');
  await page.keyboard.press('Enter');
  await expect(words.locator('.classes tr')).toHaveCount(10);
  await expect(words.locator('.value b')).not.toBeEmpty();
  await words.locator('summary', { hasText: 'Formula and source' }).click();
  await expect(words).toContainText('Magai');
  await words.locator('.classes .link').nth(3).click();
  await expect(words.locator('.behind h3').last()).toHaveText(`Barcode of ${await words.locator('.classes .link').nth(3).textContent()}`);
});

test('the Network place shows exactly the cloud behind a number', async ({ page }) => {
  await openStudy(page, study());
  await page.locator('.study-figure:visible .stage').first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('.tip:visible')).toContainText('Lifespans 0');
  await page.keyboard.press('Enter');
  const words = page.locator('#study-place .words');
  const name = String(await words.locator('.classes .link').first().textContent());
  const value = String(await words.locator('.classes tr').first().locator('td').last().textContent());
  await words.locator('.link', { hasText: 'Open this cloud' }).click();
  await expect(page.locator('#network-place')).toBeVisible();
  await expect(page.locator('#words')).toContainText(`of class ${name}`, { timeout: 60_000 });
  await reached(page);
  await expect(page.locator('#words dd').filter({ hasText: new RegExp(`^${value.replace('.', '\\.')}$`) })).toHaveCount(1);
});

test('training: the timeline scrubs and plays, the barcode follows', async ({ page }) => {
  await openStudy(page, study(), '&ask=training');
  await expect(page.locator('.study-figure:visible svg')).toHaveCount(3);
  const heading = page.locator('.training-barcode h3');
  await expect(page.locator('.timeline input')).toHaveValue('1');
  const last = String(await heading.textContent());
  await page.locator('.timeline input').fill('0');
  await expect(heading).not.toHaveText(last);
  await page.locator('.timeline button').click();
  await expect(heading).toHaveText(last);
  await expect(page.locator('.timeline button')).toHaveText('▶ Play');
  expect(new URL(page.url()).hash).toContain('step=1');
});

test('a question without an answer in the report says what is missing', async ({ page }) => {
  await openStudy(page, study({ networks: [LAST] }), '&ask=similarity');
  await expect(page.locator('.lack')).toContainText('layer against layer');
  await expect(page.locator('.study-figure:visible')).toHaveCount(0);
});

test('layers are compared with layers', async ({ page }) => {
  await openStudy(page, study({ networks: [LAST], descriptors: ['lifespans-0'], compare: [{ measures: ['cka', 'neighbour-overlap'], between: 'layers', batch: 60, batches: 1 }] }), '&ask=similarity');
  await expect(page.locator('.study-figure:visible svg')).toHaveCount(1);
  const { stage, box } = await firstFigure(page);
  await stage.hover({ position: { x: box.width * 0.5, y: box.height * 0.5 } });
  await expect(page.locator('.tip:visible')).toContainText('CKA');
  await page.locator('[data-control=measure]').selectOption('neighbour-overlap');
  await expect(page.locator('.study-figure:visible h3').first()).toContainText('neighbour overlap');
});

test('a report saved here opens here again, without computing', async ({ page }) => {
  await openStudy(page, study());
  const words = await page.locator('#study-place .words p').first().textContent();
  const [saved] = await Promise.all([page.waitForEvent('download'), page.locator('#study-place .save', { hasText: 'report' }).click()]);
  const [csv] = await Promise.all([page.waitForEvent('download'), page.locator('#study-place .save', { hasText: 'CSV' }).click()]);
  expect(readFileSync(await csv.path(), 'utf8').split('\n')[0]).toContain('network,name,family');
  const buffer = readFileSync(await saved.path());
  await page.goto('/#v=1&place=points');
  await page.reload();
  await reached(page);
  await page.locator('[data-place=study]').click();
  await page.locator('#study-place .bar .measure summary').first().click();
  await page.getByLabel('Open a report or a study (JSON)').setInputFiles({ name: 'two.report.json', mimeType: 'application/json', buffer });
  await expect(page.locator('.study-figure:visible svg')).toHaveCount(3);
  await expect(page.locator('#study-place .words p').first()).toHaveText(String(words));
});

test('a report without barcodes computes what is behind its numbers', async ({ page }) => {
  await openStudy(page, study({ networks: CHECKPOINTS.slice(0, 2) }));
  const [saved] = await Promise.all([page.waitForEvent('download'), page.locator('#study-place .save', { hasText: 'report' }).click()]);
  const report = { ...JSON.parse(readFileSync(await saved.path(), 'utf8')), clouds: [], fits: [], barcodes: 'omitted' };
  await page.locator('#study-place .bar .measure summary').first().click();
  await page.getByLabel('Open a report or a study (JSON)').setInputFiles({ name: 'small.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(report)) });
  await page.keyboard.press('Escape');
  await page.locator('[data-question=training]').click();
  await page.locator('.ask button').click();
  await expect(page.locator('.training-barcode svg')).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('.ask')).toBeHidden();
  await reached(page);
});

test('a damaged file says what is wrong, and what was there stays', async ({ page }) => {
  await openStudy(page, study());
  await page.locator('#study-place .bar .measure summary').first().click();
  await page.getByLabel('Open a report or a study (JSON)').setInputFiles({ name: 'cut.json', mimeType: 'application/json', buffer: Buffer.from('{"bettiscope": "report", "version": 1, "rows": [') });
  await expect(page.getByRole('alert')).toContainText('cut.json');
  await expect(page.locator('.study-figure:visible svg')).toHaveCount(3);
  await page.goto('/#v=1&place=study&study=damaged');
  await expect(page.getByRole('alert')).toContainText('damaged');
});

test('networks and settings are set up, run, cancelled and run again', async ({ page }) => {
  await openStudy(page, study());
  const bar = page.locator('#study-place .bar');
  await bar.locator('.measure summary', { hasText: 'per class' }).click();
  await bar.getByLabel('points per class').fill('150');
  await bar.getByLabel('points per class').press('Tab');
  await expect(page.locator('html')).toHaveAttribute('data-state', 'changed');
  await expect(page.locator('#study-place .estimate')).toContainText('MB');
  await page.keyboard.press('Escape');
  await page.locator('#study-place .run').click();
  await reached(page, 'running');
  await expect(page.locator('#study-place .progress')).toContainText(/of \d+ layers/);
  const ms = await page.evaluate(async () => {
    const start = performance.now();
    /** @type {HTMLElement} */ (document.querySelector('#study-place .run')).click();
    while (document.documentElement.dataset.state === 'running') await new Promise((resolve) => setTimeout(resolve, 1));
    return performance.now() - start;
  });
  expect(ms).toBeLessThan(100);
  await expect(page.locator('.study-figure:visible svg').first()).toBeVisible();
  await bar.locator('.measure summary', { hasText: 'per class' }).click();
  await bar.getByLabel('points per class').fill('8');
  await bar.getByLabel('points per class').press('Tab');
  await page.keyboard.press('Escape');
  await page.locator('#study-place .run').click();
  await reached(page);
  await expect(page.locator('.study-figure:visible svg')).toHaveCount(3);
});

test('your own network takes part', async ({ page }) => {
  await openStudy(page, study({ networks: [LAST], descriptors: ['lifespans-0'] }));
  await page.locator('#study-place .bar .measure summary').nth(1).click();
  await page.locator('#study-place').getByLabel('Open your own network (.onnx)').setInputFiles({ name: 'tiny-cnn.onnx', mimeType: '', buffer: dataFile('network/tiny-cnn.onnx') });
  await expect(page.locator('.networks-sheet')).toContainText('tiny-cnn.onnx');
  await page.keyboard.press('Escape');
  await page.locator('#study-place .run').click();
  await reached(page);
  await page.locator('[data-question=architectures]').click();
  await expect(page.locator('.study-controls')).toContainText('tiny-cnn');
});

for (const theme of ['light', 'dark']) {
  test(`axe finds nothing serious: study, ${theme}`, async ({ page }, { project }) => {
    test.skip(project.name !== 'isolated', 'the page is the same');
    await openStudy(page, study(), `&ask=training&theme=${theme}`);
    await page.locator('.study-figure:visible .stage').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.locator('#study-place .bar .measure summary').nth(1).click();
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.target).join(', ')}`)).toEqual([]);
  });
}

test('on a phone nothing is wider than the screen', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openStudy(page, study());
  for (const { id } of [{ id: 'profile' }, { id: 'training' }, { id: 'architectures' }]) {
    await page.locator(`[data-question=${id}]`).click();
    await expect(page.locator('.study-figure:visible svg').first()).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth), id).toBeLessThanOrEqual(390);
  }
});
