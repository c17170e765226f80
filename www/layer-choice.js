import { INPUT_LAYER } from './bettiscope.js';
import { headOf } from './bettiscope/analysis.js';

/**
 * Which layers to observe, as the address holds it: `null` for the network's own proposal, else ids, `*every-convolution`
 * for a preset, or `~0-3.7.12h2` for many layers by their places in the network. A choice keeps its meaning from one
 * checkpoint of a training to the next.
 *
 * @typedef {{layers: {id: string, observed: boolean, heads?: number}[], presets: {name: string, layers: string[]}[]}} Offer
 * what can be observed, in depth order, with the input where it can be
 */

/** Lists of ids longer than this are written by places. */
const MAX_LETTERS = 120;

/** @param {string} name of a preset */
const presetWord = (name) => `*${name.replaceAll(' ', '-')}`;

/** @param {string[] | null} choice @param {Offer} offer @returns {string[]} ids; what nothing answers to stays as it is */
export function expandChoice(choice, { layers, presets }) {
  if (!choice) return layers.filter(({ observed }) => observed).map(({ id }) => id);
  const inNetwork = layers.filter(({ id }) => id !== INPUT_LAYER);
  const known = new Set(layers.map(({ id }) => id));
  return choice.flatMap((word) => {
    if (known.has(word)) return [word];
    const preset = presets.find(({ name }) => presetWord(name) === word);
    if (preset) return preset.layers;
    return (word.startsWith('~') && byPlaces(word.slice(1), inNetwork)) || [word];
  });
}

/** @param {string} places @param {Offer['layers']} layers @returns {string[] | null} null if they are not of this network */
function byPlaces(places, layers) {
  /** @type {string[]} */
  const ids = [];
  for (const part of places.split('.')) {
    const [, first, last, head] = /^(\d+)(?:-(\d+)|h(\d+))?$/.exec(part) ?? [];
    if (first === undefined || !layers[Number(last ?? first)]) return null;
    for (let at = Number(first); at <= Number(last ?? first); at += 1) ids.push(head ? `${layers[at].id}#head=${head}` : layers[at].id);
  }
  return ids;
}

/** The shortest way to say it. @param {string[]} ids @param {Offer} offer @returns {string[] | null} */
export function shortenChoice(ids, offer) {
  const same = (/** @type {string[]} */ other) => other.length === ids.length && other.every((id) => chosen.has(id));
  const chosen = new Set(ids);
  if (same(expandChoice(null, offer))) return null;
  const input = chosen.has(INPUT_LAYER) && offer.layers[0]?.id === INPUT_LAYER ? [INPUT_LAYER] : [];
  const preset = offer.presets.find(({ layers }) => same([...input, ...layers]));
  if (preset) return [...input, presetWord(preset.name)];
  const ordered = inOrder(ids, offer);
  if (ordered.join(',').length <= MAX_LETTERS) return ordered;
  const places = new Map(offer.layers.filter(({ id }) => id !== INPUT_LAYER).map(({ id }, at) => [id, at]));
  /** @type {[number, number][]} */
  const ranges = [];
  /** @type {string[]} */
  const heads = [];
  for (const id of ordered) {
    const at = places.get(id);
    const part = at === undefined ? headOf(id) : null;
    if (part) heads.push(`${places.get(part.tensor)}h${part.head}`);
    const last = ranges[ranges.length - 1];
    if (at !== undefined && last?.[1] === at - 1) last[1] = at;
    else if (at !== undefined) ranges.push([at, at]);
  }
  return [...input, `~${[...ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)), ...heads].join('.')}`];
}

/** @param {string[]} ids @param {Offer} offer @returns {string[]} from shallow to deep, heads in their layer */
export function inOrder(ids, { layers }) {
  const places = new Map(layers.map(({ id }, at) => [id, at]));
  const place = (/** @type {string} */ id) => {
    const part = places.has(id) ? null : headOf(id);
    return [places.get(part?.tensor ?? id) ?? Infinity, part?.head ?? 0];
  };
  return [...ids].sort((a, b) => {
    const [[x, i], [y, j]] = [place(a), place(b)];
    return x === y ? i - j : x - y;
  });
}
