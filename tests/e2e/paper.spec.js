/** The Paper place: words, figures, verdicts, and numbers that are what the engine computes. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { openBlank } from './blank.js';

const CLAIMS = ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8', 'C9'];
/** @type {string[]} */
let complaints = [];

test.beforeEach(async ({ page }) => {
  complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
});

test.afterEach(() => expect(complaints, 'nothing goes wrong unseen').toEqual([]));

/** @param {import('@playwright/test').Page | import('@playwright/test').Frame} page */
const drawn = (page) => page.waitForFunction(() => document.documentElement.dataset.state === 'done', null, { timeout: 60_000 });
/** @param {import('@playwright/test').Page} page @param {string} hash */
const open = async (page, hash) => {
  await page.goto(`/#v=1&place=paper${hash}`);
  await drawn(page);
};

test('every claim has its figure and a verdict with its rule, without loading a network', async ({ page }) => {
  /** @type {string[]} */
  const loaded = [];
  page.on('request', (request) => loaded.push(request.url()));
  await open(page, '');
  for (const id of CLAIMS) {
    const claim = page.locator(`#claim-${id}`);
    await expect(claim.locator('figure svg').first(), id).toHaveAttribute('role', 'img');
    await expect(claim.locator('.verdict-card:not(.counter) h3 .verdict'), id).toHaveText(/holds|does not hold|cannot be decided/);
    await expect(claim.locator('.verdict-card:not(.counter) .rule'), id).toContainText('Rule.');
    expect(await claim.locator('.verdict-card td').count(), id).toBeGreaterThan(0);
    await expect(page.locator(`.scorecard [data-claim=${id}] .verdict`)).toHaveText(String(await claim.locator('.verdict-card:not(.counter) h3 .verdict').textContent()));
  }
  for (const id of ['K1', 'K2', 'K3']) await expect(page.locator(`.scorecard [data-claim=${id}] .verdict`)).toBeVisible();
  await expect(page.locator('.verdict-card.counter .rule')).toHaveCount(3);
  await expect(page.locator('.main-figure svg')).toBeVisible();
  expect(loaded.filter((url) => /\.onnx$|\/network\//.test(url))).toEqual([]);
});

test('a link leads to its claim, the list of claims to others', async ({ page }) => {
  await open(page, '&claim=C3');
  await expect(page.locator('#name-C3')).toBeInViewport();
  await page.locator('.contents a', { hasText: 'Attack' }).click();
  await expect(page.locator('#name-C9')).toBeInViewport();
  expect(new URL(page.url()).hash).toContain('claim=C9');
  await page.goBack();
  await expect(page.locator('#name-C3')).toBeInViewport();
});

test('the engine computes the stored numbers again', async ({ page }, { project }) => {
  await openBlank(page, project.name);
  const worst = await page.evaluate(async () => {
    const [{ STUDIES }, { Report }, { differences }] = await Promise.all(['studies.js', '../bettiscope/report.js', 'differences.js'].map((file) => import(new URL(`/www/paper/${file}`, location.href).href)));
    const found = /** @type {Record<string, any>} */ ({});
    for (const [id, last, layer] of [['profiles-mobilenetv2', 'mobilenetv2-fashion-mnist-8', 'block07'], ['profiles-bert', 'bert-wordnet-8', 'logits'], ['generalisation', 'small-17', 'logits']]) {
      const stored = Report.from(await (await fetch(`/models/reports/${id}.json`)).json());
      const live = await window.scope.study({ ...STUDIES[id], networks: [last], layers: [layer] }, { store: null });
      for (const [key, record] of stored.layers) if (key !== JSON.stringify([last, layer])) record.rows = [];
      found[id] = differences(stored, live);
    }
    return found;
  });
  for (const [id, { n, equal }] of Object.entries(worst)) {
    expect(n, id).toBeGreaterThan(0);
    expect(equal, `${id}: to compute the stored reports again: npm run reports -- --force`).toBe(n);
  }
});

test('“run it here” computes a figure again and says how far its numbers are from the stored ones', async ({ page }) => {
  await open(page, '&claim=C6');
  const claim = page.locator('#claim-C6');
  await claim.locator('.run-here').click();
  await expect(claim.locator('.progress')).toBeVisible();
  await expect(claim.locator('.outcome')).toContainText(/All [\d,]+ numbers agree/, { timeout: 80_000 });
  await claim.locator('.studies summary').click();
  await expect(claim.locator('.study')).toContainText('computed in this tab');
});

test('a run can be cancelled at once, and the figures stay', async ({ page }) => {
  await open(page, '&claim=C7');
  const claim = page.locator('#claim-C7');
  await claim.locator('.run-here').click();
  await expect(claim.locator('.run-here')).toHaveText('Cancel');
  await page.waitForTimeout(1500);
  await claim.locator('.run-here').click();
  await expect(claim.locator('.run-here')).toHaveText('Run it here', { timeout: 500 });
  await expect(claim.locator('figure svg')).toBeVisible();
});

test('hovering tells exact values, a click leads to the cloud behind a point', async ({ page }) => {
  await open(page, '&claim=C8');
  const stage = page.locator('#claim-C8 figure .stage');
  await stage.scrollIntoViewIfNeeded();
  const box = /** @type {NonNullable<Awaited<ReturnType<typeof stage.boundingBox>>>} */ (await stage.boundingBox());
  const tip = page.locator('.tip:visible');
  search: for (let x = 0.1; x < 1; x += 0.02) {
    for (let y = 0.1; y < 1; y += 0.06) {
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
      if (await tip.count()) break search;
    }
  }
  await expect(tip).toContainText('test error');
  await page.mouse.down();
  await page.mouse.up();
  await expect.poll(() => new URL(page.url()).hash).toMatch(/network=small-\d\d/);
});

test('a figure shows the other descriptor when asked', async ({ page }) => {
  await open(page, '&claim=C1');
  const figure = page.locator('#claim-C1 [data-figure=simplification]');
  const before = await figure.locator('svg title').first().textContent();
  await figure.getByRole('button', { name: 'H1', exact: true }).click();
  await expect(figure.locator('svg title').first()).not.toHaveText(String(before));
  await expect(figure.getByRole('button', { name: 'H1', exact: true })).toHaveAttribute('aria-pressed', 'true');
});

test('on paper nothing is folded away', async ({ page }) => {
  await open(page, '');
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  expect(await page.locator('#paper-place details:not([open])').count()).toBe(0);
  await expect(page.locator('.contents')).toBeHidden();
  for (const id of CLAIMS) await expect(page.locator(`#claim-${id} .facts`).first()).toBeVisible();
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  expect(await page.locator('#paper-place details[open]').count()).toBe(0);
});

test('a single claim can stand in another page', async ({ page }) => {
  await page.goto('/?embed=1#v=1&place=paper&show=C4');
  await drawn(page);
  await expect(page.locator('#claim-C4')).toBeVisible();
  await expect(page.locator('#claim-C4 figure svg')).toBeVisible();
  for (const hidden of ['#claim-C3', '.opening', '.contents', 'header#top']) await expect(page.locator(hidden)).toBeHidden();
});

test('on a phone nothing is wider than the screen', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '&claim=C2');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  const figure = page.locator('#claim-C2 figure svg').first();
  await figure.scrollIntoViewIfNeeded();
  await expect(figure).toBeInViewport({ ratio: 0.1 });
});

for (const theme of ['light', 'dark']) {
  test(`axe finds nothing serious, ${theme}`, async ({ page }, { project }) => {
    test.skip(project.name !== 'isolated', 'the page is the same');
    await open(page, `&theme=${theme}`);
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.target).join(', ')}`)).toEqual([]);
  });
}
