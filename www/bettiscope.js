/**
 * Bettiscope's engine as an ES module: the one door to it, for the page and for anyone's scripts.
 * See docs/api.md for the whole interface. All computing happens in workers; results are plain typed arrays.
 */
import { INPUT_LAYER, accuracy, inDepthOrder, inputLayer, labelsOf, observe, rows, storedNetwork, tensorOf } from './bettiscope/analysis.js';
import { loadCatalog } from './bettiscope/catalog.js';
import { BettiscopeError, DEFECT, asFailure, stopped, throwIfStopped } from './bettiscope/errors.js';
import { choosePlatform } from './bettiscope/platform.js';
import { USUAL, inputFor, shapeFor, usualName } from './bettiscope/input.js';
import { coordinates, networkLoad, pointsPerSample } from './bettiscope/need.js';
import { Pool, allOrStop } from './bettiscope/pool.js';
import { readData } from './bettiscope/read-data.js';
import { Report, isReport, isStudy, openReport } from './bettiscope/report.js';
import { bytesOf } from './bettiscope/sources.js';
import { Store } from './bettiscope/store.js';
import { PRESETS, STUDY_DEFAULTS, checkStudy, compactStudy, decodeStudy, encodeStudy, parseStudy } from './bettiscope/study.js';
import { runStudy } from './bettiscope/study-run.js';
import { WorkerHandle } from './bettiscope/worker-handle.js';

export { BettiscopeError, INPUT_LAYER, PRESETS, Report, STUDY_DEFAULTS, Store, USUAL, checkStudy, compactStudy, decodeStudy, encodeStudy, inputFor, isReport, isStudy, openReport, parseStudy, usualName };

/**
 * @typedef {'convolution' | 'linear' | 'residual-add' | 'concatenation' | 'attention' | 'normalisation' | 'mlp' | 'pooling' | 'activation' | 'embedding' | 'recurrent' | 'output' | 'other'} LayerKind
 * @typedef {{id: string, label: string, op: string, kind: LayerKind, block: number, partOf: string | null, parameters: number, heads: number,
 *   shape: (number | null)[], depth: number, observed: boolean}} Layer
 * @typedef {{label: string, kind: string, path: string | null, group: number, parameters: number, output: string | null}} Block
 * @typedef {{id: string, name: string, bytes: number, file: Uint8Array, weights: {name: string, bytes: Uint8Array}[], tokenizer: Uint8Array | null,
 *   companion: Uint8Array | null, input: {kind: 'numbers' | 'tokens' | 'stored', name: string, shape: (number | null)[]},
 *   others: {name: string, shape: (number | null)[], feedable: boolean, usual: string}[], pictures: import('./bettiscope/input.js').Recognised | null, memory: import('./bettiscope/need.js').Memory | null, maxTokens: number,
 *   layers: Layer[], blocks: Block[], presets: {name: string, layers: string[]}[], macs: number, metadata: Record<string, string>, notes: string[]}} Network
 * @typedef {{kind: 'samples', name: string, n: number, shape: number[], values: Uint8Array | Float32Array,
 *   arrays?: {name: string, shape: number[], values: Uint8Array | Float32Array}[], labels: Uint16Array | null, classes: string[], notes: string[]}} Samples `arrays` are for other inputs of a network, by their names
 * @typedef {{kind: 'texts', name: string, n: number, texts: string[], labels: Uint16Array | null, classes: string[], notes: string[]}} Texts
 * @typedef {{kind: 'activations', name: string, n: number, layers: {id: string, label: string, shape: number[], nCoords: number, values: Float32Array}[],
 *   labels: Uint16Array | null, classes: string[], notes: string[]}} Activations of samples, computed elsewhere; `values` are n × nCoords
 * @typedef {{words: string[], ids: Uint32Array, cut: boolean}} Tokens what a network saw of a text
 * @typedef {{kind: 'distances', name: string, n: number, distances: Float32Array, pairs?: undefined, notes: string[]} |
 *   {kind: 'distances', name: string, n: number, pairs: Uint32Array, lengths: Float32Array, notes: string[]}} Distances all, or those of some pairs
 * @typedef {{maxDim: number, threshold: number, method?: string | null, dims: Uint8Array, births: Float32Array, deaths: Float32Array, edges: Uint32Array}} Barcode
 * @typedef {{points: Float32Array, nCoords: number, metric?: string, scaling?: string, rows?: Uint32Array} | {distances: Float32Array} |
 *   {nPoints: number, pairs: Uint32Array, lengths: Float32Array}} CloudSource points, all distances, or those of some pairs
 * @typedef {{points: Uint32Array, isLoop: boolean, deathEdge: Uint32Array | null, isFilled: boolean}} Representative
 * @typedef {{name: string, index: Uint32Array, barcode: Barcode, lifespans: number[]}} Cloud
 * @typedef {{id: string, label: string, op: string, shape: (number | null)[], depth: number, nPoints: number, nCoords: number,
 *   points: Float32Array, sample: Uint32Array, position: Uint32Array | null, labels: Uint16Array | null, classes: string[], projection: Float32Array,
 *   explained: [number, number], clouds: Cloud[]}} LayerResult
 * @typedef {{stage: 'loading' | 'reading' | 'running' | 'measuring' | 'reducing' | 'comparing', done: number, total: number, layer?: string, elapsedMs: number,
 *   network?: string, fraction?: number, secondsLeft?: number | null}} Progress
 * @typedef {{label: string, points: Float32Array, nCoords: number, labels: Uint16Array | null, classes: string[]}} LayerPoints
 * @typedef {{signal?: AbortSignal, onProgress?: (progress: Progress) => void}} Options
 * @typedef {{network?: Network | null, data: Samples | Texts | Activations, layers?: string[], samples?: number, seed?: number,
 *   input?: Partial<import('./bettiscope/input.js').InputSettings>, pooling?: 'default' | 'mean' | 'class-token' | 'class-token-or-mean' | 'flatten' | 'positions',
 *   scaling?: 'min-max' | 'none', metric?: string, clouds?: 'pooled' | 'per-class', maxDim?: number,
 *   threshold?: number | null, modulus?: number, maxPoints?: number}} AnalyseSettings
 * @typedef {{settings: object, layers: LayerResult[], accuracy: number | null, samples: Seen, notes: string[], memory: number, elapsedMs: number}} Analysis
 * @typedef {{index: Uint32Array, predictions: Uint32Array | null, tokens: Tokens[] | null}} Seen the samples drawn and what the network made of each
 * @typedef {{seconds: number, megabytes: number, networkMegabytes: number, batch: number, lanes: number, limitMegabytes: number, fits: number}} Estimate
 * @typedef {import('./bettiscope/sources.js').Source} Source
 */

