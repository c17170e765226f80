import { BettiscopeError, throwIfStopped } from './errors.js';
import { fillWords, fitWords, inputFor, unsaid } from './input.js';
import { positionsPerSample } from './need.js';

/**
 * @typedef {import('./pool.js').Pool} Pool
 * @typedef {import('../bettiscope.js').Network} Network
 * @typedef {import('../bettiscope.js').Samples} Samples
 * @typedef {import('../bettiscope.js').Texts} Texts
 * @typedef {import('../bettiscope.js').Activations} Activations
 * @typedef {import('../bettiscope.js').LayerResult} LayerResult
 * @typedef {import('../bettiscope.js').Tokens} Tokens
 * @typedef {import('../bettiscope.js').AnalyseSettings} AnalyseSettings
 * @typedef {Required<Omit<AnalyseSettings, 'network' | 'data'>> & {network: Network | null, data: Samples | Texts | Activations}} Settings
 * @typedef {{id: string, label: string, op: string, shape: (number | null)[], depth: number, points: Float32Array | Uint8Array, nCoords: number,
 *   sample: Uint32Array, position: Uint32Array | null}} ObservedLayer
 * @typedef {{layers: {values: Float32Array, positions: Uint32Array, perSample: Uint32Array, nCoords: number, shape: (number | null)[]}[],
 *   predictions: Uint32Array | null, nScores: number, tokens: Tokens[]}} Run what a network's worker answers for one chunk
 */

/** The samples themselves as the first layer. */
export const INPUT_LAYER = 'input';
/** Samples per request: large enough to be worth a message, small enough that progress moves and work spreads evenly. */
const CHUNK = 32;
/** Texts of one request are sorted by length before they run together, so more of them waste less. */
const TEXT_CHUNK = 96;
/** Of one request at most, where that is more than one batch: a second or two. */
const STEP_MULTIPLICATIONS = 1e10;
/** Samples that run together inside a network. */
const BATCH = 16;

/**
 * The rows of `data` at `index`.
 * @param {{values: Samples['values'], n: number}} data
 * @param {Uint32Array} index
 */
export function rows(data, index) {
  const length = data.values.length / data.n;
  const values = new /** @type {any} */ (data.values.constructor)(index.length * length);
  index.forEach((from, to) => values.set(data.values.subarray(from * length, (from + 1) * length), to * length));
  return values;
}

/** The class of each row. @param {Samples | Texts | Activations} data @param {Uint32Array} index @returns {Uint16Array | null} */
export const labelsOf = ({ labels }, index) => labels && Uint16Array.from(index, (i) => labels[i]);

/**
 * Activations that were computed elsewhere, as a network that has run already.
 * @param {Activations} data
 * @returns {Network}
 */
export const storedNetwork = ({ name, layers }) => ({
  id: name, name, bytes: 0, file: new Uint8Array(0), weights: [], tokenizer: null, companion: null, input: { kind: 'stored', name: '', shape: [] }, others: [], pictures: null, memory: null, maxTokens: 0, macs: 0, metadata: {}, notes: [], presets: [],
  blocks: [{ label: 'activations', kind: 'activations', path: null, group: 0, parameters: 0, output: null }],
  layers: layers.map(({ id, label, shape }, i) => ({ id, label, op: '', kind: 'other', block: 0, partOf: null, parameters: 0, heads: 1, shape: [null, ...shape], depth: (i + 1) / layers.length, observed: true })),
});

/** Layers of stored activations, at the chosen samples. @param {Activations} data @param {Uint32Array} index @param {string[]} ids @returns {ObservedLayer[]} */
function storedLayers(data, index, ids) {
  return ids.map((id, i) => {
    const { label, shape, nCoords, values } = /** @type {Activations['layers'][number]} */ (data.layers.find((layer) => layer.id === id));
    return { id, label, op: '', shape: [null, ...shape], depth: (i + 1) / ids.length, points: rows({ values, n: data.n }, index), nCoords, sample: index, position: null };
  });
}

/** The samples themselves as a layer. @param {Samples} data @param {Uint32Array} index @returns {ObservedLayer} */
export function inputLayer(data, index) {
  return { id: INPUT_LAYER, label: 'input', op: 'Input', shape: [null, ...data.shape], depth: 0, points: rows(data, index), nCoords: data.values.length / data.n, sample: index, position: null };
}

