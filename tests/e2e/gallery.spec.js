/** The small networks of the gallery in the browser: the layers compute what ONNX Runtime recorded. */
import { expect, test } from '@playwright/test';
import { readdirSync } from 'node:fs';
import { examine } from '../gallery/examine.js';
import { dataFile, dataJson, openBlank } from './blank.js';

const names = readdirSync(new URL('../data/gallery/', import.meta.url)).filter((file) => file.endsWith('.onnx')).map((file) => file.slice(0, -5));

// All on one page: what one network leaves behind must not harm the next.
test('the small networks of the gallery compute what ONNX Runtime recorded', async ({ page }, { project }) => {
  test.skip(project.name === 'plain', 'networks run in the same module there');
  expect(names.length).toBeGreaterThanOrEqual(20);
  await page.route('**/gallery/*', (route) => route.fulfill({ body: dataFile(`gallery/${new URL(route.request().url()).pathname.split('/').pop()}`) }));
  await openBlank(page, project.name);
  for (const name of names) {
    const outcome = await examine(page, '/gallery/', dataJson(`gallery/${name}.json`));
    expect(outcome, `${name} at ${outcome.worstLayer}`).toMatchObject({ ok: true });
  }
});