/** What `analyse` assumes where a setting is left out. */
export const DEFAULTS = Object.freeze({
  samples: 300, seed: 1, input: {}, pooling: 'default', scaling: 'min-max', metric: 'euclidean',
  clouds: 'pooled', maxDim: 1, threshold: null, modulus: 2, maxPoints: 1000,
});

/** After reading a network of more bytes a worker makes way for a fresh one. */
const LARGE_FILE = 32 * 2 ** 20;

/** Stands for "no point" in `Barcode.edges`. */
const NO_POINT = 0xffffffff;

const HOME = new URL('../', import.meta.url);

export class Bettiscope {
  /**
   * Starts the engine's workers; the network module loads when it is first needed, or at once in the background.
   * @param {{build?: 'auto' | 'threads' | 'plain', threads?: number, workers?: number, baseUrl?: string | URL}} [wishes]
   * @returns {Promise<Bettiscope>}
   */
  static async start(wishes = {}) {
    const baseUrl = new URL(wishes.baseUrl ?? HOME, document.baseURI);
    /** @type {{threads?: boolean, numbers?: string}} */
    const built = await fetch(new URL('artifacts.json', baseUrl)).then((r) => (r.ok ? r.json() : {}), () => ({}));
    const platform = choosePlatform({ ...wishes, threadsBuilt: built.threads !== false });
    const scope = new Bettiscope(platform, baseUrl, built.numbers);
    try {
      await Promise.all([scope.desk.run(async () => {}), scope.engine.run(async () => {})]);
    } catch (error) {
      if (platform.build === 'plain' || wishes.build === 'threads') throw asFailure(error);
      scope.close();
      const plain = choosePlatform({ ...wishes, build: 'plain' });
      plain.reason = `the threads build did not start (${asFailure(error).message})`;
      return new Bettiscope(plain, baseUrl, built.numbers);
    }
    return scope;
  }

  /** @param {import('./bettiscope/platform.js').Platform} platform @param {URL} baseUrl @param {string} [version] of the code that numbers come from */
  constructor(platform, baseUrl, version = '') {
    this.baseUrl = baseUrl;
    this.info = { ...platform, networkReady: false, version };
    /** @type {Record<string, Promise<WebAssembly.Module>>} */
    this.modules = {};
    this.nextId = 1;
    // Reading, drawing and estimating have a worker of their own, so that pictures never wait for a long reduction.
    this.desk = this.pool('engine', 1);
    this.engine = platform.build === 'threads' ? this.pool('threads', 1) : this.pool('engine', platform.workers);
    /** @type {Pool | null} */
    this.networks = null;
    /** @type {Pool | null} what is looked at on hover waits for neither pictures nor runs */
    this.finders = null;
    /** @type {WeakMap<object, string>} names of clouds, by which a worker knows one again */
    this.cloudNames = new WeakMap();
    /** @type {Promise<Store> | null} */
    this.kept = null;
    /** @type {Promise<import('./bettiscope/catalog.js').Catalog> | null} */
    this.listed = null;
  }

