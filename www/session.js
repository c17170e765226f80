import { INPUT_LAYER } from './bettiscope.js';
import { storedNetwork } from './bettiscope/analysis.js';
import { inTrainingOrder } from './checkpoints.js';

/**
 * What is loaded and what was computed: networks and data by their key, results by everything they depend on.
 *
 * @typedef {import('./bettiscope.js').Network} Network
 * @typedef {import('./bettiscope.js').Samples} Samples
 * @typedef {import('./bettiscope.js').Texts} Texts
 * @typedef {import('./bettiscope.js').Distances} Distances
 * @typedef {import('./bettiscope.js').Activations} Activations
 * @typedef {Samples | Texts | Activations} Data what a network runs on, or has run on
 * @typedef {import('./bettiscope.js').LayerResult} LayerResult
 * @typedef {import('./state.js').Choices} Choices
 * @typedef {import('./catalog.js').Kind} Kind
 * @typedef {import('./catalog.js').BundledNetwork} BundledNetwork
 * @typedef {{analysis: import('./bettiscope.js').Analysis, network: Network | null, data: Data, choices: Choices}} Result
 * @typedef {{name: string, kind: Kind, sources?: any[], readAs?: string}} Own what the user brought, and for data where they come from and for which size of pictures they were read
 * @typedef {{imageSize?: {width: number, height: number}, imageFit?: string, inputs?: string[]}} Wanted how pictures, and arrays for several inputs, are to be read
 * @typedef {{key: string, label: string, number: number | null}} Checkpoint `key` of the network, `number` of the epoch or step
 * @typedef {{key: string, name: string, members: Checkpoint[]}} OwnSeries the user's checkpoints of one training, in order
 */

/** @type {(keyof Choices)[]} what a result depends on */
export const RESULT_CHOICES = ['network', 'data', 'layers', 'samples', 'seed', 'input', 'pooling', 'scaling', 'metric', 'maxDim', 'threshold', 'clouds'];
const MAX_KEPT_RESULTS = 16;
/** Keys of what the user brought; they cannot be part of a link. */
export const OWN = 'own';
/** So few texts are told apart by colour, each in a class of its own, where they come without classes. */
const MAX_COLOURED_TEXTS = 9;
/** Files that may hold ready activations, a checkpoint each. */
const ARRAYS = /\.(npz|safetensors)$/i;

