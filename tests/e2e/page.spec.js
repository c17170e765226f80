/** The page as a person uses it, with and without threads, on a desktop, a phone and inside another page. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { dataFile } from './blank.js';

/** @type {string[]} */
let foreign = [];
/** @type {string[]} */
let complaints = [];

test.beforeEach(async ({ page, baseURL }) => {
  foreign = [];
  complaints = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(String(baseURL)) && !/^(data|blob):/.test(url)) foreign.push(url);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
});

test.afterEach(() => {
  expect(foreign, 'no request leaves the page’s own host').toEqual([]);
  expect(complaints, 'nothing goes wrong unseen').toEqual([]);
});

/** @param {import('@playwright/test').Page | import('@playwright/test').Frame} page @param {string} [state] */
const reached = (page, state = 'done') => page.waitForFunction((wanted) => document.documentElement.dataset.state === wanted, state, { timeout: 60_000 });

/** @param {import('@playwright/test').Page} page */
const rows = (page) => page.locator('#strata .stratum:not(.waiting)');

test('it opens showing every layer of a trained network', async ({ page }, { project }) => {
  await page.goto('/');
  await reached(page);
  await expect(rows(page)).toHaveCount(12);
  await expect(page.locator('#strata .miniature svg')).toHaveCount(12);
  await expect(page.locator('#profile svg')).toHaveCount(2);
  await expect(page.locator('#cloud svg')).toBeVisible();
  await expect(page.locator('#intervals svg')).toBeVisible();
  await expect(page.locator('#intervals .readout')).toContainText('β₀ =');
  await expect(page.locator('#words')).toContainText('lifespan sum');
  await expect(page.locator('#layer-table tbody tr')).toHaveCount(12);
  await expect(page.locator('html')).toHaveAttribute('data-build', project.name === 'isolated' ? 'threads' : 'plain');
});

test('a link reproduces layer, view and scale', async ({ page }) => {
  await page.goto('/#v=1&layer=block09&view=betti&eps=0.5&n=60');
  await reached(page);
  await expect(page.locator('[data-layer=block09]')).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('#intervals [data-view=betti]')).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('#intervals .readout')).toContainText('at scale 0.5');
  await page.locator('[data-layer=block02]').click();
  await expect.poll(() => new URL(page.url()).hash).toContain('layer=block02');
});

test('checkpoints can be compared, and a computed one comes back at once', async ({ page }) => {
  await page.goto('/#v=1&n=60');
  await reached(page);
  const sum = () => page.locator('[data-layer=logits] .sums').textContent();
  const trained = await sum();
  await page.locator('.checkpoint', { hasText: 'untrained' }).click();
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset.state)).toBe('done');
  await expect.poll(sum).not.toBe(trained);
  await page.goBack();
  await expect.poll(sum).toBe(trained);
});

test('settings change the run: per class, dimension, layers', async ({ page }) => {
  await page.goto('/#v=1&n=60');
  await reached(page);
  await page.locator('#network-place .measure:has(#measure-sheet) summary').click();
  await page.locator('#choose-clouds').selectOption('per-class');
  await page.locator('#choose-maxDim').selectOption('2');
  await page.getByRole('button', { name: 'Choose layers' }).click();
  await page.getByRole('button', { name: 'none', exact: true }).click();
  await page.getByRole('searchbox', { name: 'Search layers' }).fill('block05');
  await page.locator('.layer-row').click();
  await page.getByRole('button', { name: 'Observe 1 layer' }).click();
  await expect(rows(page)).toHaveCount(1, { timeout: 60_000 });
  await reached(page);
  await expect(page.locator('#profile svg')).toHaveCount(3);
  expect(new URL(page.url()).hash).toContain('clouds=per-class');
});

test('hovering tells exact values and shows the two samples that merge', async ({ page }) => {
  await page.goto('/#v=1&n=60&layer=block05');
  await reached(page);
  const stage = page.locator('#intervals .stage');
  const box = /** @type {NonNullable<Awaited<ReturnType<typeof stage.boundingBox>>>} */ (await stage.boundingBox());
  await page.mouse.move(box.x + box.width * 0.25, box.y + box.height * 0.2);
  await expect(page.locator('.tip:not([hidden])').first()).toContainText('born at 0');
  await expect(page.locator('.tip:not([hidden]) .thumbnail').first()).toBeVisible();
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.2);
  await page.mouse.up();
  expect(new URL(page.url()).hash).toContain('eps=');
});