/** Layers of a network from shallow to deep. @param {Network} network @param {string[]} ids */
export function inDepthOrder(network, ids) {
  const places = new Map(network.layers.map(({ id }, i) => [id, i]));
  const found = [...new Set(ids)].filter((id) => id !== INPUT_LAYER).map((id) => {
    const layer = layerOf(network, id);
    if (!layer) throw new BettiscopeError('unknown-layer', `the network has no layer “${id}”; choose among its ${network.layers.length} layers`);
    return { id, place: places.get(layer.id) ?? 0, head: headOf(id)?.head ?? 0 };
  });
  return found.sort((a, b) => a.place - b.place || a.head - b.head).map(({ id }) => id);
}

/** What `tensor#head=3` selects: its third head. @param {string} id @returns {{tensor: string, head: number} | null} */
export function headOf(id) {
  const [, tensor, head] = /^(.*)#head=([1-9]\d*)$/s.exec(id) ?? [];
  return tensor === undefined ? null : { tensor, head: Number(head) };
}

/** The tensor that an id selects, or a head of. @param {string} id */
export const tensorOf = (id) => headOf(id)?.tensor ?? id;

/** The layer that an id selects, or one head of it. @param {Network} network @param {string} id @returns {import('../bettiscope.js').Layer | undefined} */
export function layerOf(network, id) {
  const whole = network.layers.find((layer) => layer.id === id);
  const part = whole ? null : headOf(id);
  const layer = part && network.layers.find(({ id: tensor, heads }) => tensor === part.tensor && part.head <= heads);
  return part && layer ? { ...layer, label: `${layer.label} · head ${part.head}` } : whole;
}

/**
 * The share of samples whose class the network names, where the classes of the data are among those of the network: by name if its file
 * tells them, else by number.
 * @param {Uint32Array | null} predictions
 * @param {Network | null} network
 * @param {Samples | Texts | Activations} data
 * @param {Uint32Array} index
 * @param {number} nScores of the network's output
 */
export function accuracy(predictions, network, data, index, nScores) {
  const known = classesOf(network);
  if (!predictions || !data.labels || nScores !== (known ?? data.classes).length) return null;
  const places = data.classes.map((name, label) => (known ? known.indexOf(name) : label));
  if (places.includes(-1)) return null;
  let right = 0;
  index.forEach((sample, i) => { if (places[/** @type {Uint16Array} */ (data.labels)[sample]] === predictions[i]) right += 1; });
  return right / index.length;
}

/** The names of a network's classes, if its file tells them. @param {Network | null} network @returns {string[] | null} */
export function classesOf(network) {
  try {
    const names = JSON.parse(network?.metadata.classes ?? 'null');
    return Array.isArray(names) ? names.map(String) : null;
  } catch {
    return null;
  }
}

/**
 * Runs the chosen samples through the network on all its workers and collects the pooled points of each layer.
 * @param {Pool} pool
 * @param {Settings} settings
 * @param {Uint32Array} index the samples
 * @param {string[]} layers
 * @param {{signal?: AbortSignal, onProgress: (stage: string, done: number, total: number) => void, batch?: number, lanes?: number}} options `batch`: so many samples run together at most, on so many workers
 * @returns {Promise<{observed: ObservedLayer[], predictions: Uint32Array | null, nScores: number, notes: string[], memory: number, tokens: Tokens[] | null}>} predictions and tokens in the order of `index`; `memory`: the largest of a worker, in bytes
 */
