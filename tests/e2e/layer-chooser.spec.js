/** Choosing layers: the tree of blocks, ready choices, search, heads, the address, the keyboard, a phone. */
import { expect, test } from '@playwright/test';

/** @param {import('@playwright/test').Page} page @param {string} [state] */
const reached = (page, state = 'done') => page.waitForFunction((wanted) => document.documentElement.dataset.state === wanted, state, { timeout: 60_000 });
/** @param {import('@playwright/test').Page} page */
const rows = (page) => page.locator('#strata .stratum:not(.waiting)');
/** @param {import('@playwright/test').Page} page @param {string} hash */
async function open(page, hash) {
  await page.goto(`/#v=1&n=40&dim=0${hash}`);
  await reached(page);
  await choose(page);
}
/** @param {import('@playwright/test').Page} page */
async function choose(page) {
  const fold = page.locator('#network-place .fold');
  if (!(await page.locator('#measure-summary').isVisible())) await fold.locator('> summary').click();
  await page.locator('#network-place .measure:has(#measure-sheet) summary').click();
  await page.getByRole('button', { name: 'Choose layers' }).click();
  await expect(page.locator('dialog.layer-chooser')).toBeVisible();
}
/** @param {import('@playwright/test').Page} page @param {string} label */
const row = (page, label) => page.locator('.layer-row').filter({ has: page.locator('.row-label').getByText(label, { exact: true }) });

test('repeated blocks are folded; a block, a layer and its steps unfold', async ({ page }) => {
  await open(page, '&network=vit-fashion-mnist-8');
  await expect(row(page, 'encoder block × 10')).toHaveAttribute('aria-checked', 'mixed');
  await expect(page.locator('.layer-row')).toHaveCount(4); // input, stem, blocks, head
  await expect(page.locator('.chooser-foot')).toContainText('12 of 149 layers');
  await row(page, 'encoder block × 10').click();
  await row(page, 'block 3').click();
  await row(page, 'attention heads').click();
  await row(page, 'head 2').locator('.box').click();
  await row(page, 'head 4').locator('.box').click();
  await expect(page.locator('.chooser-foot')).toContainText('14 of 149 layers');
  await page.getByRole('button', { name: 'Observe 14 layers' }).click();
  await expect(rows(page)).toHaveCount(14, { timeout: 60_000 });
  await reached(page);
  await expect(page.locator('#strata')).toContainText('block 3 · attention heads · head 4');
});

test('a ready choice is one word of the address, and survives a reload', async ({ page }) => {
  await open(page, '');
  await page.locator('.presets').getByRole('button', { name: 'every residual add' }).click();
  await expect(page.getByRole('button', { name: 'Observe 11 layers' })).toBeEnabled();
  await page.locator('dialog').getByRole('button', { name: 'none', exact: true }).click();
  await expect(page.locator('.chooser-foot button.wanted')).toBeDisabled();
  await page.locator('.presets').getByRole('button', { name: 'every convolution' }).click();
  await expect(page.locator('.chooser-foot')).toContainText(/MB/);
  await page.getByRole('button', { name: 'Observe 23 layers' }).click();
  await expect(rows(page)).toHaveCount(23, { timeout: 60_000 });
  expect(new URL(page.url()).hash).toContain('layers=*every-convolution');
  await page.reload();
  await reached(page);
  await expect(rows(page)).toHaveCount(23);
  await expect(page.getByRole('alert')).toBeHidden();
});

test('search finds by operator, name and shape, and what is found can be chosen at once', async ({ page }) => {
  await open(page, '&network=vit-fashion-mnist-8');
  await page.getByRole('searchbox', { name: 'Search layers' }).fill('residual add');
  await expect(page.locator('.chooser-search')).toContainText('20 layers found');
  await page.getByRole('searchbox', { name: 'Search layers' }).fill('softmax 17');
  await expect(page.locator('.chooser-search')).toContainText('10 layers found');
  await page.getByRole('button', { name: 'choose these' }).click();
  await expect(page.locator('.chooser-foot')).toContainText('22 of 149 layers');
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog.layer-chooser')).toBeHidden();
  await expect(rows(page)).toHaveCount(12);
  expect(new URL(page.url()).hash).not.toContain('layers=');
});

test('the keyboard reaches everything in the tree', async ({ page }) => {
  await open(page, '&network=bert-wordnet-8');
  const tree = page.getByRole('tree', { name: 'Layers' });
  await expect(tree).toBeFocused();
  for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'Space']) await page.keyboard.press(key);
  await expect(row(page, 'block 1')).toHaveAttribute('aria-checked', 'true');
  await page.keyboard.press('Space');
  await expect(row(page, 'block 1')).toHaveAttribute('aria-checked', 'false');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(row(page, 'block 1')).toHaveCount(0);
  await page.keyboard.press('End');
  await expect(tree).toHaveAttribute('aria-activedescendant', 'layer-row-2');
});

test('it fits a phone, in the dark', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '&theme=dark');
  await page.locator('.layer-row').first().waitFor();
  await expect(page.getByRole('button', { name: 'Observe 12 layers' })).toBeInViewport();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  const heights = await page.locator('.layer-row, .chooser-foot button').evaluateAll((all) => all.map((e) => e.getBoundingClientRect().height));
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
});
