/**
 * Everything the user can choose, and its form in the address: `#v=1&key=value…`, defaults left out. A copied link holds
 * all choices, so that it reproduces the picture.
 */

import { fromText, renamed, toText } from './input-text.js';

/**
 * @typedef {{key: string, fallback: any, read: (text: string) => any, write?: (value: any) => string}} Choice
 * `read` returns undefined for text that is no possible value; `write` is its reverse where a value is no plain word, number or list.
 */

const oneOf = (/** @type {string[]} */ ...values) => (/** @type {string} */ text) => (values.includes(text) ? text : undefined);
const text = (/** @type {string} */ value) => value;
const list = (/** @type {string} */ value) => value.split(',').filter(Boolean).map(decodeURIComponent);
const count = (/** @type {number} */ low, /** @type {number} */ high) => (/** @type {string} */ value) => {
  const n = Number(value);
  return Number.isInteger(n) && n >= low && n <= high ? n : undefined;
};
const positive = (/** @type {string} */ value) => (Number(value) > 0 && Number.isFinite(Number(value)) ? Number(value) : undefined);

export const METRICS = ['euclidean', 'manhattan', 'chebyshev', 'angular', 'correlation'];
export const VIEWS = ['barcode', 'diagram', 'betti', 'table'];
/** The questions of the Study place. */
export const QUESTIONS = ['profile', 'training', 'architectures', 'generalisation', 'data-sets', 'activations', 'attacks', 'similarity'];
export const PANELS = ['strata', 'profile', 'cloud', 'barcode', 'words', 'training', 'table'];

/** @type {Record<string, Choice>} */
export const CHOICES = {
  place: { key: 'place', fallback: 'network', read: oneOf('network', 'study', 'paper', 'points') },
  network: { key: 'network', fallback: '', read: text },
  data: { key: 'data', fallback: '', read: text },
  layers: { key: 'layers', fallback: null, read: list },
  samples: { key: 'n', fallback: 300, read: count(1, 100_000) },
  seed: { key: 'seed', fallback: 1, read: count(0, 2 ** 31 - 1) },
  input: { key: 'input', fallback: null, read: fromText, write: toText },
  pooling: { key: 'pooling', fallback: 'default', read: oneOf('default', 'mean', 'class-token', 'flatten', 'positions') },
  scaling: { key: 'scaling', fallback: 'min-max', read: oneOf('min-max', 'none') },
  metric: { key: 'metric', fallback: 'euclidean', read: oneOf(...METRICS) },
  maxDim: { key: 'dim', fallback: 1, read: count(0, 2) },
  threshold: { key: 'threshold', fallback: null, read: positive },
  clouds: { key: 'clouds', fallback: 'pooled', read: oneOf('pooled', 'per-class') },
  layer: { key: 'layer', fallback: '', read: text },
  cloud: { key: 'cloud', fallback: '', read: text },
  view: { key: 'view', fallback: 'barcode', read: oneOf(...VIEWS) },
  scale: { key: 'eps', fallback: null, read: positive },
  example: { key: 'example', fallback: 'circle', read: text },
  format: { key: 'format', fallback: 'auto', read: oneOf('auto', 'points', 'full', 'lower', 'upper', 'sparse') },
  question: { key: 'ask', fallback: 'profile', read: oneOf(...QUESTIONS) },
  reports: { key: 'report', fallback: null, read: list },
  study: { key: 'study', fallback: '', read: text },
  descriptors: { key: 'show-descriptors', fallback: null, read: list },
  descriptor: { key: 'descriptor', fallback: '', read: text },
  family: { key: 'family', fallback: '', read: text },
  lines: { key: 'lines', fallback: null, read: list },
  point: { key: 'at', fallback: null, read: list },
  studyLayer: { key: 'at-layer', fallback: '', read: text },
  studyCloud: { key: 'class', fallback: '', read: text },
  step: { key: 'step', fallback: null, read: count(0, 1000) },
  bands: { key: 'bands', fallback: 'trained', read: oneOf('trained', 'all', 'none') },
  measure: { key: 'measure', fallback: '', read: text },
  claim: { key: 'claim', fallback: '', read: oneOf('C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8', 'C9') },
  url: { key: 'url', fallback: null, read: list },
  theme: { key: 'theme', fallback: '', read: oneOf('light', 'dark') },
  embed: { key: 'embed', fallback: 0, read: count(0, 1) },
  show: { key: 'show', fallback: null, read: list },
};

/** @typedef {Record<keyof typeof CHOICES, any>} Choices */

/** @returns {Choices} */
export const defaults = () => Object.fromEntries(Object.entries(CHOICES).map(([name, { fallback }]) => [name, fallback]));

/**
 * @param {string} hash with or without `#`
 * @returns {{choices: Choices, problems: string[]}} unknown keys are ignored, impossible values reported
 */
export function fromHash(hash) {
  const given = renamed(new URLSearchParams(hash.replace(/^#/, '')));
  const choices = defaults();
  const problems = [];
  for (const [name, { key, read, fallback }] of Object.entries(CHOICES)) {
    const value = given.get(key);
    if (value === null) continue;
    const understood = understand(read, value);
    if (understood === undefined) problems.push(`the link's ${key}=${value} is not possible; ${key} is ${fallback ?? 'not set'} instead`);
    else choices[name] = understood;
  }
  return { choices, problems };
}

/** @param {Choice['read']} read @param {string} value */
function understand(read, value) {
  try {
    return read(value);
  } catch {
    return undefined; // a % that encodes nothing
  }
}

/** @param {Choices} choices @returns {string} with `#` */
export function toHash(choices) {
  const parts = ['v=1'];
  for (const [name, { key, fallback, write }] of Object.entries(CHOICES)) {
    const value = write && choices[name] ? write(choices[name]) : choices[name];
    if (value === fallback || value === null || value === undefined) continue;
    const words = Array.isArray(value) ? encodeURIComponent(value.map(encodeURIComponent).join(',')).replaceAll('%2C', ',') : encodeURIComponent(String(value));
    parts.push(`${key}=${words}`);
  }
  return `#${parts.join('&')}`;
}

/** The state of the page: the choices, and who wants to hear of changes. */
export class State extends EventTarget {
  constructor() {
    super();
    const { choices, problems } = fromHash(location.hash);
    this.choices = choices;
    this.problems = problems;
    window.addEventListener('hashchange', () => {
      if (location.hash === toHash(this.choices)) return;
      const { choices: next, problems: found } = fromHash(location.hash);
      this.problems = found;
      const changed = Object.keys(CHOICES).filter((name) => JSON.stringify(next[name]) !== JSON.stringify(this.choices[name]));
      this.choices = next;
      this.dispatchEvent(new CustomEvent('change', { detail: changed }));
    });
  }

  /**
   * @param {Partial<Choices>} changes
   * @param {{step?: boolean}} [options] `step`: worth a step back in the browser's history
   */
  set(changes, { step = false } = {}) {
    const changed = Object.keys(changes).filter((name) => JSON.stringify(changes[name]) !== JSON.stringify(this.choices[name]));
    if (changed.length === 0) return;
    Object.assign(this.choices, changes);
    history[step ? 'pushState' : 'replaceState'](null, '', toHash(this.choices));
    this.dispatchEvent(new CustomEvent('change', { detail: changed }));
  }

  /** @param {(changed: string[]) => void} listener */
  onChange(listener) {
    this.addEventListener('change', (event) => listener(/** @type {CustomEvent<string[]>} */ (event).detail));
  }
}
