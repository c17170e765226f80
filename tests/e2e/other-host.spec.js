/** The engine imported into a page of another host, as the README says. */
import { expect, test } from '@playwright/test';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from './server.js';

const README = new URL('../../README.md', import.meta.url);
const dist = fileURLToPath(new URL('../../dist', import.meta.url));

let folder = '';
test.beforeEach(async () => {
  test.skip(test.info().project.name !== 'isolated', 'brings its own servers');
  folder = await mkdtemp(join(tmpdir(), 'bettiscope-'));
});
test.afterEach(() => (folder ? rm(folder, { recursive: true, force: true }) : undefined));

/** A page of someone else, with the README's lines in it. @param {string} host of the engine */
async function writePage(host) {
  const [, lines] = /```js\n(.*?)```/s.exec(await readFile(README, 'utf8')) ?? [];
  const script = lines.replaceAll('https://HOST/', host);
  expect(script).toContain(`from '${host}www/bettiscope.js'`);
  await writeFile(join(folder, 'index.html'), `<!doctype html><title>mine</title><script type="module">
    window.addEventListener('unhandledrejection', ({ reason }) => { document.title = 'failed: ' + reason; });
    ${script}
    Object.assign(window, { scope, barcode });
    document.title = 'finished';
  </script>`);
}

const data = fileURLToPath(new URL('../data', import.meta.url));

for (const build of /** @type {const} */ (['threads', 'plain'])) {
  test(`the README’s lines run in a page of another host, ${build}`, async ({ page }) => {
    const engine = await serve({ root: dist, cors: true, beside: { data } });
    const mine = await serve({ root: folder, isolated: build === 'threads' });
    await writePage(engine.url);
    await page.goto(mine.url);
    await expect(page).toHaveTitle('finished');
    const found = await page.evaluate(async (address) => {
      const { scope, barcode } = /** @type {any} */ (window);
      const network = await scope.loadNetwork(address); // in a worker of its own
      scope.close();
      return { build: scope.info.build, births: [...barcode.births], deaths: [...barcode.deaths], layers: network.layers.length };
    }, `${engine.url}data/network/tiny-cnn.onnx`);
    expect(found).toEqual({ build, births: [0, 0, 0, 0, 1], deaths: [1, 1, 1, Infinity, Math.fround(Math.SQRT2)], layers: expect.any(Number) });
    expect(found.layers).toBeGreaterThan(3);
    await Promise.all([engine.close(), mine.close()]);
  });
}

test('a host that lets no other page read its files is none to import from', async ({ page }) => {
  const [engine, mine] = await Promise.all([serve({ root: dist, isolated: true }), serve({ root: folder })]);
  await writePage(engine.url);
  const refused = page.waitForEvent('console', (message) => message.text().includes('Access-Control-Allow-Origin'));
  await page.goto(mine.url);
  await refused;
  await expect(page).toHaveTitle('mine');
  expect(engine.asked).toEqual(['GET /www/bettiscope.js']);
  await Promise.all([engine.close(), mine.close()]);
});