  /**
   * Workers that hold one of the three artifacts. The first compiles the module and hands it to the others.
   * @param {'engine' | 'threads' | 'network'} artifact
   * @param {number} size
   */
  pool(artifact, size) {
    const glueUrl = new URL(`${artifact}/bettiscope.js`, this.baseUrl).href;
    const wasmUrl = new URL(`${artifact}/bettiscope_bg.wasm`, this.baseUrl).href;
    const scriptUrl = new URL('./bettiscope/compute-worker.js', import.meta.url);
    const spawn = async () => {
      const compiling = this.modules[artifact];
      const module = compiling && (await compiling.catch(() => undefined));
      const panicChannel = artifact === 'threads' ? `bettiscope-${crypto.randomUUID()}` : '';
      const worker = new WorkerHandle(scriptUrl);
      if (panicChannel) listenForPanics(panicChannel, worker);
      const onProgress = (/** @type {any} */ p) => this.onLoading?.(p);
      const threads = artifact === 'threads' ? this.info.threads : 0;
      const warmsUp = !module && artifact === (this.info.build === 'threads' ? 'threads' : 'engine');
      const started = worker.request('start', { glueUrl, wasmUrl, module, threads, panicChannel, warmsUp }, { onProgress });
      if (!module) {
        this.modules[artifact] = started.then((value) => value.module);
        this.modules[artifact].catch(() => { delete this.modules[artifact]; });
      }
      try {
        await started;
      } catch (error) {
        worker.end();
        throw error;
      }
      return worker;
    };
    return new Pool(spawn, size);
  }

  /** Loads the network module now, so that the first network does not wait for it. @returns {Promise<void>} */
  async warmUp() {
    await this.networkPool().run(async () => {});
    this.info.networkReady = true;
  }

  networkPool() {
    this.networks ??= this.pool('network', this.info.workers);
    return this.networks;
  }

  /**
   * @param {Source} source an ONNX file
   * @param {{tokenizer?: Source, companion?: Source, weights?: Source[], feed?: string} & Options} [options] `feed`: the input that samples feed, of several; `tokenizer`: the tokenizer.json of a network that reads texts;
   *   `companion`: the preprocessor_config.json of one that takes pictures, or timm's config.json; `weights`: files beside it that hold its weights
   * @returns {Promise<Network>}
   */
  loadNetwork(source, { tokenizer, companion, weights = [], feed, ...options } = {}) {
    return this.job(options, async ({ signal, report }) => {
      this.onLoading = (/** @type {any} */ p) => report('loading', p.done, p.total);
      const warm = this.warmUp();
      warm.catch(() => {}); // surfaces below, where the pool is used
      const file = await bytesOf(source, { signal, onBytes: (done, total) => report('reading', done, total) });
      const vocabulary = tokenizer ? (await bytesOf(tokenizer, { signal })).bytes : null;
      const beside = await Promise.all(weights.map((part) => bytesOf(part, { signal })));
      const bytes = [file, ...beside].reduce((sum, part) => sum + part.bytes.byteLength, 0);
      const settings = companion ? (await bytesOf(companion, { signal })).bytes : null;
      const network = { name: file.name, bytes, file: file.bytes, weights: beside, tokenizer: vocabulary, companion: settings };
      const found = await this.inspect(network, feed, signal);
      this.info.networkReady = true;
      return { id: `network-${this.nextId++}`, ...network, ...found };
    });
  }

  /**
   * A network of several inputs where samples feed another of them.
   * @param {Network} network
   * @param {string} feed name of the input
   * @param {Options} [options]
   * @returns {Promise<Network>}
   */
  feeding(network, feed, options = {}) {
    return this.job(options, async ({ signal }) => ({ ...network, ...await this.inspect(network, feed, signal), id: `network-${this.nextId++}` }));
  }

  /** @param {Pick<Network, 'name' | 'bytes' | 'file' | 'weights' | 'companion'>} network @param {string} [feed] @param {AbortSignal} [signal] */
  inspect({ name, bytes, file, weights, companion }, feed, signal) {
    return this.networkPool().run(async (worker) => {
      const value = await worker.request('inspect', { bytes: file, name, weights, companion, feed });
      // Memory that a worker has taken it never gives back.
      if (bytes > LARGE_FILE) worker.end();
      return value;
    }, signal);
  }

