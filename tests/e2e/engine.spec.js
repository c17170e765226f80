/** The ES module in real workers, with and without threads. */
import { expect, test } from '@playwright/test';
import { dataFile, dataJson, failureOf, openBlank } from './blank.js';

test.beforeEach(async ({ page }, { project }) => openBlank(page, project.name));

test('the build fits the page', async ({ page }, { project }) => {
  const info = await page.evaluate(() => window.scope.info);
  expect(info.build).toBe(project.name === 'isolated' ? 'threads' : 'plain');
  expect(info.isolated).toBe(project.name === 'isolated');
  expect(info.reason === '').toBe(project.name === 'isolated');
});

/** @typedef {{name: string, points: number[], d: number, metric: string, max_dim: number, modulus: number, threshold: number | null, bars: (number | null)[][]}} Golden */

for (const golden of /** @type {Golden[]} */ (dataJson('homology/wasm-goldens.json'))) {
  test(`the barcode of “${golden.name}” equals the golden bit for bit`, async ({ page }) => {
    const bars = await page.evaluate(async ({ points, d, metric, max_dim: maxDim, modulus, threshold }) => {
      const cloud = { points: Float32Array.from(points), nCoords: d, metric };
      const { dims, births, deaths } = await window.scope.barcode(cloud, { maxDim, modulus, threshold });
      const found = /** @type {(number | null)[][]} */ (Array.from({ length: maxDim + 1 }, () => []));
      dims.forEach((/** @type {number} */ dim, /** @type {number} */ i) => found[dim].push(births[i], deaths[i] === Infinity ? null : deaths[i]));
      return found;
    }, golden);
    expect(bars).toEqual(golden.bars.map((ends) => ends.map((end) => (end === null ? null : Math.fround(end)))));
  });
}

test('barcodes of known spaces equal the goldens bit for bit', async ({ page }) => {
  test.slow();
  const goldens = /** @type {Golden[]} */ (dataJson('homology/spaces.json'));
  const wrong = await page.evaluate(async (cases) => {
    const failed = [];
    for (const { name, points, d, metric, max_dim: maxDim, modulus, threshold, bars } of cases) {
      const { dims, births, deaths } = await window.scope.barcode({ points: Float32Array.from(points), nCoords: d, metric }, { maxDim, modulus, threshold });
      const found = /** @type {(number | null)[][]} */ (Array.from({ length: maxDim + 1 }, () => []));
      dims.forEach((/** @type {number} */ dim, /** @type {number} */ i) => found[dim].push(births[i], deaths[i] === Infinity ? null : deaths[i]));
      if (JSON.stringify(found) !== JSON.stringify(bars.map((ends) => ends.map((end) => (end === null ? null : Math.fround(end)))))) failed.push(name);
    }
    return failed;
  }, goldens);
  expect(goldens.length).toBeGreaterThan(15);
  expect(wrong).toEqual([]);
});

/** A ring of points, in the page. */
const RING = `(() => {
  let state = 2463534242;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 8) / 2 ** 24;
  };
  const points = [];
  while (points.length < 800) {
    const [x, y] = [2 * random() - 1, 2 * random() - 1];
    if (x * x + y * y < 1 && x * x + y * y > 0.5) points.push(x, y);
  }
  return { points: Float32Array.from(points), nCoords: 2 };
})()`;

test('intervals are heard of as they are found, and have representatives', async ({ page }) => {
  const found = await page.evaluate(`(async () => {
    const cloud = ${RING};
    let heard = 0;
    const barcode = await scope.barcode(cloud, { onIntervals: ({ dims }) => { heard += dims.length; } });
    const lengths = [...barcode.dims].map((dim, i) => (dim === 1 ? barcode.deaths[i] - barcode.births[i] : -1));
    const longest = lengths.indexOf(Math.max(...lengths));
    const loop = await scope.representative(cloud, barcode, longest);
    const side = (a, b) => Math.fround(Math.hypot(cloud.points[2 * a] - cloud.points[2 * b], cloud.points[2 * a + 1] - cloud.points[2 * b + 1]));
    const sides = [...loop.points].map((p, i) => side(p, loop.points[(i + 1) % loop.points.length]));
    const pair = await scope.representative(cloud, barcode, 0);
    return {
      heard, n: barcode.dims.length, loop: { isLoop: loop.isLoop, isFilled: loop.isFilled }, gap: Math.max(...sides) - barcode.births[longest],
      closing: sides.at(-1) - barcode.births[longest], death: side(...loop.deathEdge) - barcode.deaths[longest], pair: [pair.isLoop, side(...pair.points) - barcode.deaths[0]],
      missing: await scope.representative(cloud, barcode, 100000).catch((e) => e.kind),
    };
  })()`);
  const { heard, n, loop, gap, closing, death, pair, missing } = /** @type {any} */ (found);
  expect(heard).toBeGreaterThan(300);
  expect(heard).toBeLessThanOrEqual(n);
  expect(loop).toEqual({ isLoop: true, isFilled: true });
  for (const difference of [gap, closing, death, pair[1]]) expect(Math.abs(difference)).toBeLessThan(1e-6);
  expect([pair[0], missing]).toEqual([false, 'invalid-setting']);
});

