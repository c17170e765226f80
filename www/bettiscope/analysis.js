import { BettiscopeError, throwIfStopped } from './errors.js';

/**
 * @typedef {import('./pool.js').Pool} Pool
 * @typedef {import('../bettiscope.js').Network} Network
 * @typedef {import('../bettiscope.js').Samples} Samples
 * @typedef {import('../bettiscope.js').LayerResult} LayerResult
 * @typedef {import('../bettiscope.js').AnalyseSettings} AnalyseSettings
 * @typedef {Required<Omit<AnalyseSettings, 'network' | 'data'>> & {network: Network | null, data: Samples}} Settings
 * @typedef {{id: string, label: string, op: string, shape: (number | null)[], depth: number, points: Float32Array | Uint8Array, nCoords: number, sample: Uint32Array}} ObservedLayer
 */

/** The samples themselves as the first layer. */
export const INPUT_LAYER = 'input';
/** Samples per request: large enough to be worth a message, small enough that progress moves and work spreads evenly. */
const CHUNK = 32;
/** Samples that run together inside a network. */
const BATCH = 16;

/**
 * The rows of `data` at `index`.
 * @param {Samples} data
 * @param {Uint32Array} index
 */
export function rows(data, index) {
  const length = data.values.length / data.n;
  const values = new /** @type {any} */ (data.values.constructor)(index.length * length);
  index.forEach((from, to) => values.set(data.values.subarray(from * length, (from + 1) * length), to * length));
  return values;
}

/** The class of each row. @param {Samples} data @param {Uint32Array} index @returns {Uint16Array | null} */
export const labelsOf = ({ labels }, index) => labels && Uint16Array.from(index, (i) => labels[i]);

/** The samples themselves as a layer. @param {Samples} data @param {Uint32Array} index @returns {ObservedLayer} */
export function inputLayer(data, index) {
  return { id: INPUT_LAYER, label: 'input', op: 'Input', shape: [null, ...data.shape], depth: 0, points: rows(data, index), nCoords: data.values.length / data.n, sample: index };
}

/** Layers of a network from shallow to deep. @param {Network} network @param {string[]} ids */
export function inDepthOrder(network, ids) {
  const wanted = new Set(ids);
  wanted.delete(INPUT_LAYER);
  const found = network.layers.filter((layer) => wanted.delete(layer.id)).map((layer) => layer.id);
  const [missing] = wanted;
  if (missing !== undefined) throw new BettiscopeError('unknown-layer', `the network has no layer “${missing}”; choose among its ${network.layers.length} layers`);
  return found;
}

/** The share of samples whose class the network names. @param {Uint32Array | null} predictions @param {Samples} data @param {Uint32Array} index */
export function accuracy(predictions, data, index) {
  if (!predictions || !data.labels) return null;
  let right = 0;
  index.forEach((sample, i) => { if (/** @type {Uint16Array} */ (data.labels)[sample] === /** @type {Uint32Array} */ (predictions)[i]) right += 1; });
  return right / index.length;
}

/**
 * Runs the chosen samples through the network on all its workers and collects the pooled points of each layer.
 * @param {Pool} pool
 * @param {Settings} settings
 * @param {Uint32Array} index the samples
 * @param {string[]} layers
 * @param {{signal?: AbortSignal, onProgress: (stage: string, done: number, total: number) => void}} options
 * @returns {Promise<{observed: ObservedLayer[], predictions: Uint32Array | null}>}
 */
export async function observe(pool, settings, index, layers, { signal, onProgress }) {
  const { network, data } = settings;
  if (!network) throw new BettiscopeError('invalid-setting', 'layers can only be observed in a network; load one');
  const session = {
    layers,
    inputRange: settings.inputRange,
    pooling: settings.pooling,
    positionsPerSample: Math.max(1, Math.floor(settings.maxPoints / index.length)),
    seed: settings.seed,
    batch: Math.min(BATCH, index.length),
    sampleShape: data.shape,
    bytes: data.values instanceof Uint8Array,
  };
  const key = JSON.stringify([network.id, session]);
  /** @type {ObservedLayer[]} */
  const observed = [];
  const predictions = new Uint32Array(index.length);
  let predicted = true;
  let next = 0;
  let finished = 0;

  /** @param {import('./worker-handle.js').WorkerHandle} worker */
  const lane = async (worker) => {
    await worker.request('prepare', { key, name: network.name, bytes: network.file, settings: session });
    while (next < index.length) {
      throwIfStopped(signal);
      const first = next;
      const chunk = index.subarray(first, (next = Math.min(first + CHUNK, index.length)));
      const values = rows(data, chunk);
      const run = await worker.request('run', { values, firstSample: first }, { transfer: [values.buffer] });
      if (run.predictions) predictions.set(run.predictions, first);
      else predicted = false;
      store(observed, run.layers, layers, network, index, first);
      finished += chunk.length;
      onProgress('running', finished, index.length);
    }
  };
  onProgress('running', 0, index.length);
  const nLanes = Math.min(pool.size, Math.ceil(index.length / CHUNK));
  await allOrStop(Array.from({ length: nLanes }, () => (/** @type {AbortSignal} */ s) => pool.run(lane, s)), signal);
  return { observed, predictions: predicted ? predictions : null };
}

/**
 * Runs tasks side by side; the first failure stops the others.
 * @template T
 * @param {((signal: AbortSignal) => Promise<T>)[]} tasks
 * @param {AbortSignal} [signal]
 * @returns {Promise<T[]>}
 */
export async function allOrStop(tasks, signal) {
  const own = new AbortController();
  const stop = () => own.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.all(tasks.map((task) => task(own.signal)));
  } catch (error) {
    own.abort();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/**
 * Copies one chunk's points to their places among all samples.
 * @param {ObservedLayer[]} observed
 * @param {{values: Float32Array, perSample: number, nCoords: number, shape: number[]}[]} chunk
 * @param {string[]} ids
 * @param {Network} network
 * @param {Uint32Array} index
 * @param {number} first
 */
function store(observed, chunk, ids, network, index, first) {
  chunk.forEach(({ values, perSample, nCoords, shape }, i) => {
    if (!observed[i]) {
      const { label, op } = network.layers.find((layer) => layer.id === ids[i]) ?? { label: ids[i], op: '' };
      const sample = new Uint32Array(index.length * perSample);
      index.forEach((s, row) => sample.fill(s, row * perSample, (row + 1) * perSample));
      const points = new Float32Array(index.length * perSample * nCoords);
      observed[i] = { id: ids[i], label, op, shape: [null, ...shape], depth: (i + 1) / ids.length, points, nCoords, sample };
    }
    /** @type {Float32Array} */ (observed[i].points).set(values, first * perSample * nCoords);
  });
}
