import { defineConfig } from '@playwright/test';
import { launchOptions } from './browser.js';

/** Two ports, so that two runs beside each other can be told apart: `PORT=8151 npx playwright test …`. */
const isolated = Number(process.env.PORT ?? 8141);
const plain = isolated + 1;

/** @param {number} port @param {string[]} flags */
const server = (port, flags = []) => ({
  command: ['node', 'server.js', '--root', '../../dist', '--port', String(port), ...flags].join(' '),
  url: `http://127.0.0.1:${port}/index.html`,
  reuseExistingServer: false,
});

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  timeout: 90_000,
  expect: { timeout: 30_000 },
  workers: 1, // the pages under test use all cores themselves
  forbidOnly: true,
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    launchOptions,
  },
  projects: [
    { name: 'isolated', use: { baseURL: `http://127.0.0.1:${isolated}` } },
    // Without the service worker, which would isolate the page after a reload.
    { name: 'plain', use: { baseURL: `http://127.0.0.1:${plain}`, serviceWorkers: 'block' } },
  ],
  webServer: [server(isolated, ['--isolated']), server(plain)],
});