export async function observe(pool, settings, index, layers, { signal, onProgress, batch: most = BATCH, lanes = pool.size }) {
  const { network, data } = settings;
  if (!network) throw new BettiscopeError('invalid-setting', 'layers can only be observed in a network; load one');
  if (data.kind === 'activations') return { observed: storedLayers(data, index, layers), predictions: null, nScores: 0, notes: [], memory: 0, tokens: null };
  const isText = data.kind === 'texts';
  const isTokens = network.input.kind === 'tokens';
  const session = {
    layers,
    pooling: settings.pooling,
    positionsPerSample: positionsPerSample(index.length, settings.maxPoints),
    seed: settings.seed,
    batch: Math.min(most, index.length),
    sampleShape: isText ? null : data.shape,
    bytes: !isText && data.values instanceof Uint8Array,
    arrays: isText ? [] : (data.arrays ?? []).map(({ name, shape }) => ({ name, sizes: shape })),
    nSamples: data.n,
  };
  const input = inputFor(network, data, settings.input);
  const key = JSON.stringify([network.id, session, input.layout, input.height, input.width, input.feed, input.fill]);
  const file = { name: network.name, bytes: network.file, weights: network.weights, tokenizer: network.tokenizer };
  const chunkSize = isText ? TEXT_CHUNK : Math.max(session.batch, Math.min(CHUNK, Math.floor(STEP_MULTIPLICATIONS / Math.max(1, network.macs) / session.batch) * session.batch));
  const nChunks = Math.ceil(index.length / chunkSize);
  /** @type {Run[]} */
  const runs = [];
  const notes = [];
  let resized = '';
  /** @type {string[]} */
  let withRows = [];
  let finished = 0;
  let used = 0;
  onProgress('running', 0, index.length);
  for (let batch = session.batch; ; ) {
    const todo = Array.from({ length: nChunks }, (_, i) => i).filter((i) => !runs[i]);
    const begin = async (/** @type {import('./worker-handle.js').WorkerHandle} */ worker) => {
      const { resizing, perSample } = await worker.request('prepare', { key: `${key} in batches of ${batch}`, file, settings: { ...session, batch, input } });
      withRows = perSample;
      if (resizing.length) resized = resizedWords([...resizing], input.fit);
    };
    const step = async (/** @type {import('./worker-handle.js').WorkerHandle} */ worker) => {
      const at = /** @type {number} */ (todo.shift());
      const firstSample = at * chunkSize;
      const chunk = index.subarray(firstSample, firstSample + chunkSize);
      const samples = isText ? Array.from(chunk, (i) => data.texts[i]) : rows(data, chunk);
      const arrays = isText ? [] : (data.arrays ?? []).map(({ name, values }) => ({ name, values: withRows.includes(name) ? rows({ values, n: data.n }, chunk) : values }));
      const { memory, ...run } = await worker.request('run', { samples, firstSample, arrays }, { transfer: isText ? [] : [samples.buffer] });
      runs[at] = run;
      used = Math.max(used, memory);
      finished += chunk.length;
      onProgress('running', finished, index.length);
    };
    try {
      await pool.spread(Math.min(pool.size, lanes, todo.length), { begin, step, isDone: () => todo.length === 0 }, signal);
      break;
    } catch (/** @type {any} */ failure) {
      throwIfStopped(signal);
      if (failure?.kind !== 'out-of-memory' || batch === 1) throw failure;
      batch = Math.floor(batch / 2);
      notes[0] = `memory ran out, so that samples ran in groups of ${batch} instead of ${session.batch}`;
    }
  }
  return {
    observed: layers.map((id, i) => joined(runs, i, id, network, index, (i + 1) / layers.length)),
    predictions: runs.every((run) => run.predictions) ? Uint32Array.from(runs.flatMap((run) => [.../** @type {Uint32Array} */ (run.predictions)])) : null,
    nScores: runs[0]?.nScores ?? 0,
    notes: [...(resized ? [resized] : []), ...unsaidWords(network.input.name, unsaid(network, data, input)), ...notes],
    memory: used,
    tokens: isTokens ? runs.flatMap((run) => run.tokens) : null,
  };
}

/** @param {number[]} sides height and width before and after @param {string} fit */
const resizedWords = ([height, width, toHeight, toWidth], fit) => `samples of ${height} × ${width} pixels were resized to the network’s ${toHeight} × ${toWidth} (${fitWords(fit)})`;

/** @param {string} fed @param {Network['others']} others what nobody said anything about */
const unsaidWords = (fed, others) => (others.length ? [`of the network’s inputs samples feed “${fed}”, and ${others.map(({ name, usual }) => `“${name}” gets ${fillWords(usual)}`).join(', ')}: change that under Input, or bring an .npz with an array for each input`] : []);

/**
 * The points of one layer from all chunks.
 * @param {Run[]} runs in the order of the samples
 * @param {number} i which of the observed layers
 * @param {string} id
 * @param {Network} network
 * @param {Uint32Array} index
 * @param {number} depth
 * @returns {ObservedLayer}
 */
function joined(runs, i, id, network, index, depth) {
  const parts = runs.map((run) => run.layers[i]);
  const { nCoords, shape } = parts[0];
  const { label, op } = layerOf(network, id) ?? { label: id, op: '' };
  const nPoints = parts.reduce((n, { values }) => n + values.length / nCoords, 0);
  const points = new Float32Array(nPoints * nCoords);
  const sample = new Uint32Array(nPoints);
  const position = parts[0].positions.length > 0 ? new Uint32Array(nPoints) : null;
  let [row, at] = [0, 0];
  for (const { values, positions, perSample } of parts) {
    points.set(values, row * nCoords);
    position?.set(positions, row);
    for (const n of perSample) {
      sample.fill(index[at], row, row + n);
      row += n;
      at += 1;
    }
  }
  return { id, label, op, shape: [null, ...shape], depth, points, nCoords, sample, position };
}
