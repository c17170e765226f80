import { INPUT_LAYER } from './bettiscope.js';

/**
 * What is loaded and what was computed: networks and data by their key, results by everything they depend on.
 *
 * @typedef {import('./bettiscope.js').Network} Network
 * @typedef {import('./bettiscope.js').Samples} Samples
 * @typedef {import('./bettiscope.js').Texts} Texts
 * @typedef {import('./bettiscope.js').LayerResult} LayerResult
 * @typedef {import('./state.js').Choices} Choices
 * @typedef {{id: string, name: string, family: string, dataset: string, checkpoint: string, epoch: number, file: string, bytes: number,
 *   trainAccuracy: number, testAccuracy: number, layers: string[]}} BundledNetwork
 * @typedef {{analysis: import('./bettiscope.js').Analysis, network: Network | null, data: Samples | Texts, choices: Choices}} Result
 * @typedef {{id: string, name: string, files: string[], n: number, bytes: number}} BundledData
 */

const MAX_KEPT_RESULTS = 12;
/** Keys of what the user brought; they cannot be part of a link. */
export const OWN = 'own';

export class Session {
  /** @param {import('./bettiscope.js').Bettiscope} scope */
  constructor(scope) {
    this.scope = scope;
    /** @type {{networks: BundledNetwork[], datasets: BundledData[]}} */
    this.catalog = { networks: [], datasets: [] };
    /** @type {Map<string, Promise<Network>>} */
    this.networks = new Map();
    /** @type {Map<string, Promise<any>>} */
    this.data = new Map();
    /** @type {Map<string, Result>} */
    this.results = new Map();
    this.ownCount = 0;
  }

  async loadCatalog() {
    const response = await fetch(new URL('../models/index.json', import.meta.url));
    if (response.ok) this.catalog = await response.json();
  }

  /** @param {string} key @param {object} options @returns {Promise<Network>} */
  network(key, options) {
    return kept(this.networks, key, () => {
      const entry = this.catalog.networks.find((n) => n.id === key);
      if (!entry) throw new Error(`the link names the network “${key}”, which is not among the bundled ones; choose one`);
      return this.scope.loadNetwork(modelsUrl(entry.file), options);
    });
  }

  /** @param {string} key @param {object} options @returns {Promise<any>} */
  dataset(key, options) {
    return kept(this.data, key, () => {
      const entry = this.catalog.datasets.find((d) => d.id === key);
      if (!entry) throw new Error(`the link names the data “${key}”, which is not among the bundled ones; choose some`);
      return this.scope.loadData(entry.files.map(modelsUrl), options).then((data) => ({ ...data, name: entry.name }));
    });
  }

  /** @param {any} source @param {object} options @returns {Promise<string>} the key of the user's network */
  async addNetwork(source, options) {
    const network = await this.scope.loadNetwork(source, options);
    const key = `${OWN}-${(this.ownCount += 1)}`;
    this.networks.set(key, Promise.resolve(network));
    return key;
  }

  /** @param {any[]} files @param {any} options @returns {Promise<{key: string, data: any}>} */
  async addData(files, options) {
    const data = await this.scope.loadData(files, options);
    if (data.kind === 'distances') throw new Error(`${data.name} is a distance matrix; open it in Points, no network can run on distances`);
    const key = `${OWN}-${(this.ownCount += 1)}`;
    this.data.set(key, Promise.resolve(data));
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

/**
 * @param {Network | null} network
 * @param {Samples | null} data
 * @returns {{id: string, label: string, op: string, observed: boolean, shape?: (number | null)[]}[]} all that can be observed, the input first
 */
export function observable(network, data) {
  const small = !data || data.values.length / data.n <= 4096;
  return [{ id: INPUT_LAYER, label: 'input', op: 'Input', observed: small }, ...(network?.layers ?? [])];
}
