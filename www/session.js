import { INPUT_LAYER } from './bettiscope.js';

/**
 * What is loaded and what was computed: networks and data by their key, results by everything they depend on.
 *
 * @typedef {import('./bettiscope.js').Network} Network
 * @typedef {import('./bettiscope.js').Samples} Samples
 * @typedef {import('./bettiscope.js').Texts} Texts
 * @typedef {import('./bettiscope.js').LayerResult} LayerResult
 * @typedef {import('./state.js').Choices} Choices
 * @typedef {import('./catalog.js').Kind} Kind
 * @typedef {import('./catalog.js').BundledNetwork} BundledNetwork
 * @typedef {{analysis: import('./bettiscope.js').Analysis, network: Network | null, data: Samples | Texts, choices: Choices}} Result
 * @typedef {{name: string, kind: Kind}} Own what the user brought
 */

const MAX_KEPT_RESULTS = 16;
/** Keys of what the user brought; they cannot be part of a link. */
export const OWN = 'own';
/** So few texts are told apart by colour, each in a class of its own, where they come without classes. */
const MAX_COLOURED_TEXTS = 9;

export class Session {
  /** @param {import('./bettiscope.js').Bettiscope} scope */
  constructor(scope) {
    this.scope = scope;
    /** @type {import('./catalog.js').Catalog} */
    this.catalog = { networks: [], datasets: [] };
    /** @type {Map<string, Promise<Network>>} */
    this.networks = new Map();
    /** @type {Map<string, Promise<Samples | Texts>>} */
    this.data = new Map();
    /** @type {{networks: Map<string, Own>, data: Map<string, Own>}} */
    this.own = { networks: new Map(), data: new Map() };
    /** @type {Map<string, Result>} */
    this.results = new Map();
    this.ownCount = 0;
  }

  async loadCatalog() {
    const response = await fetch(new URL('../models/index.json', import.meta.url));
    if (response.ok) this.catalog = await response.json();
  }

  /** @param {string} key @returns {BundledNetwork | undefined} */
  bundled(key) {
    return this.catalog.networks.find((network) => network.id === key);
  }

  /** What a network reads. @param {string} key @returns {Kind} */
  kindOf(key) {
    return this.own.networks.get(key)?.kind ?? this.bundled(key)?.kind ?? 'image';
  }

  /** @param {string} key @param {object} options @returns {Promise<Network>} */
  network(key, options) {
    return kept(this.networks, key, () => {
      const entry = this.bundled(key);
      if (!entry) throw new Error(`the link names the network “${key}”, which is not among the bundled ones; choose one`);
      return this.scope.loadNetwork(modelsUrl(entry.file), { ...options, ...(entry.tokenizer ? { tokenizer: modelsUrl(entry.tokenizer) } : {}) });
    });
  }

  /** @param {string} key @param {object} options @returns {Promise<Samples | Texts>} */
  dataset(key, options) {
    return kept(this.data, key, async () => {
      const entry = this.catalog.datasets.find((d) => d.id === key);
      if (!entry) throw new Error(`the link names the data “${key}”, which is not among the bundled ones; choose some`);
      const data = /** @type {Samples | Texts} */ (await this.scope.loadData(entry.files.map(modelsUrl), options));
      return { ...data, name: entry.name };
    });
  }

  /** @param {File[]} files an ONNX file, and a tokenizer.json if it reads texts @param {object} options @returns {Promise<string>} the key of the user's network */
  async addNetwork(files, options) {
    const file = /** @type {File} */ (files.find(({ name }) => /\.onnx$/i.test(name)));
    const tokenizer = files.find(({ name }) => /\.json$/i.test(name));
    const network = await this.scope.loadNetwork(file, { ...options, tokenizer });
    if (network.input.kind === 'tokens' && !tokenizer) throw new Error(`${network.name} reads token ids; open its tokenizer.json together with it`);
    const key = `${OWN}-${(this.ownCount += 1)}`;
    this.networks.set(key, Promise.resolve(network));
    this.own.networks.set(key, { name: network.name, kind: network.input.kind === 'tokens' ? 'text' : 'image' });
    return key;
  }

  /** @param {any[]} sources @param {any} options @returns {Promise<{key: string, data: Samples | Texts}>} */
  async addData(sources, options) {
    const data = await this.scope.loadData(sources, options);
    if (data.kind === 'distances') throw new Error(`${data.name} is a distance matrix; open it in Points, no network can run on distances`);
    const key = `${OWN}-${(this.ownCount += 1)}`;
    this.data.set(key, Promise.resolve(coloured(data)));
    this.own.data.set(key, { name: data.name, kind: data.kind === 'texts' ? 'text' : 'image' });
    return { key, data };
  }

  /** @param {Choices} choices what a result depends on */
  static resultKey(choices) {
    const { network, data, layers, samples, seed, inputRange, pooling, scaling, metric, maxDim, threshold, clouds } = choices;
    return JSON.stringify([network, data, layers, samples, seed, inputRange, pooling, scaling, metric, maxDim, threshold, clouds]);
  }

  /** @param {string} key @param {Result} result */
  keep(key, result) {
    this.results.set(key, result);
    if (this.results.size > MAX_KEPT_RESULTS) this.results.delete(/** @type {string} */ (this.results.keys().next().value));
  }
}

/** @param {string} file below models/ */
const modelsUrl = (file) => new URL(`../models/${file}`, import.meta.url).href;

/** @param {Samples | Texts} data @returns {Samples | Texts} */
function coloured(data) {
  if (data.kind !== 'texts' || data.labels || data.n < 2 || data.n > MAX_COLOURED_TEXTS) return data;
  const classes = data.texts.map((text) => (text.length > 40 ? `${text.slice(0, 39).trimEnd()}…` : text));
  return { ...data, labels: Uint16Array.from(data.texts.keys()), classes };
}

/**
 * @template T
 * @param {Map<string, Promise<T>>} map
 * @param {string} key
 * @param {() => Promise<T>} make
 * @returns {Promise<T>}
 */
function kept(map, key, make) {
  const known = map.get(key);
  if (known) return known;
  const made = Promise.resolve().then(make);
  map.set(key, made);
  made.catch(() => map.delete(key));
  return made;
}

/** Whether samples are small enough numbers to be a layer themselves by default. @param {Samples | Texts | null} data */
export const hasInput = (data) => data?.kind !== 'texts' && (!data || data.values.length / data.n <= 4096);

/**
 * @param {Network | null} network
 * @param {Samples | Texts | null} data
 * @returns {{id: string, label: string, op: string, observed: boolean, shape?: (number | null)[]}[]} all that can be observed, the input first
 */
export function observable(network, data) {
  const input = data?.kind === 'texts' ? [] : [{ id: INPUT_LAYER, label: 'input', op: 'Input', observed: hasInput(data) }];
  return [...input, ...(network?.layers ?? [])];
}