  /**
   * @param {Source[]} sources files that belong together
   * @param {{imageSize?: {width: number, height: number}, imageFit?: string, format?: string, flatten?: boolean, inputs?: string[]} & Options} [options] `inputs`: names of a network's inputs, of several, the one that samples feed first
   * @returns {Promise<Samples | Texts | Activations | Distances>}
   */
  loadData(sources, { imageSize, imageFit = 'stretch', format, flatten = false, inputs = [], ...options } = {}) {
    return this.job(options, async ({ signal, report }) => {
      const context = { desk: this.desk, decoders: () => this.networkPool(), signal, report: (/** @type {number} */ done, /** @type {number} */ total) => report('reading', done, total) };
      return readData(sources, { imageSize, imageFit, format, flatten, inputs }, context);
    });
  }

  /**
   * @param {AnalyseSettings} wishes
   * @param {Options & {onLayer?: (layer: LayerResult) => void}} [options]
   * @returns {Promise<Analysis>}
   */
  analyse(wishes, { onLayer, ...options } = {}) {
    return this.job(options, async ({ signal, report, startedAt }) => {
      const settings = /** @type {import('./bettiscope/analysis.js').Settings} */ (/** @type {unknown} */ ({ network: null, ...DEFAULTS, ...defined(wishes) }));
      const { data } = settings;
      if (!['samples', 'texts', 'activations'].includes(data?.kind)) throw new BettiscopeError('invalid-setting', 'an analysis needs samples, texts or activations; for distances use barcode()');
      if (data.kind === 'activations') settings.network = storedNetwork(data);
      const { network } = settings;
      if (data.kind === 'texts' && !network) throw new BettiscopeError('invalid-setting', 'texts are no points; choose a network that reads them');
      if (settings.pooling === 'default' || data.kind === 'activations') settings.pooling = defaultPooling(network);
      const chosen = wishes.layers ?? defaultLayers(network, data);
      if (chosen.every((id) => id === INPUT_LAYER && data.kind === 'texts')) throw new BettiscopeError('invalid-setting', 'no layer is chosen; choose at least one');
      const inNetwork = network ? inDepthOrder(network, chosen) : [];
      const index = await this.select(data, settings, signal);
      /** @type {LayerResult[]} */
      const results = [];
      const withInput = data.kind === 'samples' && network?.input.kind !== 'tokens' && (chosen.includes(INPUT_LAYER) || !network);
      const total = inNetwork.length + (withInput ? 1 : 0);
      const measured = (/** @type {LayerResult} */ layer) => {
        results.push(layer);
        report('measuring', results.length, total, layer.label);
        onLayer?.(layer);
      };
      const tasks = [];
      if (withInput) tasks.push((/** @type {AbortSignal} */ s) => this.measure([inputLayer(data, index)], settings, s, measured));
      /** @type {Seen} */
      const seen = { index, predictions: null, tokens: null };
      let nScores = 0;
      let memory = 0;
      /** @type {string[]} */
      const notes = [];
      if (inNetwork.length > 0) {
        tasks.push(async (/** @type {AbortSignal} */ s) => {
          const onProgress = (/** @type {any} */ stage, /** @type {number} */ done, /** @type {number} */ n) => report(stage, done, n);
          const run = await observe(this.networkPool(), settings, index, inNetwork, { signal: s, onProgress, ...await this.share(network, data, inNetwork, settings.input) });
          Object.assign(seen, { predictions: run.predictions, tokens: run.tokens });
          nScores = run.nScores;
          notes.push(...run.notes);
          memory = run.memory;
          report('measuring', results.length, total);
          await this.measure(run.observed, settings, s, measured);
        });
      }
      await allOrStop(tasks, signal);
      results.sort((a, b) => a.depth - b.depth);
      const { network: _n, data: _d, ...plain } = settings;
      return {
        settings: { ...plain, input: inputFor(network, data, plain.input), layers: results.map((l) => l.id), network: network?.name ?? null, data: data.name },
        layers: results,
        accuracy: accuracy(seen.predictions, network, data, index, nScores),
        samples: seen,
        notes,
        memory,
        elapsedMs: performance.now() - startedAt,
      };
    });
  }

  /**
   * @param {Samples | Texts | Activations} data
   * @param {{samples: number, seed: number}} settings
   * @param {AbortSignal} [signal]
   * @returns {Promise<Uint32Array>}
   */
  select(data, { samples, seed }, signal) {
    const request = { labels: data.labels, nClasses: data.classes.length, nSamples: data.n, count: samples, seed };
    return this.desk.run((worker) => worker.request('select', request), signal);
  }

  /**
   * How many samples run together and on how many workers, so that memory suffices.
   * @param {Network | null} network
   * @param {Samples | Texts | Activations} data
   * @param {string[]} layers
   * @param {Partial<import('./bettiscope/input.js').InputSettings>} [input]
   * @returns {Promise<{batch: number, lanes: number}>}
   */
  async share(network, data, layers, input = {}) {
    return this.estimate({ n: 2, layers, network, sampleShape: data.kind === 'samples' ? shapeFor(data, input) : undefined });
  }

