/**
 * A study: a small document that says which networks run on which data and what is measured. Its form is
 * docs/study.schema.json; this module checks it, fills in what is left out, and folds it into a link.
 */
import { BettiscopeError } from './errors.js';

/**
 * @typedef {string | {image?: string, text?: string}} DataChoice a key, or one per kind of network
 * @typedef {{id?: string, url?: string, name?: string, data?: DataChoice}} NetworkChoice
 * @typedef {{measures: string[], between: 'layers' | [string, string][], batch: number, batches: number}} Comparison
 * @typedef {{bettiscope: 'study', version: 1, name: string, networks: NetworkChoice[], data: DataChoice, perClass: number,
 *   samples: number | null, clouds: 'per-class' | 'pooled', firstClasses: number | null, seed: number, layers: 'observed' | string[], pooling: string,
 *   inputRange: string, scaling: string, metric: string, descriptors: string[], repetitions: number,
 *   phdim: {sizes: string | number[], draws: number, repeats: number, scaling: string}, alpha: number, factor: number, bettiScale: number | null,
 *   hops: {k: number, threshold: number}, compare: Comparison[]}} Study
 * @typedef {{descriptors?: string[], networks?: string[], data?: string[]}} Possible names that exist; a list left out is not checked
 */

export const STUDY_VERSION = 1;
/** The longest study, in characters, that goes into a link: beyond that mail programs and chats cut addresses. */
export const MAX_LINK_CHARACTERS = 6000;

export const COMPARISONS = ['cka', 'cka-biased', 'rtd', 'neighbour-overlap'];
const SCALINGS = ['min-max', 'none'];
const METRICS = ['euclidean', 'manhattan', 'chebyshev', 'angular', 'correlation'];
const POOLINGS = ['default', 'mean', 'class-token', 'flatten', 'positions'];
const INPUT_RANGES = ['0..1', '-1..1', '0..255', 'imagenet'];
const PHDIM_SIZES = ['magai', 'birdal', 'gptid'];

/** What a study holds where its document says nothing: the measurement of Magai 2023 as docs/study.md describes it. */
export const STUDY_DEFAULTS = Object.freeze({
  bettiscope: 'study', version: STUDY_VERSION, name: '', networks: [], data: 'default', perClass: 300, samples: null,
  clouds: 'per-class', firstClasses: null,
  seed: 1, layers: 'observed', pooling: 'default', inputRange: '0..1', scaling: 'min-max', metric: 'euclidean',
  descriptors: ['lifespans-0', 'lifespans-1', 'phdim-0'], repetitions: 1, phdim: { sizes: 'magai', draws: 7, repeats: 1, scaling: 'none' },
  alpha: 1, factor: 1,
  bettiScale: null, hops: { k: 14, threshold: 2.5 }, compare: [],
});

/** Sets of conventions under one name; each is spread over a study's own fields. */
export const PRESETS = Object.freeze({
  default: {},
  /** The code of Magai and Ayzenberg (2022): half lengths, 250 of 300 images per class, the first nine classes, one draw per size. */
  'code-2022': { perClass: 250, samples: 3000, firstClasses: 9, factor: 0.5, phdim: { sizes: [500, 850, 1200, 1550, 1900, 2250, 2600, 2950], draws: 1 } },
  /** Activations as they are: shows how much of the fall with depth is scale. */
  raw: { scaling: 'none' },
});

/**
 * @param {any} value a parsed document
 * @param {Possible} [possible]
 * @returns {Study} complete and independent of `value`
 * @throws {BettiscopeError} `invalid-study`, naming the field and what is possible
 */
export function checkStudy(value, possible = {}) {
  if (!isObject(value) || value.bettiscope !== 'study') {
    throw invalid(value?.bettiscope === 'report' ? 'this is a report, not a study; open it, or run the study it holds' : 'this is no study: the field “bettiscope” must be “study”');
  }
  if (Number.isInteger(value.version) && value.version > STUDY_VERSION) {
    throw invalid(`this study is of version ${value.version}, this page knows version ${STUDY_VERSION}; reload the page or use a newer one`);
  }
  for (const field of Object.keys(value)) if (!(field in FIELDS)) throw invalid(unknownField(field));
  const study = /** @type {any} */ ({});
  for (const [field, check] of Object.entries(FIELDS)) {
    const given = value[field];
    study[field] = given === undefined ? structuredClone(/** @type {any} */ (STUDY_DEFAULTS)[field]) : check(given, field, possible);
  }
  if (study.networks.length === 0) throw invalid('networks is empty; name at least one network');
  if (study.descriptors.length === 0) throw invalid('descriptors is empty; name at least one');
  return study;
}

/** @param {string} text JSON @param {Possible} [possible] @returns {Study} */
export function parseStudy(text, possible) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(`this is no JSON, so no study: ${error.message}`);
  }
  return checkStudy(value, possible);
}