test('barcodes are compared, and have landscapes', async ({ page }) => {
  const found = await page.evaluate(async () => {
    const bars = (/** @type {number[]} */ births, /** @type {number[]} */ deaths) => /** @type {any} */ ({ maxDim: 1, threshold: Infinity, dims: new Uint8Array(births.length).fill(1), births: Float32Array.from(births), deaths: Float32Array.from(deaths), edges: new Uint32Array(2 * births.length) });
    const [a, b, endless] = [bars([6, 6], [9, 8]), bars([4, 9], [10, 10]), bars([1], [Infinity])];
    const { scope } = window;
    return {
      bottleneck: await scope.diagramDistance(a, b), endless: await scope.diagramDistance(a, endless), none: await scope.diagramDistance(a, endless, { dim: 0 }),
      wasserstein: await scope.diagramDistance(bars([0, 0], [10, 10]), bars([0], [10]), { kind: 'wasserstein', p: 1, ground: 'euclidean' }),
      sliced: await scope.diagramDistance(bars([0, 0], [1, 2]), bars([1], [0]), { kind: 'sliced-wasserstein', directions: 2 }),
      refused: await scope.diagramDistance(a, b, { kind: 'wasserstein', p: 0 }).catch((/** @type {any} */ e) => e.kind),
      landscape: (await scope.landscape(bars([1, 2], [5, 8]), { levels: 1 })).map((/** @type {any} */ level) => [[...level.x], [...level.y]]),
    };
  });
  expect(found).toMatchObject({ bottleneck: 2, endless: Infinity, none: 0, refused: 'invalid-setting', landscape: [[[1, 3, 3.5, 5, 8], [0, 2, 1.5, 3, 0]]] });
  expect(found.wasserstein).toBeCloseTo(Math.sqrt(50), 12);
  expect(found.sliced).toBeCloseTo(2, 12);
});

test('tract’s matrix products use SIMD kernels', async ({ page }) => {
  const kernels = await page.evaluate(async () => {
    const index = await (await fetch('/models/index.json')).json();
    const network = await window.scope.loadNetwork(`/models/${index.networks[0].file}`);
    const data = await window.scope.loadData([`/models/${index.datasets[0].files[0]}`]);
    return window.scope.kernels(network, data);
  });
  expect(kernels.join('\n')).toMatch(/wasm/i);
});

test('a run reports progress, stops within 50 ms when asked, and the next one works', async ({ page }) => {
  const found = await page.evaluate(async () => {
    const n = 900;
    const random = (/** @type {number} */ i) => ((Math.imul(i + 1, 2654435761) >>> 8) % 65536) / 65536;
    const points = Float32Array.from({ length: n * 8 }, (_, i) => random(i));
    const controller = new AbortController();
    let stages = 0;
    const run = window.scope.barcode({ points, nCoords: 8 }, { maxDim: 2, signal: controller.signal, onProgress: () => { stages += 1; } });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const asked = performance.now();
    controller.abort();
    const failure = await run.catch((/** @type {any} */ e) => e);
    const ms = performance.now() - asked;
    const square = await window.scope.barcode({ points: Float32Array.of(0, 0, 1, 0, 1, 1, 0, 1), nCoords: 2 });
    return { kind: failure.kind, name: failure.name, ms, stages, deaths: [...square.deaths] };
  });
  expect(found).toMatchObject({ kind: 'stopped', name: 'AbortError' });
  expect(found.ms).toBeLessThan(50);
  expect(found.stages).toBeGreaterThan(0);
  expect(found.deaths.at(-1)).toBe(Math.fround(Math.SQRT2));
});

const bytes = (/** @type {string} */ path) => [...dataFile(path)];
const BAD_NETWORKS = /** @type {const} */ ([
  ['truncated.onnx', 'not-onnx', /cut off or damaged/],
  ['unsupported-operator.onnx', 'unsupported-operators', /uses \w+/],
  ['future-opset.onnx', 'unsupported-opset', /opset \d+/],
]);
for (const [file, kind, words] of BAD_NETWORKS) {
  test(`${file} is refused in words`, async ({ page }) => {
    const failure = await failureOf(page, 'scope.loadNetwork({ name: value.name, bytes: Uint8Array.from(value.bytes) })', { name: file, bytes: bytes(`network/${file}`) });
    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(words);
    expect(failure.message).toContain(file);
  });
}