test('the keyboard walks through intervals: a loop shows its samples', async ({ page }) => {
  await page.goto('/#v=1&n=60&layer=block05');
  await reached(page);
  await page.locator('#intervals .stage').focus();
  await page.keyboard.press('ArrowUp');
  await expect(page.locator('.tip:visible')).toContainText('H1');
  await expect(page.locator('.tip:visible')).toContainText('a short loop that stands for it');
  expect(await page.locator('.tip:visible .thumbnail').count()).toBeGreaterThan(2);
  await page.keyboard.press('2');
  await expect(page.locator('#intervals [data-view=diagram]')).toHaveAttribute('aria-selected', 'true');
});

test('a class of the legend is looked at alone, and all together again', async ({ page }) => {
  await page.goto('/#v=1&n=60');
  await reached(page);
  await page.locator('#cloud button.class', { hasText: 'Bag' }).click();
  await expect(page.locator('#cloud h2')).toContainText('Bag');
  await page.locator('#cloud button.class', { hasText: 'all' }).click();
  await expect(page.locator('#cloud h2')).not.toContainText('Bag');
});

test('a link that asks for what is not there says so and shows the default', async ({ page }) => {
  await page.goto('/#v=1&n=60&network=gone&layers=nope&metric=banana');
  await reached(page);
  for (const word of ['gone', 'nope', 'banana']) await expect(page.getByRole('alert')).toContainText(word);
  await expect(rows(page)).toHaveCount(12);
});

test('choices in one place do not disturb the other', async ({ page }) => {
  await page.goto('/#v=1&place=points');
  await reached(page);
  await page.locator('#points-metric').selectOption('manhattan');
  await expect(page.locator('#points-words')).toContainText('Noisy circle');
  await page.locator('[data-place=network]').click();
  await expect(rows(page)).toHaveCount(12, { timeout: 60_000 });
  await reached(page);
  await expect(page.locator('#words')).toContainText('manhattan');
});

test('cancel takes effect at once and leaves what was there', async ({ page }) => {
  await page.goto('/#v=1&n=60');
  await reached(page);
  const before = await page.locator('[data-layer=block05] .sums').textContent();
  await page.locator('#network-place .measure:has(#measure-sheet) summary').click();
  await page.locator('#choose-samples').fill('3000');
  await page.locator('#choose-samples').press('Tab');
  await page.locator('#network-place .measure:has(#measure-sheet) summary').click();
  await page.locator('#run').click();
  await reached(page, 'running');
  await page.waitForTimeout(1500);
  await expect(page.locator('#progress')).toBeVisible();
  const ms = await page.evaluate(async () => {
    const start = performance.now();
    /** @type {HTMLElement} */ (document.querySelector('#run')).click();
    while (document.documentElement.dataset.state === 'running') await new Promise((resolve) => setTimeout(resolve, 1));
    return performance.now() - start;
  });
  expect(ms).toBeLessThan(100);
  await page.locator('#network-place .measure:has(#measure-sheet) summary').click();
  await page.locator('#choose-samples').fill('60');
  await page.locator('#choose-samples').press('Tab');
  await expect(page.locator('[data-layer=block05] .sums')).toHaveText(String(before));
});

test('cancelling keeps the layers that are finished', async ({ page }) => {
  await page.goto('/#v=1&n=60');
  await reached(page);
  await page.evaluate(() => { location.hash = '#v=1&n=500&dim=2'; });
  await expect(page.locator('#estimate')).toContainText('settings changed');
  await page.locator('#run').click();
  await reached(page, 'running');
  const finished = () => page.locator('#strata [data-layer]:not(.waiting)').evaluateAll((found) => found.map((row) => [/** @type {HTMLElement} */ (row).dataset.layer, row.querySelector('.sums')?.textContent]));
  await expect.poll(async () => (await finished()).length, { timeout: 80_000, intervals: [20] }).toBeGreaterThan(2);
  await page.locator('#run').click();
  await reached(page, 'cancelled');
  const kept = await finished();
  expect(kept.length).toBeGreaterThan(2);
  await expect(page.locator('#strata .stratum')).toHaveCount(12);
  await expect(page.locator('#strata .waiting .sums')).toHaveText(Array(12 - kept.length).fill('not measured'));
  await expect(page.locator('#strata .waiting svg')).toHaveCount(0);
  const [layer] = kept.at(-1) ?? [];
  await page.locator(`#strata [data-layer="${layer}"]`).click();
  await expect(page.locator('#intervals .readout')).toContainText('β₀ =');
  await expect(page.locator('#layer-table')).toContainText(String(layer));
  expect(await finished()).toEqual(kept);
  await page.screenshot({ path: 'test-results/cancelled.png' });
});

