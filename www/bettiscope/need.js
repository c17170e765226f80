/**
 * What a run will hold, counted from the shapes of a network's layers. The engine makes a prediction of it.
 *
 * @typedef {import('../bettiscope.js').Network} Network
 * @typedef {import('../bettiscope.js').Layer} Layer
 * @typedef {{weights: number, activations: number, input: number}} Memory bytes, the latter two per sample
 * @typedef {{weights: number, activations: number, observed: number, batch: number | null}} NetworkLoad
 */

const FLOAT_BYTES = 4;

/** @param {(number | null)[]} shape */
const count = (shape) => shape.slice(1).reduce((/** @type {number} */ product, size) => product * (size ?? 1), 1);

/**
 * @param {Network} network
 * @param {Set<string>} observed ids of layers
 * @param {number[]} [sampleShape] of pictures and other numbers
 * @returns {NetworkLoad | null} null where the network has run elsewhere
 */
export function networkLoad({ memory, layers, input, maxTokens }, observed, sampleShape) {
  if (!memory) return null;
  const isTokens = input.kind === 'tokens';
  const length = isTokens ? maxTokens : 1;
  // Free sizes were taken for some usual ones.
  const own = sampleShape && count([null, ...sampleShape]) * FLOAT_BYTES * (sampleShape.length === 2 && input.shape[1] === 3 ? 3 : 1);
  const scale = isTokens ? (maxTokens * FLOAT_BYTES) / memory.input : own && input.shape.slice(1).includes(null) ? own / memory.input : 1;
  const values = layers.filter(({ id }) => observed.has(id)).reduce((sum, { shape }) => sum + count(shape) * (isTokens && shape.length === 3 && shape[1] === null ? length : 1), 0);
  return { weights: memory.weights, activations: memory.activations * scale, observed: values * FLOAT_BYTES * (isTokens ? 1 : scale), batch: input.shape[0] ?? null };
}

/** Points that each of `n` samples gives where positions are points: so many that there are `most` in all. @param {number} n @param {number} most */
export const positionsPerSample = (n, most) => Math.max(1, Math.floor(most / n));

/** As many as a layer has; of texts that is not known. @param {Layer} layer */
const positionsOf = (layer) => (layer.shape.slice(1).includes(null) ? Infinity : count(layer.shape) / (coordinates(layer, 'positions') ?? 1));

/** Points that each of `n` samples gives, in the layer that gives most. @param {string} pooling @param {number} n @param {number} most in all @param {Layer[]} layers */
export const pointsPerSample = (pooling, n, most, layers) => (pooling === 'positions' ? Math.min(positionsPerSample(n, most), Math.max(1, ...layers.map(positionsOf))) : 1);

/** Coordinates of a layer's points, where its shape is known. @param {Layer} layer @param {string} pooling @returns {number | null} */
export function coordinates({ shape }, pooling) {
  if (shape.length < 2) return null;
  if (pooling === 'flatten') return count(shape);
  return shape.length === 3 ? shape[2] : shape[1];
}