  /**
   * What a network sees of some samples, before it runs.
   * @param {{network: Network, data: Samples, input?: Partial<import('./bettiscope/input.js').InputSettings>, samples?: number, seed?: number}} wishes
   * @param {Options} [options]
   * @returns {Promise<import('./bettiscope/input.js').Preview>}
   */
  previewInput({ network, data, input, samples = 6, seed = DEFAULTS.seed }, options = {}) {
    return this.job(options, async ({ signal }) => {
      const index = await this.select(data, { samples, seed }, signal);
      const shown = { shape: network.input.shape, input: inputFor(network, data, input), sampleShape: data.shape, bytes: data.values instanceof Uint8Array };
      const found = await this.networkPool().run((worker) => worker.request('preview', { shown, values: rows(data, index) }), signal);
      return { index, ...found };
    });
  }

  /**
   * How many samples a network gets right with each of the usual ways to hand pictures over, the best way first.
   * @param {{network: Network, data: Samples, input?: Partial<import('./bettiscope/input.js').InputSettings>, samples?: number, seed?: number}} wishes
   * @param {Options} [options]
   * @returns {Promise<{usual: string, settings: Partial<import('./bettiscope/input.js').InputSettings>, accuracy: number, samples: number}[]>}
   *   empty where the output has not one number per class of the data
   */
  tryInputs({ network, data, input, samples = 100, seed = DEFAULTS.seed }, options = {}) {
    return this.job(options, async ({ signal, report }) => {
      const index = await this.select(data, { samples, seed }, signal);
      const ways = Object.entries(USUAL).filter(([, { settings }]) => settings.colours === 'rgb' || network.pictures?.channels !== 1);
      const share = await this.share(network, data, [], input);
      const found = [];
      for (const [usual, { settings }] of ways) {
        const wishes = { ...DEFAULTS, network, data, input: { ...input, ...settings }, pooling: 'mean', layers: [] };
        const onProgress = (/** @type {string} */ _stage, /** @type {number} */ done) => report('running', found.length * index.length + done, ways.length * index.length);
        const run = await observe(this.networkPool(), /** @type {any} */ (wishes), index, [], { signal, onProgress, ...share });
        const right = accuracy(run.predictions, network, data, index, run.nScores);
        if (right === null) return [];
        found.push({ usual, settings, accuracy: right, samples: index.length });
      }
      return found.sort((a, b) => b.accuracy - a.accuracy);
    });
  }

  /**
   * Barcodes of layers: spread over the engine's workers, or over the threads of the one.
   * @param {import('./bettiscope/analysis.js').ObservedLayer[]} layers
   * @param {import('./bettiscope/analysis.js').Settings} settings
   * @param {AbortSignal | undefined} signal
   * @param {(layer: LayerResult) => void} measured
   */
  async measure(layers, settings, signal, measured) {
    const { data, network: _n, data: _d, layers: _l, ...plain } = settings;
    const together = this.info.build === 'threads' ? this.info.threads : 1;
    const tasks = [];
    for (let first = 0; first < layers.length; first += together) {
      const batch = layers.slice(first, first + together);
      tasks.push(async (/** @type {AbortSignal} */ s) => {
        const request = {
          settings: plain,
          layers: batch.map(({ label, points, nCoords, sample }) => ({
            label, points, nCoords, labels: labelsOf(data, sample), classes: data.classes,
          })),
        };
        const found = await this.engine.run((worker) => worker.request('measure', request), s);
        found.forEach((/** @type {any} */ part, /** @type {number} */ i) => {
          const { points, ...layer } = batch[i];
          const labels = request.layers[i].labels;
          measured({ ...layer, points: points instanceof Float32Array ? points : Float32Array.from(points), nPoints: layer.sample.length, labels, classes: data.classes, ...part });
        });
      });
    }
    await allOrStop(tasks, signal);
  }

  /**
   * Runs a study, see docs/study.md.
   * @param {any} document the study; what it leaves out is default
   * @param {Options & {onLayer?: (found: {network: import('./bettiscope/report.js').ReportNetwork, record: import('./bettiscope/report.js').LayerRecord, report: Report}) => void,
   *   store?: Store | null, networks?: Record<string, Network>, data?: Record<string, Samples | Activations>}} [options] `onLayer`: a layer and the report so
   *   far; `store: null` keeps nothing; `networks` and `data`: one's own, by the names that the study uses
   * @returns {Promise<Report>}
   */
  study(document, { onLayer, store, networks = {}, data = {}, ...options } = {}) {
    return this.job(options, async ({ signal, report }) => {
      const context = {
        signal, onLayer, networks, data,
        store: store === undefined ? await this.store() : store,
        catalog: await this.catalog(),
        notify: (/** @type {import('./bettiscope/study-run.js').StudyProgress} */ { stage, done, total, layer, ...more }) => report(stage, done, total, layer, more),
      };
      return runStudy(this, document, context);
    });
  }