test('a broken network says what is wrong and nothing is lost', async ({ page }) => {
  await page.goto('/#v=1&n=60');
  await reached(page);
  await page.locator('#open-network').setInputFiles({ name: 'truncated.onnx', mimeType: '', buffer: dataFile('network/truncated.onnx') });
  await expect(page.getByRole('alert')).toContainText('truncated.onnx');
  await expect(rows(page)).toHaveCount(12);
  await page.locator('#open-network').setInputFiles({ name: 'tiny-mlp.onnx', mimeType: '', buffer: dataFile('network/tiny-mlp.onnx') });
  await expect(page.getByRole('alert')).toContainText('inputs of shape 4 but the data has samples of shape 28 × 28');
});

test('your own network and your own table run', async ({ page }) => {
  await page.goto('/#v=1&n=60');
  await reached(page);
  await page.locator('#open-network').setInputFiles({ name: 'tiny-cnn.onnx', mimeType: '', buffer: dataFile('network/tiny-cnn.onnx') });
  await expect(page.locator('#words')).toContainText('tiny-cnn.onnx', { timeout: 60_000 });
  await reached(page);
  await expect(page.locator('#choose-network option', { hasText: 'tiny-cnn.onnx' })).toHaveCount(1);
});

test('points: examples, pasted points and a distance matrix', async ({ page }) => {
  await page.goto('/#v=1&place=points');
  await reached(page);
  await expect(page.locator('#points-intervals svg')).toBeVisible();
  await expect(page.locator('#points-words')).toContainText('Noisy circle');
  await page.locator('#points-text').fill('0,0\n1,0\n1,1\n0,1');
  await page.locator('#points-analyse').click();
  await expect(page.locator('#points-words')).toContainText('4 points in R2');
  await page.locator('#points-intervals [data-view=table]').click();
  await expect(page.locator('#points-intervals table')).toContainText('1.414214');
  await page.locator('#points-text').fill('0,1,2\n1,0,1\n3,1,0');
  await page.locator('#points-format').selectOption('full');
  await page.locator('#points-analyse').click();
  await expect(page.getByRole('alert')).toContainText('not symmetric');
  await expect(page.locator('#points-words')).toContainText('4 points in R2');
  await page.locator('#points-text').fill('1,2\n3,4\n5\n');
  await page.locator('#points-format').selectOption('auto');
  await page.locator('#points-analyse').click();
  await expect(page.getByRole('alert')).toContainText('line 3');
});

test('the keyboard alone reaches layers, views and the scale', async ({ page }) => {
  await page.goto('/#v=1&n=60&layer=block05');
  await reached(page);
  await page.locator('[data-layer=block05]').focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('[data-layer=block06]')).toBeFocused();
  await page.locator('#intervals [data-view=barcode]').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('#intervals [data-view=diagram]')).toBeFocused();
  const before = await page.locator('#intervals .readout').textContent();
  await page.locator('#network-scale').focus();
  for (let i = 0; i < 40; i += 1) await page.keyboard.press('ArrowRight');
  await expect(page.locator('#intervals .readout')).not.toHaveText(String(before));
});

for (const [place, hash] of [['network', '#v=1&n=60'], ['points', '#v=1&place=points']]) {
  for (const theme of ['light', 'dark']) {
    test(`axe finds nothing serious: ${place}, ${theme}`, async ({ page }, { project }) => {
      test.skip(project.name !== 'isolated', 'the page is the same');
      await page.goto(`/${hash}&theme=${theme}`);
      await reached(page);
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.target).join(', ')}`)).toEqual([]);
    });
  }
}

test('on a phone nothing is wider than the screen', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const hash of ['#v=1&n=60', '#v=1&place=points']) {
    await page.goto(`/${hash}`);
    await page.reload();
    await reached(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  }
});

test('in an iframe of a plain page it draws the chosen panels without threads', async ({ page }, { project }) => {
  test.skip(project.name !== 'plain', 'the host page is not isolated');
  await page.route('**/course.html', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>course</title><iframe src="/?embed=1#v=1&n=60&show=barcode,cloud" style="width:700px;height:600px" allow="cross-origin-isolated"></iframe>' }));
  await page.goto('/course.html');
  const frame = /** @type {import('@playwright/test').Frame} */ (page.frames()[1]);
  await reached(frame);
  await expect(frame.locator('#intervals svg')).toBeVisible();
  await expect(frame.locator('#profile')).toBeHidden();
  await expect(frame.locator('header#top')).toBeHidden();
  await expect(frame.locator('#open-full')).toBeVisible();
  await expect(frame.locator('html')).toHaveAttribute('data-build', 'plain');
});

test('without WebAssembly the page says so', async ({ page }) => {
  await page.addInitScript(() => { Object.defineProperty(window, 'WebAssembly', { value: undefined }); });
  await page.goto('/');
  await expect(page.getByRole('alert')).toContainText('WebAssembly');
});
