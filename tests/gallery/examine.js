/** One network of the gallery in a browser, against what ONNX Runtime recorded. */

/** Observed beside the proposed layers, evenly over the depth: a page holds less than a process. */
const MAX_LAYERS = 24;
/** Stands for the error of a layer of another shape: finite, as JSON knows no infinity. */
const OTHER_SHAPE = 1e9;
/** No text of the gallery has more tokens. */
const ALL_TOKENS = 64;
/** Ids of the gallery's texts are below. */
const N_IDS = 120;
/** Largest error of a layer, as a share of the layer's largest value. */
const TOLERANCE = 1e-4;

/** A tokenizer.json for which `t7` is the token 7. */
export const vocabulary = () => JSON.stringify({
  version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer: null, pre_tokenizer: { type: 'WhitespaceSplit' }, post_processor: null, decoder: null,
  model: { type: 'WordLevel', unk_token: '[UNK]', vocab: Object.fromEntries([['[PAD]', 0], ['[UNK]', 1], ...Array.from({ length: N_IDS - 2 }, (_, i) => [`t${i + 2}`, i + 2])]) },
});

/**
 * @typedef {{id: string, offset: number, counts: number[], sizes: number[]}} RecordedLayer
 * @typedef {{name: string, samples?: number[], texts?: string[], layers: RecordedLayer[], tolerance?: number, refused?: string, data?: string[]}} Recorded
 * @typedef {{ok: boolean, error: string | null, notes: string[], layers: number, compared: number, worst: number, worstLayer: string, loadMs: number, runMs: number}} Outcome
 */

/**
 * @param {import('@playwright/test').Page} page a blank page of the site, see openBlank
 * @param {string} base where NAME.onnx and NAME.f32 are served
 * @param {Recorded} recorded what NAME.json holds
 * @returns {Promise<Outcome>}
 */
export async function examine(page, base, recorded) {
  const outcome = await page.evaluate(inPage, { base, recorded, vocabulary: vocabulary(), MAX_LAYERS, ALL_TOKENS, OTHER_SHAPE });
  const { error, compared, worst } = outcome;
  const ok = recorded.refused ? Boolean(error?.includes(recorded.refused)) : !error && compared > 0 && worst <= (recorded.tolerance ?? TOLERANCE);
  return { ok, ...outcome };
}

/** @param {{base: string, recorded: Recorded, vocabulary: string, MAX_LAYERS: number, ALL_TOKENS: number, OTHER_SHAPE: number}} wishes */
async function inPage({ base, recorded, vocabulary, MAX_LAYERS, ALL_TOKENS, OTHER_SHAPE }) {
  /** @type {Omit<Outcome, 'ok'>} */
  const outcome = { error: null, notes: [], layers: 0, compared: 0, worst: 0, worstLayer: '', loadMs: 0, runMs: 0 };
  const { name, samples: sizes, texts, layers } = recorded;
  const fetched = async (/** @type {string} */ file) => new Uint8Array(await (await fetch(`${base}${file}`)).arrayBuffer());
  try {
    const values = new Float32Array((await fetched(`${name}.f32`)).buffer);
    const file = { name: `${name}.onnx`, bytes: await fetched(`${name}.onnx`) };
    const weights = await Promise.all((recorded.data ?? []).map(async (part) => ({ name: part, bytes: await fetched(part) })));
    let start = performance.now();
    const tokenizer = { name: 'tokenizer.json', bytes: new TextEncoder().encode(vocabulary) };
    const network = await window.scope.loadNetwork(file, { ...(texts ? { tokenizer } : {}), ...(weights.length ? { weights } : {}) });
    outcome.loadMs = performance.now() - start;
    Object.assign(outcome, { notes: network.notes, layers: network.layers.length });
    const known = new Map(layers.map((layer) => [layer.id, layer]));
    const observable = network.layers.filter((/** @type {any} */ layer) => known.has(layer.id));
    const step = Math.max(1, (observable.length - 1) / (MAX_LAYERS - 1));
    const spread = new Set(Array.from({ length: MAX_LAYERS }, (_, i) => observable[Math.round(i * step)]?.id));
    const chosen = network.layers.filter((/** @type {any} */ layer) => layer.observed || spread.has(layer.id)).map((/** @type {any} */ layer) => layer.id);
    const common = { name: 'gallery', labels: null, classes: [], notes: [] };
    const n = texts ? texts.length : /** @type {number[]} */ (sizes)[0];
    const data = texts ? { ...common, kind: 'texts', n, texts }
      : { ...common, kind: 'samples', n, shape: /** @type {number[]} */ (sizes).slice(1), values: values.slice(0, /** @type {number[]} */ (sizes).reduce((a, b) => a * b)) };
    start = performance.now();
    const result = await window.scope.analyse({ network, data, layers: chosen, samples: n, pooling: texts ? 'positions' : 'flatten', maxPoints: n * ALL_TOKENS, maxDim: 0 });
    outcome.runMs = performance.now() - start;
    for (const layer of result.layers) {
      const wanted = known.get(layer.id);
      if (!wanted) continue;
      outcome.compared += 1;
      let [at, row, scale, worst] = [wanted.offset, 0, 1e-30, 0];
      for (let sample = 0; sample < n; sample += 1) {
        const nRows = layer.sample.reduce((/** @type {number} */ sum, /** @type {number} */ own) => sum + (own === sample ? 1 : 0), 0);
        const found = layer.points.subarray(row * layer.nCoords, (row + nRows) * layer.nCoords);
        row += nRows;
        const count = wanted.counts[sample];
        if (found.length !== wanted.sizes[sample]) worst = OTHER_SHAPE;
        for (let i = 0; i < count; i += 1) {
          const own = found[count < found.length ? Math.floor((i * (found.length - 1)) / (count - 1)) : i];
          scale = Math.max(scale, Math.abs(values[at + i]));
          worst = Math.max(worst, Math.abs(values[at + i] - own));
        }
        at += count;
      }
      if (!(worst / scale <= outcome.worst)) Object.assign(outcome, { worst: worst / scale, worstLayer: layer.id });
    }
  } catch (error) {
    outcome.error = /** @type {any} */ (error).message;
  }
  return outcome;
}
