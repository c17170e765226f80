import { expect, test } from '@playwright/test';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from './server.js';

/** A page that does nothing but isolate itself, below a path as on hosts for projects. */
const PAGE = `<!doctype html><title>small</title><script type="module">
  import { ensureIsolation } from './www/isolation.js';
  window.loads = Number(sessionStorage.getItem('loads')) + 1;
  sessionStorage.setItem('loads', window.loads);
  window.isolated = await ensureIsolation();
  document.title = 'started';
</script>`;

let folder = '';
/** @param {string} version */
const describe = (version) => writeFile(join(folder, 'artifacts.json'), JSON.stringify({ version, files: ['index.html', 'www/isolation.js', 'engine/module.js'] }));
/** @param {string} text */
const setModule = (text) => writeFile(join(folder, 'engine/module.js'), `export default '${text}';`);

test.beforeEach(async () => {
  test.skip(test.info().project.name !== 'isolated', 'brings its own servers');
  folder = await mkdtemp(join(tmpdir(), 'bettiscope-'));
  await mkdir(join(folder, 'engine'));
  await cp(new URL('../../www/sw.js', import.meta.url), join(folder, 'sw.js'));
  await cp(new URL('../../www/isolation.js', import.meta.url), join(folder, 'www/isolation.js'));
  await writeFile(join(folder, 'index.html'), PAGE);
  await setModule('one');
  await describe('1');
});

test.afterEach(() => (folder ? rm(folder, { recursive: true, force: true }) : undefined));

/** @param {import('@playwright/test').Page} page */
const state = (page) => page.evaluate(() => ({ isolated: crossOriginIsolated, said: window.isolated, loads: window.loads }));
/** @param {import('@playwright/test').Page} page */
const started = (page) => expect(page).toHaveTitle('started');
/** @param {import('@playwright/test').Page} page */
const importModule = (page) => page.evaluate(async () => (await import(new URL('engine/module.js', location.href).href)).default);

test('a host without headers is isolated after one reload', async ({ page }) => {
  const server = await serve({ root: folder, base: '/some/project' });
  await page.goto(server.url);
  await started(page);
  expect(await state(page)).toEqual({ isolated: true, said: true, loads: 2 });
  await page.reload();
  await started(page);
  expect(await state(page)).toEqual({ isolated: true, said: true, loads: 3 });
  await server.close();
});

/** @type {Record<string, (asked: string[]) => boolean>} */
const unanswered = {
  'the service worker': (asked) => asked.at(-1) === 'GET /sw.js',
  'the reload': (asked) => asked.at(-1) === 'GET /' && asked.includes('GET /sw.js'),
};
for (const [what, isLeft] of Object.entries(unanswered)) {
  test(`a host that never answers for ${what} does not keep the page from starting`, async ({ page }) => {
    let left = 0;
    const server = await serve({ root: folder, ignores: (asked) => isLeft(asked) && (left += 1) > 0 });
    await page.clock.install();
    await page.goto(server.url);
    await expect.poll(() => left).toBe(1);
    await page.clock.fastForward('01:00');
    await started(page);
    expect(await state(page)).toEqual({ isolated: false, said: false, loads: 1 });
    await server.close();
  });
}

test('without service workers the page starts at once, not isolated', async ({ browser }) => {
  const server = await serve({ root: folder });
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.goto(server.url);
  await started(page);
  expect(await state(page)).toEqual({ isolated: false, said: false, loads: 1 });
  await context.close();
  await server.close();
});

test('a local server with headers gets no service worker, unless asked', async ({ page }) => {
  const server = await serve({ root: folder, isolated: true });
  const registrations = () => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
  await page.goto(server.url);
  await started(page);
  expect(await state(page)).toEqual({ isolated: true, said: true, loads: 1 });
  expect(await registrations()).toBe(0);
  await page.goto(`${server.url}?sw=1`);
  await started(page);
  await expect.poll(registrations).toBe(1);
  await server.close();
});

test('a frame in a page that is not isolated starts and is not reloaded', async ({ page }) => {
  const server = await serve({ root: folder });
  await writeFile(join(folder, 'host.html'), '<!doctype html><title>host</title><iframe src="index.html"></iframe>');
  await page.goto(`${server.url}host.html`);
  const frame = page.frames().find((it) => it.url().endsWith('index.html'));
  await expect.poll(() => frame?.title()).toBe('started');
  expect(await frame?.evaluate(() => [window.isolated, window.loads])).toEqual([false, 1]);
  await server.close();
});

test('the page works without network, and modules change with the version alone', async ({ page }) => {
  const server = await serve({ root: folder });
  await page.goto(server.url);
  await started(page);
  expect(await importModule(page)).toBe('one');

  await setModule('two');
  await page.reload();
  await started(page);
  expect(await importModule(page)).toBe('one'); // same version: the kept module

  await describe('2');
  await page.reload();
  await started(page);
  expect(await importModule(page)).toBe('two');

  const { port, close } = server;
  await close();
  await page.goto(`http://127.0.0.1:${port}/`);
  await started(page);
  expect((await state(page)).isolated).toBe(true);
  expect(await importModule(page)).toBe('two');
});

test('all files of the page are kept in the background', async ({ page }) => {
  const server = await serve({ root: folder });
  await page.goto(server.url);
  await started(page);
  const kept = () => page.evaluate(async () => Boolean(await caches.match(new URL('engine/module.js', location.href))));
  await expect.poll(kept, { timeout: 15_000 }).toBe(true);
  await server.close();
  await page.reload();
  await started(page);
  expect(await importModule(page)).toBe('one');
});