export class Session {
  /** @param {import('./bettiscope.js').Bettiscope} scope */
  constructor(scope) {
    this.scope = scope;
    /** @type {import('./catalog.js').Catalog} */
    this.catalog = { networks: [], datasets: [] };
    /** @type {Map<string, Promise<Network>>} */
    this.networks = new Map();
    /** @type {Map<string, Promise<Data>>} */
    this.data = new Map();
    /** @type {{networks: Map<string, Own>, data: Map<string, Own>, series: OwnSeries[]}} */
    this.own = { networks: new Map(), data: new Map(), series: [] };
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

  /** What reads some data; nothing for a key that stands for none. @param {string} key @returns {Kind | undefined} */
  dataKind(key) {
    return this.own.data.get(key)?.kind ?? this.catalog.datasets.find(({ id }) => id === key)?.kind;
  }

  /** The user's training that a network is a checkpoint of. @param {string} key @returns {OwnSeries | undefined} */
  seriesOf(key) {
    return this.own.series.find(({ members }) => members.some((member) => member.key === key));
  }

  /** @param {string} key @param {object} options @returns {Promise<Network>} */
  network(key, options) {
    return kept(this.networks, key, () => {
      const entry = this.bundled(key);
      if (!entry) throw new Error(`the link names the network “${key}”, which is not among the bundled ones; choose one`);
      return this.scope.loadNetwork(modelsUrl(entry.file), { ...options, ...(entry.tokenizer ? { tokenizer: modelsUrl(entry.tokenizer) } : {}) });
    });
  }

  /** A network where samples feed one of its inputs. @param {string} key @param {string | null | undefined} feed name of the input; none: the usual one @param {object} options @returns {Promise<Network>} */
  async fed(key, feed, options) {
    const network = await this.network(key, options);
    if (!feed || network.input.name === feed) return network;
    const found = await kept(this.networks, `${key} feeding ${feed}`, () => this.scope.feeding(network, feed, options));
    Object.assign(this.own.networks.get(key) ?? {}, { kind: found.input.kind === 'tokens' ? 'text' : 'image' });
    return found;
  }

  /** @param {string} key @param {object} options @returns {Promise<Data>} */
  dataset(key, options) {
    return kept(this.data, key, async () => {
      const entry = this.catalog.datasets.find((d) => d.id === key);
      if (!entry) throw new Error(`the link names the data “${key}”, which is not among the bundled ones; choose some`);
      const data = /** @type {Data} */ (await this.scope.loadData(entry.files.map(modelsUrl), options));
      return { ...data, name: entry.name };
    });
  }

  /**
   * The user's networks; those of the same layers are checkpoints of one training.
   * @param {import('./intake.js').Parcel[]} parcels
   * @param {any} options
   * @returns {Promise<{keys: string[], failures: Error[]}>} keys in the order of training; what failed beside others that did not
   */
  async addNetworks(parcels, options) {
    /** @type {Network[]} */
    const loaded = [];
    /** @type {Error[]} */
    const failures = [];
    for (const { file, weights, tokenizer, companion } of parcels) {
      try {
        const network = await this.scope.loadNetwork(file, { ...options, tokenizer, companion, ...(weights.length ? { weights } : {}) });
        loaded.push(network);
      } catch (/** @type {any} */ failure) {
        if (failure?.kind === 'stopped') throw failure;
        failures.push(failure);
      }
    }
    if (loaded.length === 0) throw failures[0];
    const keys = loaded.map((network) => this.adopt(network, network.input.kind === 'tokens' ? 'text' : 'image'));
    return { keys: this.asTrainings(keys, loaded), failures };
  }

  /**
   * The user's data. Several files of ready activations are checkpoints.
   * @param {any[]} sources
   * @param {any} options
   * @returns {Promise<{key: string, data: Data | Distances}>} no key for distances, which no network runs on
   */
  async addData(sources, options) {
    const separate = sources.length > 1 && sources.every(({ name }) => ARRAYS.test(name));
    /** @type {(Data | Distances)[]} */
    const parts = [];
    for (const part of separate ? sources.map((source) => [source]) : [sources]) parts.push(await this.scope.loadData(part, options));
    const stored = /** @type {Activations[]} */ (parts.filter(({ kind }) => kind === 'activations'));
    if (stored.length === 0) {
      const adopted = this.adoptData(separate ? await this.scope.loadData(sources, options) : parts[0]);
      Object.assign(this.own.data.get(adopted.key) ?? {}, { sources, readAs: readAs(options) });
      return adopted;
    }
    const keys = stored.map((data) => this.adoptData(data).key);
    const networks = await Promise.all(keys.map((key) => /** @type {Promise<Network>} */ (this.networks.get(key))));
    const [last] = this.asTrainings(keys, networks).slice(-1);
    return { key: last, data: stored[keys.indexOf(last)] };
  }

  /**
   * The user's pictures as a network wants them, read again where it wants another size, and arrays where it has several inputs.
   * @param {string} key
   * @param {Wanted} wanted
   * @param {object} options
   * @returns {Promise<Data>}
   */
  async fitted(key, wanted, options) {
    const own = this.own.data.get(key);
    const data = await this.dataset(key, options);
    if (!own?.sources || data.kind !== 'samples' || own.readAs === readAs(wanted)) return data;
    const arePictures = data.values instanceof Uint8Array && data.shape.length > 1;
    if (!(arePictures && wanted.imageSize) && !wanted.inputs && !data.arrays?.length) return data;
    const again = /** @type {Data} */ (await this.scope.loadData(own.sources, { ...options, ...wanted }));
    own.readAs = readAs(wanted);
    this.data.set(key, Promise.resolve(again));
    return again;
  }

  /** What can read some data; rows of numbers are token ids to a network of texts. @param {Data} data @param {string} network @returns {Kind} */
  kindOfData(data, network) {
    const areIds = data.kind === 'samples' && data.shape.length === 1 && this.kindOf(network) === 'text';
    return areIds || data.kind === 'texts' ? 'text' : 'image';
  }

  /** @param {Data | Distances} data @returns {{key: string, data: Data | Distances}} */
  adoptData(data) {
    if (data.kind === 'distances') return { key: '', data };
    if (data.kind === 'activations') {
      const key = this.adopt(storedNetwork(data), 'activations');
      this.data.set(key, Promise.resolve(data));
      this.own.data.set(key, { name: data.name, kind: 'activations' });
      return { key, data };
    }
    const key = `${OWN}-${(this.ownCount += 1)}`;
    this.data.set(key, Promise.resolve(coloured(data)));
    this.own.data.set(key, { name: data.name, kind: data.kind === 'texts' ? 'text' : 'image' });
    return { key, data };
  }

  /** @param {Network} network @param {Kind} kind */
  adopt(network, kind) {
    const key = `${OWN}-${(this.ownCount += 1)}`;
    this.networks.set(key, Promise.resolve(network));
    this.own.networks.set(key, { name: network.name, kind });
    return key;
  }

  /** Puts networks of the same layers into trainings. @param {string[]} keys @param {Network[]} networks @returns {string[]} in their order */
  asTrainings(keys, networks) {
    const shape = (/** @type {Network} */ { input, layers }) => JSON.stringify([input.kind, input.shape.slice(1), layers.map((layer) => [layer.op, layer.shape.slice(1)])]);
    const shapes = networks.map(shape);
    return [...new Set(shapes)].flatMap((one) => {
      const members = keys.map((key, i) => ({ key, network: networks[i] })).filter((_member, i) => shapes[i] === one);
      if (members.length === 1) return [members[0].key];
      const { places, name } = inTrainingOrder(members.map(({ network }) => network));
      const series = { key: `${OWN}-series-${members[0].key}`, name, members: places.map(({ at, label, number }) => ({ key: members[at].key, label, number })) };
      this.own.series.push(series);
      this.arrange(series, series.members);
      return series.members.map(({ key }) => key);
    });
  }

  /** Another order or other names of checkpoints; studies hear of them by the metadata. @param {OwnSeries} series @param {Checkpoint[]} members */
  async arrange(series, members) {
    series.members = members;
    const numbers = members.map(({ number }) => number);
    const inOrder = numbers.every((number, i) => number !== null && Number.isFinite(number) && (i === 0 || number > /** @type {number} */ (numbers[i - 1])));
    for (const [i, { key, label }] of members.entries()) {
      const network = await this.networks.get(key);
      if (network) Object.assign(network.metadata, { family: series.name, checkpoint: label, epoch: String(inOrder ? numbers[i] : i + 1) });
    }
  }

  /** The share of samples that a network got right when it ran last. @param {string} network its key @returns {number | null} */
  accuracyOf(network) {
    const found = [...this.results.values()].reverse().find(({ choices }) => choices.network === network);
    return found?.analysis.accuracy ?? null;
  }

  /** @param {Choices} choices */
  static resultKey(choices) {
    return JSON.stringify(RESULT_CHOICES.map((name) => choices[name]));
  }

  /** @param {string} key @param {Result} result */
  keep(key, result) {
    this.results.set(key, result);
    if (this.results.size > MAX_KEPT_RESULTS) this.results.delete(/** @type {string} */ (this.results.keys().next().value));
  }
}

/** @param {Wanted} wanted */
const readAs = ({ imageSize, imageFit, inputs }) => JSON.stringify([imageSize ? [imageSize.width, imageSize.height, imageFit] : null, inputs ?? []]);

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

/** Whether samples are small enough numbers to be a layer themselves by default. @param {Data | null} data */
export const hasInput = (data) => !data || (data.kind === 'samples' && data.values.length / data.n <= 4096);

/**
 * @param {Network | null} network
 * @param {Data | null} data
 * @returns {{id: string, label: string, op: string, observed: boolean, shape?: (number | null)[]}[]} all that can be observed, the input first
 */
export function observable(network, data) {
  const input = (data && data.kind !== 'samples') || network?.input.kind === 'tokens' ? [] : [{ id: INPUT_LAYER, label: 'input', op: 'Input', observed: hasInput(data) }];
  return [...input, ...(network?.layers ?? [])];
}