/** The highest homology dimension of the barcodes that the descriptors need. @param {Study} study */
export function maxDimOf({ descriptors }) {
  return Math.max(0, ...descriptors.map((name) => Number(/^(?!phdim|hop-).*-(\d)$/.exec(name)?.[1] ?? 0)));
}

/** A document without what is default: what a link or a file holds. @param {Study} study */
export function compactStudy(study) {
  const entries = Object.entries(study).filter(([field, value]) => ['bettiscope', 'version'].includes(field) || JSON.stringify(value) !== JSON.stringify(/** @type {any} */ (STUDY_DEFAULTS)[field]));
  const compact = /** @type {any} */ (Object.fromEntries(entries));
  compact.networks = study.networks.map((network) => (Object.keys(network).length === 1 && network.id ? network.id : network));
  return compact;
}

/**
 * @param {Study} study
 * @returns {Promise<string>} for `#v=1&place=study&study=…`: the compact document, deflated, base64url
 * @throws {BettiscopeError} `too-long`
 */
export async function encodeStudy(study) {
  const packed = await through(new TextEncoder().encode(JSON.stringify(compactStudy(study))), new CompressionStream('deflate-raw'));
  const text = btoa(String.fromCharCode(...packed)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  if (text.length > MAX_LINK_CHARACTERS) {
    throw new BettiscopeError('too-long', `this study takes ${text.length.toLocaleString('en')} characters, a link holds ${MAX_LINK_CHARACTERS.toLocaleString('en')}; save the study as a file and share that`);
  }
  return text;
}

/** @param {string} text what `encodeStudy` made @param {Possible} [possible] @returns {Promise<Study>} */
export async function decodeStudy(text, possible) {
  let document;
  try {
    if (text.length > MAX_LINK_CHARACTERS) throw new Error('too long');
    const packed = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    document = new TextDecoder('utf-8', { fatal: true }).decode(await through(packed, new DecompressionStream('deflate-raw'), MAX_UNPACKED));
  } catch {
    throw invalid('the study in this link is damaged, perhaps cut off; copy the whole link again');
  }
  return parseStudy(document, possible);
}

/** A link can be made to unpack to far more than it holds. */
const MAX_UNPACKED = 2 ** 20;

/** @param {Uint8Array<ArrayBuffer>} bytes @param {CompressionStream | DecompressionStream} transform @param {number} [limit] */
async function through(bytes, transform, limit = Infinity) {
  const chunks = [];
  let length = 0;
  for await (const chunk of new Blob([bytes]).stream().pipeThrough(transform)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) throw new Error('too long');
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

const invalid = (/** @type {string} */ message) => new BettiscopeError('invalid-study', message);
const isObject = (/** @type {any} */ value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const shown = (/** @type {any} */ value) => (typeof value === 'string' ? `“${value}”` : JSON.stringify(value)?.slice(0, 60));
const listed = (/** @type {string[]} */ names) => (names.length > 24 ? `${names.slice(0, 24).join(', ')}, … (${names.length} in all)` : names.join(', '));

/** @typedef {(value: any, field: string, possible: Possible) => any} Check gives the value back, complete, or throws */

/** @returns {Check} */
const text = () => (value, field) => {
  if (typeof value !== 'string') throw invalid(`${field} is ${shown(value)}; it must be text`);
  return value;
};

/** @param {string[]} names @returns {Check} */
const oneOf = (names) => (value, field) => {
  if (!names.includes(value)) throw invalid(`${field} is ${shown(value)}; possible are ${listed(names)}`);
  return value;
};

/** @param {number} low @param {number} high @param {{orNull?: boolean}} [options] @returns {Check} */
const count = (low, high, { orNull = false } = {}) => (value, field) => {
  if (orNull && value === null) return null;
  if (!Number.isInteger(value) || value < low || value > high) throw invalid(`${field} is ${shown(value)}; it must be a whole number from ${low} to ${high.toLocaleString('en')}${orNull ? ', or null' : ''}`);
  return value;
};

/** @param {{orNull?: boolean}} [options] @returns {Check} */
const positive = ({ orNull = false } = {}) => (value, field) => {
  if (orNull && value === null) return null;
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) throw invalid(`${field} is ${shown(value)}; it must be a number above 0${orNull ? ', or null' : ''}`);
  return value;
};

/** @param {Check} check @param {number} [most] @returns {Check} a list without repetition */
const list = (check, most = 1000) => (value, field, possible) => {
  if (!Array.isArray(value)) throw invalid(`${field} is ${shown(value)}; it must be a list`);
  if (value.length > most) throw invalid(`${field} has ${value.length} entries; at most ${most} are possible`);
  const items = value.map((item, i) => check(item, `${field}[${i}]`, possible));
  const texts = items.map((item) => JSON.stringify(item));
  const twice = texts.findIndex((item, i) => texts.indexOf(item) !== i);
  if (twice >= 0) throw invalid(`${field}[${twice}] repeats ${texts[twice]}; name it once`);
  return items;
};

/** @param {Record<string, Check>} fields @param {Record<string, any>} [defaults] what an object that leaves them out has @returns {Check} */
const object = (fields, defaults = {}) => (value, field, possible) => {
  if (!isObject(value)) throw invalid(`${field} is ${shown(value)}; it must be an object with ${Object.keys(fields).join(', ')}`);
  const unknown = Object.keys(value).find((key) => !(key in fields));
  if (unknown) throw invalid(`${field} has a field “${unknown}”; possible are ${Object.keys(fields).join(', ')}`);
  const found = /** @type {Record<string, any>} */ ({ ...defaults });
  for (const [key, check] of Object.entries(fields)) if (value[key] !== undefined) found[key] = check(value[key], `${field}.${key}`, possible);
  return found;
};

/** @param {keyof Possible} kind @returns {Check} a name among those that exist, where they are known */
const name = (kind) => (value, field, possible) => {
  if (typeof value !== 'string' || value === '') throw invalid(`${field} is ${shown(value)}; it must be a name`);
  const names = possible[kind];
  if (names && !names.includes(value)) throw invalid(`${field} is ${shown(value)}; possible are ${listed(names)}`);
  return value;
};

/** @type {Check} */
const data = (value, field, possible) => {
  const one = (/** @type {any} */ v, /** @type {string} */ f) => (v === 'default' ? v : name('data')(v, f, possible));
  if (!isObject(value)) return one(value, field);
  const chosen = object({ image: one, text: one })(value, field, possible);
  if (Object.keys(chosen).length === 0) throw invalid(`${field} is empty; give data for “image” or “text” networks`);
  return chosen;
};

/** @type {Check} */
const network = (value, field, possible) => {
  if (typeof value === 'string') return { id: name('networks')(value, field, possible) };
  const chosen = object({ id: name('networks'), url: text(), name: text(), data })(value, field, possible);
  if ((chosen.id === undefined) === (chosen.url === undefined)) throw invalid(`${field} must have either “id” (a bundled network or one of your own) or “url”`);
  return chosen;
};

/** @type {Check} */
const sizes = (value, field, possible) => {
  if (!Array.isArray(value)) return oneOf(PHDIM_SIZES)(value, field, possible);
  const found = list(count(2, 100_000), 100)(value, field, possible);
  if (found.length < 2) throw invalid(`${field} needs at least two sizes; a line is fitted through them`);
  return found;
};

/** @type {Check} */
const between = (value, field, possible) => {
  if (value === 'layers') return value;
  if (!Array.isArray(value)) throw invalid(`${field} is ${shown(value)}; possible are “layers” (within each network) or a list of pairs of networks`);
  return list((pair, at) => {
    if (!Array.isArray(pair) || pair.length !== 2 || pair.some((end) => typeof end !== 'string')) throw invalid(`${at} is ${shown(pair)}; it must be a pair of names of networks`);
    return [...pair];
  })(value, field, possible);
};

const comparison = object(
  { measures: list(oneOf(COMPARISONS)), between, batch: count(10, 2000), batches: count(1, 100) },
  { measures: ['cka'], between: 'layers', batch: 150, batches: 4 },
);

/** @type {Record<string, Check>} in the order in which a document shows them */
const FIELDS = {
  bettiscope: oneOf(['study']),
  version: count(1, STUDY_VERSION),
  name: text(),
  networks: list(network),
  data,
  perClass: count(2, 100_000),
  samples: count(2, 1_000_000, { orNull: true }),
  clouds: oneOf(['per-class', 'pooled']),
  firstClasses: count(1, 65_535, { orNull: true }),
  seed: count(0, 2 ** 31 - 1),
  layers: (value, field, possible) => (value === 'observed' ? value : Array.isArray(value) && value.length > 0 ? list(text())(value, field, possible) : fail(`${field} is ${shown(value)}; possible are “observed” or a list of layers`)),
  pooling: oneOf(POOLINGS),
  inputRange: oneOf(INPUT_RANGES),
  scaling: oneOf(SCALINGS),
  metric: oneOf(METRICS),
  descriptors: list(name('descriptors')),
  repetitions: count(1, 100),
  phdim: object({ sizes, draws: count(1, 1000), repeats: count(1, 100), scaling: oneOf(SCALINGS) }, STUDY_DEFAULTS.phdim),
  alpha: positive(),
  factor: positive(),
  bettiScale: positive({ orNull: true }),
  hops: object({ k: count(2, 1000), threshold: positive() }, STUDY_DEFAULTS.hops),
  compare: list(comparison, 20),
};

/** @param {string} message @returns {never} */
function fail(message) {
  throw invalid(message);
}

/** @param {string} field */
function unknownField(field) {
  const likely = Object.keys(FIELDS).find((known) => known.toLowerCase() === field.toLowerCase() || distance(known, field) <= 2);
  return `a study has no field “${field}”; ${likely ? `do you mean “${likely}”?` : `possible are ${Object.keys(FIELDS).join(', ')}`}`;
}

/** Edit distance. @param {string} a @param {string} b */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + Number(a[i - 1] !== b[j - 1])));
    row = next;
  }
  return row[b.length];
}