const RUN = `{
  const network = await scope.loadNetwork({ name: value.name, bytes: Uint8Array.from(value.bytes) });
  const data = { kind: 'samples', name: 'noise', n: 4, shape: [28, 28], values: Uint8Array.from({ length: 4 * 784 }, (_, i) => (i * 7919) % 256), labels: null, classes: [], notes: [] };
  return scope.analyse({ network, data });
}`;
test('a network whose input does not fit names both shapes', async ({ page }) => {
  const failure = await failureOf(page, RUN.replace('[28, 28]', '[784]'), { name: 'wrong-input.onnx', bytes: bytes('network/wrong-input.onnx') });
  expect(failure).toMatchObject({ kind: 'input-mismatch' });
  expect(failure.message).toContain('3 × 32 × 32');
  expect(failure.message).toContain('784');
});

test('a network that makes NaN names layer and sample', async ({ page }) => {
  const failure = await failureOf(page, RUN, { name: 'nan.onnx', bytes: bytes('network/nan.onnx') });
  expect(failure.kind).toBe('not-finite');
  expect(failure.message).toMatch(/layer .* sample \d+/);
});

const BAD_POINTS = /** @type {const} */ ([
  ['a ragged table', 'table.csv', '1,2\n3,4\n5\n', 'ragged-row', /line 3/],
  ['a table with words', 'table.csv', '1,2\n3,x\n', 'not-a-number', /line 2/],
  ['a truncated array', 'points.npy', '\x93NUMPY\x01\x00', 'damaged', /points\.npy/],
  ['a truncated image set', 'images.idx3-ubyte', '\x00\x00\x08\x03\x00\x00\x00\x05\x00\x00\x00\x02\x00\x00\x00\x02\x01', 'damaged', /images/],
  ['a truncated picture', 'cat.png', '\x89PNG\r\n\x1a\n\x00\x00', 'damaged', /cat\.png/],
  ['an unknown format', 'thesis.docx', 'PK\x03\x04\x00\x00\x00', 'unsupported', /thesis\.docx/],
]);
for (const [what, name, text, kind, words] of BAD_POINTS) {
  test(`${what} is refused in words`, async ({ page }) => {
    const failure = await failureOf(page, 'scope.loadData([{ name: value.name, bytes: Uint8Array.from(value.text, (c) => c.charCodeAt(0)) }])', { name, text });
    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(words);
  });
}

test('too many points are refused with the number that fits', async ({ page }) => {
  const failure = await failureOf(page, 'scope.barcode({ points: new Float32Array(200000), nCoords: 2 })');
  expect(failure.kind).toBe('too-many-points');
  expect(failure.message).toMatch(/at most \d+ points fit/);
});

test('a file of 600 MB is refused before it is read', async ({ page }) => {
  const failure = await failureOf(page, "scope.loadData([new File(Array(6).fill(new Uint8Array(100 * 2 ** 20)), 'huge.csv')])");
  expect(failure).toMatchObject({ kind: 'too-large' });
  expect(failure.message).toContain('600 MB');
});

test('degenerate clouds have their barcodes', async ({ page }) => {
  const counts = await page.evaluate(async () => {
    const bars = async (/** @type {number[]} */ points, /** @type {number} */ nCoords) => (await window.scope.barcode({ points: Float32Array.from(points), nCoords })).dims.length;
    return [await bars([1, 2], 2), await bars([5, 5, 5, 5, 5, 5], 2), await bars([0, 0, 3, 4], 2)];
  });
  expect(counts).toEqual([1, 1, 2]);
});

test('threads, plain workers and per-class runs give the same bits', async ({ page }, { project }) => {
  test.skip(project.name !== 'isolated', 'both builds can only run side by side where the page is isolated');
  const same = await page.evaluate(async () => {
    const values = Float32Array.from({ length: 240 * 6 }, (_, i) => ((Math.imul(i + 1, 2654435761) >>> 8) % 4096) / 4096);
    const labels = Uint16Array.from({ length: 240 }, (_, i) => i % 4);
    const data = { kind: 'samples', name: 'noise', n: 240, shape: [6], values, labels, classes: ['a', 'b', 'c', 'd'], notes: [] };
    const plain = await window.engine.Bettiscope.start({ build: 'plain' });
    const text = async (/** @type {any} */ scope, /** @type {string} */ clouds) => {
      const { layers } = await scope.analyse({ data, clouds, samples: 240 });
      return JSON.stringify(layers.map((/** @type {any} */ l) => l.clouds.map((/** @type {any} */ c) => [c.name, [...c.barcode.births], [...c.barcode.deaths], [...c.barcode.edges], c.lifespans])));
    };
    const results = [];
    for (const clouds of ['pooled', 'per-class']) results.push((await text(window.scope, clouds)) === (await text(plain, clouds)));
    plain.close();
    return results;
  });
  expect(same).toEqual([true, true]);
});