  /** Where results of studies are kept. @returns {Promise<Store>} */
  store() {
    // Results of a build without a version cannot be told from another one's: they last as long as this page.
    this.kept ??= Store.open(this.info.version ? {} : { factory: null });
    return this.kept;
  }

  /** The bundled networks and data. @returns {Promise<import('./bettiscope/catalog.js').Catalog>} */
  catalog() {
    this.listed ??= loadCatalog(this.baseUrl);
    this.listed.catch(() => { this.listed = null; });
    return this.listed;
  }

  /** What can be measured: names, formulas, sources. @returns {Promise<import('./bettiscope/report.js').Descriptor[]>} */
  descriptors() {
    return this.job({}, () => this.desk.run((worker) => worker.request('descriptors')));
  }

  /**
   * The numbers of one layer.
   * @param {LayerPoints} layer
   * @param {Record<string, any>} settings
   * @param {Options} [options]
   * @returns {Promise<{rows: import('./bettiscope/report.js').Measured[], fits: import('./bettiscope/report.js').Fit[],
   *   clouds: {name: string, repetition: number, index: Uint32Array, barcode: Barcode}[]}>}
   */
  describeLayer(layer, settings, options = {}) {
    return this.job(options, ({ signal, report }) => this.engine.run((worker) =>
      worker.request('describe', { layer, settings }, { onProgress: (p) => report('measuring', p.done, p.total, layer.label) }), signal));
  }

  /**
   * How alike two layers are; their points must stand for the same samples in the same order.
   * @param {LayerPoints} a
   * @param {LayerPoints} b
   * @param {Record<string, any> & {measures: string[]}} settings
   * @param {Options} [options]
   * @returns {Promise<Record<string, number | null>>}
   */
  compareLayers(a, b, settings, options = {}) {
    return this.job(options, ({ signal }) => this.engine.run((worker) => worker.request('compare', { a, b, settings }), signal));
  }

  /**
   * Pearson's and Spearman's correlation with bootstrap intervals.
   * @param {number[]} x
   * @param {number[]} y
   * @param {{seed?: number, resamples?: number}} [settings]
   * @returns {Promise<Record<string, number | null> & {n: number}>}
   */
  correlate(x, y, settings = {}) {
    const request = { x: Float64Array.from(x), y: Float64Array.from(y), settings: { seed: 1, resamples: 2000, ...settings } };
    return this.job({}, () => this.desk.run((worker) => worker.request('correlate', request)));
  }

  /** Verdicts on the paper's claims. @param {Record<string, any>[]} rows of `report.table()` @returns {Promise<any[]>} */
  judgeClaims(rows) {
    return this.job({}, () => this.desk.run((worker) => worker.request('judge', { rows })));
  }

  /**
   * @param {CloudSource} cloud
   * @param {{maxDim?: number, threshold?: number | null, modulus?: number, method?: 'auto' | 'reduced-rips' | 'cohomology', onIntervals?: (found: import('./bettiscope/worker-handle.js').Intervals) => void} & Options} [options]
   *   `onIntervals` hears of intervals, some at a time, while more are looked for
   * @returns {Promise<Barcode>}
   */
  barcode(cloud, { maxDim = DEFAULTS.maxDim, threshold = null, modulus = DEFAULTS.modulus, method = 'auto', onIntervals, ...options } = {}) {
    const settings = { maxDim, threshold, modulus, method };
    return this.job(options, ({ signal, report }) => {
      const onProgress = (/** @type {any} */ p) => report('reducing', p.done, p.total, p.stage === 'H1' && maxDim === 1 && modulus === 2 && method !== 'cohomology' ? 'loops' : p.stage);
      return this.engine.run((worker) => worker.request('barcode', { cloud, settings, streams: Boolean(onIntervals) }, { onProgress, onIntervals }), signal);
    });
  }

