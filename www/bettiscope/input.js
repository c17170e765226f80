/**
 * How samples are handed to a network: what its file says, what is usual, and what the user wishes instead.
 *
 * @typedef {{range: '0..1' | '-1..1' | '0..255', mean: number[], deviation: number[], colours: 'rgb' | 'bgr' | 'grey',
 *   layout: 'NCHW' | 'NHWC' | null, height: number | null, width: number | null, fit: string, feed: string | null, fill: Record<string, string>}} InputSettings
 *   `height`, `width`: null where samples keep theirs; `fit`: stretch, letterbox, crop, or the share that is cut out, crop-0.875;
 *   `feed`: the input that samples feed, of several, null for the usual one; `fill`: what others get instead of an array or what is usual, a number or `range`
 * @typedef {{settings: InputSettings, channels: number | null, freeSize: boolean, guessed: boolean, reasons: string[]}} Recognised
 * @typedef {{index: Uint32Array, shape: number[], size: [number, number] | null, resizedFrom: [number, number] | null, pixels: Uint8Array,
 *   channels: {low: number, high: number, mean: number, deviation: number}[], histogram: Uint32Array}} Preview samples as a network gets them
 * @typedef {import('../bettiscope.js').Network} Network
 * @typedef {import('../bettiscope.js').Samples} Samples
 * @typedef {import('../bettiscope.js').Texts} Texts
 * @typedef {import('../bettiscope.js').Activations} Activations
 */

/** @type {InputSettings} */
const PLAIN = { range: '0..1', mean: [], deviation: [], colours: 'rgb', layout: null, height: null, width: null, fit: 'crop', feed: null, fill: {} };

/**
 * The ways in which training code usually prepares pictures.
 * @type {Record<string, {name: string, settings: Pick<InputSettings, 'range' | 'mean' | 'deviation' | 'colours'>}>}
 */
export const USUAL = {
  '0..1': { name: '0 to 1', settings: { range: '0..1', mean: [], deviation: [], colours: 'rgb' } },
  '-1..1': { name: '−1 to 1', settings: { range: '-1..1', mean: [], deviation: [], colours: 'rgb' } },
  '0..255': { name: '0 to 255', settings: { range: '0..255', mean: [], deviation: [], colours: 'rgb' } },
  imagenet: { name: 'ImageNet mean and deviation', settings: { range: '0..1', mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225], colours: 'rgb' } },
  caffe: { name: 'bytes less their mean, blue first (Caffe)', settings: { range: '0..255', mean: [103.939, 116.779, 123.68], deviation: [], colours: 'bgr' } },
};

/**
 * The complete settings for a run. Ready numbers are only normalised where the user wishes it, and samples keep their size
 * where the network takes any.
 * @param {Network | null} network
 * @param {Samples | Texts | Activations} data
 * @param {Partial<InputSettings>} [wishes]
 * @returns {InputSettings}
 */
export function inputFor(network, data, wishes = {}) {
  const found = network?.pictures?.settings ?? PLAIN;
  const isBytes = data.kind === 'samples' && data.values instanceof Uint8Array;
  const isFree = data.kind === 'samples' && network?.pictures?.freeSize;
  return { ...found, ...(isBytes ? {} : { range: '0..1', mean: [], deviation: [] }), ...(isFree ? { height: null, width: null } : {}), ...wishes };
}

/** Height and width of samples that are pictures. @param {number[]} shape @returns {number[]} */
export const sidesOf = (shape) => (shape.length === 3 && [1, 3].includes(shape[0]) && ![1, 3].includes(shape[2]) ? shape.slice(1) : shape.slice(0, 2));

/**
 * The shape that samples have when they run, after pictures were resized to a size of the user's.
 * @param {Samples} data
 * @param {Partial<InputSettings>} wishes
 * @returns {number[]}
 */
export function shapeFor({ shape }, { height, width }) {
  if (!height || !width || shape.length < 2) return shape;
  const [before, after] = sidesOf(shape);
  return [height, width, ...(shape.length === 3 ? [shape.reduce((a, b) => a * b, 1) / (before * after)] : [])];
}

/** Inputs that nobody said anything about: neither the user nor an array. @param {Network} network @param {Samples | Texts | Activations} data @param {InputSettings} input */
export function unsaid({ others }, data, { fill }) {
  const given = data.kind === 'samples' ? (data.arrays ?? []).map(({ name }) => name) : [];
  return others.filter(({ name }) => !(name in fill) && !given.includes(name));
}

/** What an input is filled with, in words. @param {string} fill */
export const fillWords = (fill) => ({ 0: 'zeros', 1: 'ones', range: '0, 1, 2, …' })[fill] ?? fill;

/** @param {string} fit in words */
export const fitWords = (fit) => (fit === 'stretch' ? 'stretched' : fit === 'letterbox' ? 'filled up with black' : fit === 'crop' ? 'centre cut out' : `${Number((100 * Number(fit.slice('crop-'.length))).toFixed(1))} % of the centre cut out`);

/** What of the usual ways some settings are, or `null`. @param {Pick<InputSettings, 'range' | 'mean' | 'deviation' | 'colours'>} settings */
export function usualName(settings) {
  const form = (/** @type {any} */ { range, mean, deviation, colours }) => JSON.stringify([range, mean, deviation, colours]);
  return Object.keys(USUAL).find((key) => form(USUAL[key].settings) === form(settings)) ?? null;
}
