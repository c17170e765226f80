/** Takes the README's picture from the finished page: `node tests/e2e/screenshot.js`, after `cargo xtask build`. */
import { chromium } from '@playwright/test';
import { launchOptions } from './browser.js';
import { serve } from './server.js';

const server = await serve({ root: new URL('../../dist', import.meta.url).pathname, isolated: true });
const browser = await chromium.launch(launchOptions);
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
await page.goto(`${server.url}#v=1&layer=block07`);
await page.waitForFunction(() => document.documentElement.dataset.state === 'done');
await page.waitForTimeout(1500);
await page.screenshot({ path: new URL('../../docs/screenshot.png', import.meta.url).pathname });
await browser.close();
await server.close();