  /**
   * What stands for an interval: the two points that merge (H0), or a loop (H1, over ℤ/2).
   * The first loop of a cloud takes the time of its barcode up to H1, further ones of the same `cloud` object milliseconds.
   * @param {CloudSource} cloud
   * @param {Barcode} barcode of this cloud
   * @param {number} interval its place in the barcode
   * @param {Options} [options]
   * @returns {Promise<Representative>}
   */
  representative(cloud, { dims, births, deaths, edges, threshold }, interval, options = {}) {
    return this.job(options, async ({ signal, report }) => {
      if (!(interval >= 0 && interval < dims.length)) throw new BettiscopeError('invalid-setting', `there is no interval ${interval}; the barcode has ${dims.length}`);
      if (dims[interval] > 1) throw new BettiscopeError('invalid-setting', `representatives are found for H0 and H1, not for H${dims[interval]}`);
      if (dims[interval] === 0) return pairThatMerges(edges.slice(2 * interval, 2 * interval + 2));
      const [birth, death] = [births[interval], deaths[interval]];
      let copy = 0;
      for (let i = 0; i < interval; i += 1) if (dims[i] === 1 && births[i] === birth && deaths[i] === death) copy += 1;
      const name = this.cloudNames.get(cloud) ?? `cloud ${this.nextId++}`;
      this.cloudNames.set(cloud, name);
      this.finders ??= this.pool('engine', 1);
      const request = { key: `${name} up to ${threshold}`, cloud, threshold, birth, death, copy };
      const found = await this.finders.run((worker) => worker.request('loop', request, { onProgress: (p) => report('measuring', p.done, p.total) }), signal);
      if (!found) throw new BettiscopeError('invalid-setting', 'this interval does not exist over ℤ/2, the field in which loops are found; compute the barcode with modulus 2');
      return { ...found, isLoop: true };
    });
  }

  /**
   * How far two barcodes are apart in one dimension; `Infinity` where their numbers of essential intervals differ.
   * @param {Barcode} a
   * @param {Barcode} b
   * @param {{kind?: 'bottleneck' | 'wasserstein' | 'sliced-wasserstein', dim?: number, p?: number, ground?: 'maximum' | 'euclidean', directions?: number} & Options} [options]
   * @returns {Promise<number>}
   */
  diagramDistance(a, b, { kind = 'bottleneck', dim = 1, p = 2, ground = 'maximum', directions = 50, ...options } = {}) {
    const settings = { kind, dim, p, ground, directions };
    return this.job(options, ({ signal }) => this.engine.run((worker) => worker.request('diagramDistance', { a, b, settings }), signal));
  }

  /**
   * The first levels of the persistence landscape: straight lines between the points of each.
   * @param {Barcode} barcode
   * @param {{dim?: number, levels?: number} & Options} [options]
   * @returns {Promise<{x: Float32Array, y: Float32Array}[]>}
   */
  landscape(barcode, { dim = 1, levels = 5, ...options } = {}) {
    return this.job(options, ({ signal }) => this.desk.run((worker) => worker.request('landscape', { barcode, dim, levels }), signal));
  }

  /**
   * The barcodes of many clouds, in their order: spread over the engine's workers, or over the threads of the one.
   * @param {CloudSource[]} clouds
   * @param {{maxDim?: number, threshold?: number | null, modulus?: number, method?: 'auto' | 'reduced-rips' | 'cohomology'} & Options} [options]
   * @returns {Promise<Barcode[]>}
   */
  barcodes(clouds, { maxDim = DEFAULTS.maxDim, threshold = null, modulus = DEFAULTS.modulus, method = 'auto', ...options } = {}) {
    const settings = { maxDim, threshold, modulus, method };
    return this.job(options, async ({ signal, report }) => {
      const nParts = Math.max(1, Math.min(this.engine.size, clouds.length));
      const parts = Array.from({ length: nParts }, (_, part) => clouds.filter((_cloud, i) => i % nParts === part));
      const done = parts.map(() => 0);
      const onPart = (/** @type {number} */ part, /** @type {any} */ p) => {
        done[part] = (p.done / p.total) * parts[part].length;
        report('measuring', Math.floor(done.reduce((a, b) => a + b, 0)), clouds.length);
      };
      const found = await allOrStop(parts.map((part, i) => (/** @type {AbortSignal} */ s) => this.engine.run((worker) =>
        worker.request('barcodes', { clouds: part, settings }, { onProgress: (p) => onPart(i, p) }), s)), signal);
      return clouds.map((_cloud, i) => found[i % nParts][Math.floor(i / nParts)]);
    });
  }

  /**
   * The shortest edges in increasing length.
   * @param {CloudSource} cloud
   * @param {{limit?: number} & Options} [options]
   * @returns {Promise<{pairs: Uint32Array, lengths: Float32Array}>}
   */
  edges(cloud, { limit = 20000, ...options } = {}) {
    return this.job(options, ({ signal }) => this.desk.run((worker) => worker.request('edges', { cloud, limit }), signal));
  }

