/** Workers that do not start. */
import { expect, test } from '@playwright/test';

/** @typedef {import('@playwright/test').Page} Page */

test.beforeEach(() => test.skip(test.info().project.name !== 'isolated', 'needs threads'));

/** @param {Page} page @param {string} state */
const reached = (page, state) => page.waitForFunction((wanted) => document.documentElement.dataset.state === wanted, state, { timeout: 60_000 });

test('where a thread cannot start the plain build does', async ({ page }) => {
  let asked = 0;
  // First the engine imports the file, then each thread becomes a worker of it.
  await page.route('**/snippets/**', (route) => ((asked += 1) === 1 ? route.continue() : route.fulfill({ contentType: 'text/javascript', body: 'throw new Error("spoilt")' })));
  await page.goto('/#v=1&n=60');
  await reached(page, 'done');
  expect(asked).toBeGreaterThan(1);
  await expect(page.locator('#build')).toContainText('no threads');
  await expect(page.locator('#build')).toHaveAttribute('title', /a thread could not start/);
});
