import { readFileSync } from 'node:fs';

const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/**
 * Opens an empty page of the site, with the engine's module as `window.engine`.
 * @param {import('@playwright/test').Page} page
 * @param {string} build 'isolated' or 'plain'
 */
export async function openBlank(page, build) {
  const headers = build === 'isolated' ? ISOLATION : {};
  await page.route('**/blank.html', (route) => route.fulfill({ contentType: 'text/html', headers, body: '<!doctype html><title>blank</title>' }));
  await page.goto('/blank.html');
  await page.evaluate(async () => {
    const address = '/www/bettiscope.js';
    const engine = await import(address);
    Object.assign(window, { engine, scope: await engine.Bettiscope.start() });
  });
}

/** @param {string} path below tests/data */
export const dataFile = (path) => readFileSync(new URL(`../data/${path}`, import.meta.url));

/** @param {string} path below tests/data */
export const dataJson = (path) => JSON.parse(dataFile(path).toString('utf8'));

/**
 * The failure of a promise made in the page, as `{kind, message}`.
 * @param {import('@playwright/test').Page} page
 * @param {string} expression
 * @param {any} [argument]
 * @returns {Promise<{kind: string, message: string, ms: number}>}
 */
export function failureOf(page, expression, argument) {
  return page.evaluate(async ([source, value]) => {
    const start = performance.now();
    try {
      await new Function('scope', 'engine', 'value', `return (async () => ${source})()`)(window.scope, window.engine, value);
      return { kind: 'none', message: 'it succeeded', ms: 0 };
    } catch (error) {
      return { kind: error.kind, message: error.message, ms: performance.now() - start };
    }
  }, [expression, argument]);
}