  /**
   * What a run will need, before it runs.
   * @param {{n: number, nCoords?: number, maxDim?: number, clouds?: number, layers?: number | string[], draws?: number, network?: Network | null, sampleShape?: number[], pooling?: string, maxPoints?: number}} request
   *   `layers`: ids of those that are observed, or how many; `draws`: spanning trees per size of a fit of the PH dimension; `nCoords`: where no shapes tell
   * @returns {Promise<Estimate>}
   */
  estimate({ n, nCoords = 64, maxDim = 1, clouds = 1, layers = 1, draws = 0, network = null, sampleShape, pooling = 'mean', maxPoints = DEFAULTS.maxPoints }) {
    const ids = new Set((Array.isArray(layers) ? layers : []).map(tensorOf));
    const observed = (network?.layers ?? []).filter(({ id }) => ids.has(id));
    const widths = observed.map((layer) => coordinates(layer, pooling) ?? nCoords);
    const load = network && networkLoad(network, ids, sampleShape);
    const request = {
      n, pointsPerSample: pointsPerSample(pooling, n, maxPoints, observed), nCoords: widths.length ? Math.max(...widths) : nCoords, maxDim, clouds, layers: Array.isArray(layers) ? layers.length : layers, draws, macs: network?.macs ?? 0, workers: this.info.workers,
      ...(load ? { network: load } : {}),
    };
    return this.job({}, () => this.desk.run((worker) => worker.request('estimate', { request })));
  }

  /**
   * @param {Record<string, any> & {kind: string, width: number, height: number}} figure
   * @returns {Promise<{svg: string, panels: {name: string, x: number, y: number, width: number, height: number, x0: number, x1: number, y0: number, y1: number, order?: number[]}[]}>}
   */
  draw(figure) {
    return this.job({}, () => this.desk.run((worker) => worker.request('draw', { figure })));
  }

  /** The matrix kernels in use for a network, for tests. @param {Network} network @param {Samples} data @returns {Promise<string[]>} */
  kernels(network, data) {
    const settings = { layers: network.layers.slice(-1).map((l) => l.id), input: inputFor(network, data), pooling: 'mean', positionsPerSample: 1, seed: 1, batch: 16, sampleShape: data.shape, bytes: data.values instanceof Uint8Array };
    const file = { name: network.name, bytes: network.file, weights: network.weights, tokenizer: network.tokenizer };
    return this.networkPool().run(async (worker) => {
      await worker.request('prepare', { key: `kernels ${network.id}`, file, settings });
      return worker.request('kernels');
    });
  }

  /** Ends all workers. Open requests fail as stopped. */
  close() {
    this.desk.close();
    this.engine.close();
    this.networks?.close();
    this.finders?.close();
  }

  /**
   * One request of the user's: timed progress, one kind of failure.
   * @template T
   * @param {Options} options
   * @param {(context: {signal?: AbortSignal, startedAt: number, report: (stage: Progress['stage'], done: number, total: number, layer?: string, more?: object) => void}) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async job({ signal, onProgress }, work) {
    const startedAt = performance.now();
    let open = true;
    const report = (/** @type {Progress['stage']} */ stage, /** @type {number} */ done, /** @type {number} */ total, /** @type {string | undefined} */ layer, more = {}) => {
      if (open && !signal?.aborted) onProgress?.({ stage, done, total, layer, elapsedMs: performance.now() - startedAt, ...more });
    };
    try {
      throwIfStopped(signal);
      return await work({ signal, startedAt, report });
    } catch (error) {
      throw signal?.aborted ? stopped() : asFailure(error);
    } finally {
      open = false;
    }
  }
}

/** A panic in a pool thread ends that thread without a word to the one that waits for it: this channel is the only sign. @param {string} name @param {WorkerHandle} worker */
function listenForPanics(name, worker) {
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => {
    worker.end(new BettiscopeError(DEFECT.kind, DEFECT.message, String(data)));
    channel.close();
  };
}

/** @param {Uint32Array} points @returns {Representative} */
function pairThatMerges(points) {
  const merges = !points.includes(NO_POINT);
  return { points: merges ? points : new Uint32Array(0), isLoop: false, deathEdge: merges ? points : null, isFilled: false };
}

/** @param {Record<string, any>} wishes */
const defined = (wishes) => Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined));

/** Samples of more values than this are not shown as a layer by default: distances between raw large images say little and cost much. */
const MAX_INPUT_VALUES = 4096;

/** What the network's file says of itself, else the mean; feature maps have no class token. @param {Network | null} network @returns {'mean' | 'class-token-or-mean'} */
export const defaultPooling = (network) => (network?.metadata.pooling === 'class-token' ? 'class-token-or-mean' : 'mean');

/** @param {Network | null | undefined} network @param {Samples | Texts | Activations} data @returns {string[]} */
function defaultLayers(network, data) {
  if (!network) return [INPUT_LAYER];
  const input = data.kind === 'samples' && network.input.kind !== 'tokens' && data.values.length / data.n <= MAX_INPUT_VALUES ? [INPUT_LAYER] : [];
  return [...input, ...network.layers.filter((l) => l.observed).map((l) => l.id)];
}
