/**
 * Runs a study: networks one after the other on the network's workers, the layers of one measured on the engine's
 * workers while the next one already runs. What was found before is taken from the store.
 */
import { INPUT_LAYER, accuracy, inDepthOrder, inputLayer, labelsOf, observe, storedNetwork } from './analysis.js';
import { defaultData, loadBundledData } from './catalog.js';
import { BettiscopeError, throwIfStopped } from './errors.js';
import { USUAL } from './input.js';
import { Report, fold } from './report.js';
import { contentKey, sha256 } from './store.js';
import { checkStudy } from './study.js';

/**
 * @typedef {import('../bettiscope.js').Bettiscope} Bettiscope
 * @typedef {import('../bettiscope.js').Network} Network
 * @typedef {import('../bettiscope.js').Samples} Samples
 * @typedef {import('../bettiscope.js').Activations} Activations
 * @typedef {import('./analysis.js').ObservedLayer} ObservedLayer
 * @typedef {import('./catalog.js').Catalog} Catalog
 * @typedef {import('./catalog.js').BundledNetwork} BundledNetwork
 * @typedef {import('./report.js').LayerRecord} LayerRecord
 * @typedef {import('./report.js').ReportNetwork} ReportNetwork
 * @typedef {import('./report.js').Matrix} Matrix
 * @typedef {import('./store.js').Store} Store
 * @typedef {import('./study.js').Study} Study
 * @typedef {import('./study.js').NetworkChoice} NetworkChoice
 * @typedef {{stage: 'loading' | 'running' | 'measuring' | 'comparing', done: number, total: number, network?: string, layer?: string,
 *   fraction: number, secondsLeft: number | null}} StudyProgress `done` of `total` layers; `fraction` of the work that is not taken from the store
 * @typedef {{samples: Samples, fingerprint: string | null, index: Uint32Array}} Chosen the samples of a study
 * @typedef {{signal?: AbortSignal, notify: (progress: StudyProgress) => void, onLayer?: (layer: {network: ReportNetwork, record: LayerRecord, report: Report}) => void,
 *   store: Store | null, catalog: Catalog, networks: Record<string, Network>, data: Record<string, Samples | Activations>}} Context
 */

/** Networks whose activations are in memory at once: one that runs, one that is measured. */
const NETWORKS_AT_ONCE = 2;
/** The most activations, in bytes, that wait for a comparison across networks. */
const MAX_KEPT_BYTES = 512 * 2 ** 20;

/** @param {Bettiscope} scope @param {any} document @param {Context} given @returns {Promise<Report>} */
export async function runStudy(scope, document, given) {
  // Ready activations stand for the network that they come from.
  const stored = Object.entries(given.data).flatMap(([id, data]) => (data.kind === 'activations' ? [[id, storedNetwork(data)]] : []));
  const context = { ...given, networks: { ...Object.fromEntries(stored), ...given.networks } };
  const { catalog } = context;
  const known = await scope.descriptors();
  const study = checkStudy(document, {
    descriptors: known.map(({ name }) => name),
    networks: [...catalog.networks.map(({ id }) => id), ...Object.keys(context.networks)],
    data: [...catalog.datasets.map(({ id }) => id), ...Object.keys(context.data)],
  });
  const made = { date: new Date().toISOString(), version: scope.info.version, build: scope.info.build, seconds: 0 };
  const report = new Report({ study, made, networks: [], descriptors: known.filter(({ name }) => study.descriptors.includes(name)) });
  const own = new AbortController();
  const stop = () => own.abort();
  if (context.signal?.aborted) stop();
  context.signal?.addEventListener('abort', stop, { once: true });
  try {
    return await new StudyRun(scope, study, report, { ...context, signal: own.signal }, stop).finish();
  } finally {
    context.signal?.removeEventListener('abort', stop);
  }
}

/** One network of a study on its data. */
class Run {
  /** @param {string} id unique in the study @param {NetworkChoice} choice @param {BundledNetwork | undefined} entry */
  constructor(id, choice, entry) {
    this.id = id;
    this.choice = choice;
    this.entry = entry;
    /** @type {Network | null} */
    this.network = null;
    /** @type {ReportNetwork} */
    this.info = { id, network: choice.id ?? choice.url ?? id, data: '', layers: [] };
    /** @type {string[] | null} in depth order, once known */
    this.layers = null;
    this.pooling = 'mean';
    /** @type {string | null} key of what everything found in this run depends on, but for the layer and how it is measured */
    this.base = null;
    /** @type {Map<string, LayerRecord>} */
    this.records = new Map();
    /** @type {Promise<void> | null} */
    this.ready = null;
  }
}

/** The comparison of two networks' layers, or of one network's with each other. */
class MatrixJob {
  /** @param {[Run, Run]} ends @param {import('./study.js').Comparison} comparison */
  constructor(ends, comparison) {
    this.ends = ends;
    const { between: _, ...settings } = comparison;
    this.settings = settings;
    this.started = false;
    /** @type {Matrix[] | null} */
    this.found = null;
  }
}

class StudyRun {
  /** @param {Bettiscope} scope @param {Study} study @param {Report} report @param {Context & {signal: AbortSignal}} context @param {() => void} stop */
  constructor(scope, study, report, context, stop) {
    this.scope = scope;
    this.study = study;
    this.report = report;
    this.context = context;
    this.signal = context.signal;
    this.stop = stop;
    this.runs = runsOf(study, context.catalog);
    report.networks = this.runs.map((run) => run.info);
    this.matrices = matricesOf(study, this.runs);
    /** @type {Map<string, Promise<Chosen>>} */
    this.chosen = new Map();
    /** @type {Map<Run, ObservedLayer[]>} activations that comparisons wait for */
    this.points = new Map();
    this.settings = {
      descriptors: study.descriptors, scaling: study.scaling, metric: study.metric, clouds: study.clouds, perClass: study.perClass,
      firstClasses: study.firstClasses, seed: study.seed,
      repetitions: study.repetitions, alpha: study.alpha, factor: study.factor, maxDim: 0, modulus: 2, phdim: study.phdim, bettiScale: study.bettiScale, hops: study.hops,
    };
    /** @type {Promise<unknown>[]} */
    this.tasks = [];
    /** @type {any} what went wrong first */
    this.failure = null;
    this.startedAt = performance.now();
    this.work = { done: 0, total: 0 };
    this.layers = { done: 0, total: 0 };
  }

  /** @returns {Promise<Report>} */
  async finish() {
    const startedAt = performance.now();
    try {
      for (const run of this.runs) await this.recall(run);
      // Only with all its networks known can a comparison be recalled.
      for (const run of this.runs) if (!run.layers && this.isCompared(run)) await this.prepare(run);
      await this.recallMatrices();
      const open = this.runs.filter((run) => !this.isDone(run));
      this.work.total = 2 * open.length + this.matrices.filter((job) => !job.found).length;
      this.startedAt = performance.now();
      /** @type {Promise<unknown>[]} */
      const measuring = [];
      for (const [i, run] of open.entries()) {
        await this.prepare(run);
        if (i + 1 < open.length) this.prepare(open[i + 1]).catch(() => {}); // waited for in the next round
        if (this.isDone(run)) continue;
        while (measuring.length >= NETWORKS_AT_ONCE) await measuring.shift();
        const observed = await this.observe(run);
        measuring.push(this.measureAll(run, observed));
        this.compareWhatIsReady();
      }
      await Promise.all(this.tasks);
    } catch (error) {
      this.stop(); // ends what still runs
      await Promise.allSettled(this.tasks);
      throw this.failure ?? error;
    }
    this.report.matrices = this.matrices.flatMap((job) => job.found ?? []);
    this.report.made.seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    this.report.complete = true;
    return this.report;
  }

  /** What the store has of a bundled network, without loading it. @param {Run} run */
  async recall(run) {
    throwIfStopped(this.signal);
    run.layers = layersOf(this.study, run);
    if (!run.entry || !run.layers) return;
    await this.settle(run, run.entry.sha256);
    await this.lookUp(run);
  }

  /** Loads the network, unless everything is known already. @param {Run} run @returns {Promise<void>} */
  prepare(run) {
    run.ready ??= this.load(run);
    return run.ready;
  }

  /** @param {Run} run */
  async load(run) {
    throwIfStopped(this.signal);
    const { id, url } = run.choice;
    const { catalog, networks } = this.context;
    const file = run.entry?.file ?? '';
    const tokenizer = run.entry?.tokenizer;
    this.notify('loading', run);
    run.network = (id !== undefined && networks[id])
      || (await this.scope.loadNetwork(url ?? catalog.url(file), { signal: this.signal, ...(tokenizer ? { tokenizer: catalog.url(tokenizer) } : {}) }));
    const sha = await shaOf(run.network);
    if (run.entry && sha && run.entry.sha256 && sha !== run.entry.sha256) {
      throw new BettiscopeError('damaged', `${run.entry.file} is not the file that the list of networks describes; reload the page, or publish list and file together`);
    }
    if (run.layers) return;
    run.layers = layersOf(this.study, run);
    await this.settle(run, sha);
    await this.lookUp(run);
    if (this.isDone(run)) this.work.total -= 2;
  }

  /** Everything about a run that is not a result, once its layers are known. @param {Run} run @param {string | null} sha of the network */
  async settle(run, sha) {
    const { study, context: { catalog } } = this;
    const { entry, network, choice } = run;
    const layers = /** @type {string[]} */ (run.layers);
    const about = entry ?? described(/** @type {Network} */ (network));
    const kind = /** @type {'image' | 'text'} */ (about.kind ?? 'image');
    const wish = choice.data ?? study.data;
    const named = typeof wish === 'string' ? wish : (wish[kind] ?? 'default');
    const dataId = named === 'default' ? defaultData(catalog, about.dataset, kind) : named;
    const { samples, fingerprint: data, index } = await this.choose(dataId);
    run.pooling = study.pooling === 'default' ? (about.pooling ?? 'mean') : study.pooling;
    const { file: _file, bytes: _bytes, weights: _weights, tokenizer: _tokenizer, maxTokens: _maxTokens, ...fields } = /** @type {any} */ (about);
    const attack = catalog.datasets.find(({ id }) => id === dataId)?.attack;
    Object.assign(run.info, fields, {
      id: run.id, network: choice.id ?? choice.url, name: choice.name || about.name, kind, pooling: run.pooling, sha256: sha,
      data: dataId, dataName: samples.name, samples: index.length, ...(attack ? { attack } : {}),
      layers: layers.map((id) => ({ id, label: id, depth: depthOf(layers, id) })),
    });
    const stranger = this.matrices.find(({ ends: [a, b] }) => a.info.data && b.info.data && a.info.data !== b.info.data);
    if (stranger) {
      const [a, b] = stranger.ends.map(({ id, info }) => `“${id}” runs on ${info.data}`);
      throw new BettiscopeError('invalid-study', `layers are compared on the same samples, but ${a} and ${b}; give both the same data`);
    }
    this.layers.total += layers.length;
    if (this.context.store && sha && data) {
      const tokenizer = entry?.tokenizer ?? (network?.tokenizer ? await sha256(/** @type {Uint8Array<ArrayBuffer>} */ (network.tokenizer)) : null);
      const parts = { engine: this.scope.info.version, network: sha, tokenizer, data, count: index.length, seed: study.seed, pooling: run.pooling, inputRange: study.inputRange };
      run.base = await contentKey(parts);
    }
  }

  /** Puts what the store has into the report. @param {Run} run */
  async lookUp(run) {
    const { store } = this.context;
    const layers = /** @type {string[]} */ (run.layers);
    if (!run.base || !store) return;
    const about = await store.get(`${run.base} run`);
    for (const id of layers) {
      const record = await store.get(await this.layerKey(run, id));
      if (record) this.show(run, { ...record, layer: { ...record.layer, depth: depthOf(layers, id) } });
    }
    if (about) run.info.accuracy = about.accuracy;
    throwIfStopped(this.signal);
  }

  async recallMatrices() {
    for (const job of this.matrices) {
      if (job.ends.every((end) => end.base)) job.found = (await this.context.store?.get(await this.matrixKey(job))) ?? null;
    }
  }

  /** Whether everything about a run is in the report. @param {Run} run */
  isDone(run) {
    return run.info.accuracy !== undefined && run.records.size === run.layers?.length && !this.isCompared(run);
  }

  /** Whether a comparison still waits for the activations of a run. @param {Run} run */
  isCompared(run) {
    return this.matrices.some((job) => !job.found && job.ends.includes(run));
  }

  /** @param {Run} run @param {string} layer */
  async layerKey(run, layer) {
    return `${run.base} layer ${await contentKey({ layer, ...this.settings })}`;
  }

  /** @param {MatrixJob} job */
  async matrixKey({ ends, settings }) {
    return `matrix ${await contentKey({ ends: ends.map(({ base, layers }) => ({ base, layers })), ...this.settings, ...settings })}`;
  }

  /** The samples of the study from one set of data. @param {string} id @returns {Promise<Chosen>} */
  choose(id) {
    const known = this.chosen.get(id) ?? this.draw(id);
    this.chosen.set(id, known);
    return known;
  }

  /** @param {string} id @returns {Promise<Chosen>} */
  async draw(id) {
    const { study, scope, signal, context: { catalog, data } } = this;
    const loaded = data[id] ?? (await loadBundledData(scope, catalog, id, signal));
    if (/** @type {any} */ (loaded).kind === 'distances') throw new BettiscopeError('invalid-study', `the data “${id}” are distances; no network can run on them`);
    const samples = /** @type {Samples} */ (loaded);
    const count = study.samples ?? Math.max(1, samples.classes.length) * study.perClass * study.repetitions;
    const index = await scope.select(samples, { samples: count, seed: study.seed }, signal);
    return { samples, fingerprint: this.context.store && (await fingerprint(samples)), index };
  }

  /** Runs one network. @param {Run} run @returns {Promise<ObservedLayer[]>} what is still to be measured */
  async observe(run) {
    const { study, scope, signal } = this;
    const { samples, index } = await this.choose(run.info.data);
    const compared = this.isCompared(run);
    const wanted = /** @type {string[]} */ (run.layers).filter((id) => compared || !run.records.has(id));
    const settings = /** @type {any} */ ({ network: run.network, data: samples, input: USUAL[study.inputRange].settings, pooling: run.pooling, maxPoints: 1000, seed: study.seed });
    const inNetwork = wanted.filter((id) => id !== INPUT_LAYER);
    let ran = 0;
    const onProgress = (/** @type {string} */ _stage, /** @type {number} */ done, /** @type {number} */ total) => {
      this.work.done += done / total - ran;
      ran = done / total;
      this.notify('running', run);
    };
    const { observed, predictions, nScores } = await observe(scope.networkPool(), settings, index, inNetwork, { signal, onProgress, ...await scope.share(run.network, samples, inNetwork) });
    run.info.accuracy = accuracy(predictions, run.network, samples, index, nScores);
    run.network = null; // its file is no longer needed
    if (wanted.includes(INPUT_LAYER)) observed.unshift(inputLayer(samples, index));
    if (run.base) await this.context.store?.put(`${run.base} run`, { accuracy: run.info.accuracy });
    if (compared) this.keepPoints(run, observed);
    return observed.filter(({ id }) => !run.records.has(id));
  }

  /** @param {Run} run @param {ObservedLayer[]} observed */
  keepPoints(run, observed) {
    this.points.set(run, observed);
    let bytes = 0;
    for (const layers of this.points.values()) for (const { points } of layers) bytes += points.byteLength;
    if (bytes > MAX_KEPT_BYTES) {
      throw new BettiscopeError('out-of-memory', `these comparisons need the activations of ${this.points.size} networks at once, more than ${MAX_KEPT_BYTES / 2 ** 20} MB; compare fewer networks, or take fewer samples`);
    }
  }

  /** @param {Run} run @param {ObservedLayer[]} layers @returns {Promise<unknown>} */
  measureAll(run, layers) {
    if (layers.length === 0) this.work.done += 1;
    const all = Promise.all(layers.map((layer) => this.task(() => this.measure(run, layer, 1 / layers.length))));
    all.catch(() => {}); // `task` has noted it
    return all;
  }

  /** @param {Run} run @param {ObservedLayer} observed @param {number} share of the work on this run */
  async measure(run, observed, share) {
    const { samples } = await this.choose(run.info.data);
    const found = await this.scope.describeLayer(layerOf(observed, samples), this.settings, { signal: this.signal });
    const { id, label, op, shape, nCoords, sample } = observed;
    /** @type {LayerRecord} */
    const record = {
      layer: { id, label, op, shape, depth: depthOf(/** @type {string[]} */ (run.layers), id), nPoints: sample.length, nCoords },
      rows: found.rows,
      fits: found.fits,
      clouds: found.clouds.map(({ name, repetition, index, barcode }) => fold(name, repetition, index.length, barcode)),
    };
    this.work.done += share;
    this.show(run, record);
    if (run.base) await this.context.store?.put(await this.layerKey(run, id), record);
  }

  /** Starts the comparisons whose networks have all run. */
  compareWhatIsReady() {
    for (const job of this.matrices) {
      if (job.found || job.started || job.ends.some((end) => !this.points.has(end))) continue;
      job.started = true;
      this.task(() => this.compare(job));
    }
  }

  /** @param {MatrixJob} job */
  async compare(job) {
    const [a, b] = job.ends;
    const [rows, columns] = await Promise.all(job.ends.map(async (end) => {
      const { samples } = await this.choose(end.info.data);
      return /** @type {ObservedLayer[]} */ (this.points.get(end)).map((layer) => layerOf(layer, samples));
    }));
    const { measures } = job.settings;
    /** @type {Record<string, (number | null)[][]>} */
    const values = Object.fromEntries(measures.map((measure) => [measure, rows.map(() => columns.map(() => null))]));
    const pairs = rows.flatMap((_, i) => columns.map((_column, j) => [i, j])).filter(([i, j]) => a !== b || i <= j);
    await Promise.all(pairs.map(async ([i, j]) => {
      const found = await this.scope.compareLayers(rows[i], columns[j], { ...this.settings, ...job.settings }, { signal: this.signal });
      for (const measure of measures) {
        values[measure][i][j] = found[measure] ?? null;
        if (a === b) values[measure][j][i] = found[measure] ?? null; // every measure is symmetric
      }
      this.work.done += 1 / pairs.length;
      this.notify('comparing', a);
    }));
    const names = job.ends.map((end) => /** @type {string[]} */ (end.layers));
    job.found = measures.map((measure) => ({ measure, a: a.id, b: b.id, rows: names[0], columns: names[1], values: values[measure] }));
    for (const end of job.ends) if (!this.isCompared(end)) this.points.delete(end);
    if (a.base && b.base) await this.context.store?.put(await this.matrixKey(job), job.found);
  }

  /** Runs beside what else runs; the first failure stops everything. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  task(work) {
    const begun = work().catch((error) => {
      if (!this.signal.aborted) this.failure ??= error;
      this.stop();
      throw error;
    });
    begun.catch(() => {}); // seen where all tasks are waited for
    this.tasks.push(begun);
    return begun;
  }

  /** @param {Run} run @param {LayerRecord} record */
  show(run, record) {
    if (this.signal.aborted) return;
    run.records.set(record.layer.id, record);
    this.report.add(run.id, record);
    const listed = run.info.layers.find(({ id }) => id === record.layer.id);
    if (listed) listed.label = record.layer.label;
    this.layers.done += 1;
    this.notify('measuring', run, record.layer.label);
    this.context.onLayer?.({ network: run.info, record, report: this.report });
  }

  /** @param {StudyProgress['stage']} stage @param {Run} run @param {string} [layer] */
  notify(stage, run, layer) {
    const { done, total } = this.work;
    const fraction = total > 0 ? Math.min(1, done / total) : 0;
    const elapsed = (performance.now() - this.startedAt) / 1000;
    const secondsLeft = fraction > 0.02 ? (elapsed / fraction) * (1 - fraction) : null;
    this.context.notify({ stage, ...this.layers, network: run.info.name ?? run.id, layer, fraction, secondsLeft });
  }
}

/** Relative depth: the last layer is at 1, the samples themselves at 0. @param {string[]} layers @param {string} id */
function depthOf(layers, id) {
  const inner = layers.filter((layer) => layer !== INPUT_LAYER);
  return (inner.indexOf(id) + 1) / Math.max(1, inner.length);
}

/** The layers of a run in depth order; `null` while only the loaded network could tell. @param {Study} study @param {Run} run */
function layersOf({ layers }, { entry, network }) {
  if (layers === 'observed') return entry?.layers ?? network?.layers.filter((layer) => layer.observed).map((layer) => layer.id) ?? null;
  const input = layers.includes(INPUT_LAYER) ? [INPUT_LAYER] : [];
  const inner = layers.filter((id) => id !== INPUT_LAYER);
  if (entry && inner.every((id) => entry.layers.includes(id))) return [...input, ...entry.layers.filter((id) => inner.includes(id))];
  return network && [...input, ...inDepthOrder(network, inner)];
}

/** What the file of a network says about itself, named as in the list of bundled ones. @param {Network} network @returns {Record<string, any>} */
function described({ name, input, metadata }) {
  const number = (/** @type {string | undefined} */ text) => (text === undefined || Number.isNaN(Number(text)) ? undefined : Number(text));
  const { family, dataset = '', checkpoint, pooling } = metadata;
  return {
    name, kind: input.kind === 'tokens' ? 'text' : 'image', family, dataset, checkpoint, pooling, epoch: number(metadata.epoch), seed: number(metadata.seed),
    trainAccuracy: number(metadata.train_accuracy), testAccuracy: number(metadata.test_accuracy),
  };
}

/** @param {Study} study @param {Catalog} catalog @returns {Run[]} with names that tell them apart */
function runsOf({ networks, data }, catalog) {
  const base = networks.map(({ id, url }) => id ?? decodeURIComponent(String(url).split('/').pop() || String(url)));
  const on = networks.map((network, i) => {
    const wish = network.data ?? data;
    return base.indexOf(base[i]) === base.lastIndexOf(base[i]) ? base[i] : `${base[i]} on ${typeof wish === 'string' ? wish : Object.values(wish).join(', ')}`;
  });
  return networks.map((choice, i) => {
    const before = on.slice(0, i).filter((name) => name === on[i]).length;
    return new Run(before ? `${on[i]} (${before + 1})` : on[i], choice, catalog.networks.find(({ id }) => id === choice.id));
  });
}

/** @param {Study} study @param {Run[]} runs @returns {MatrixJob[]} */
function matricesOf({ compare }, runs) {
  const runOf = (/** @type {string} */ id) => runs.find((run) => run.id === id) ?? missing(id);
  const missing = (/** @type {string} */ id) => {
    throw new BettiscopeError('invalid-study', `compare names the network “${id}”; possible are ${runs.map((run) => run.id).join(', ')}`);
  };
  return compare.flatMap((comparison) => {
    const ends = comparison.between === 'layers' ? runs.map((run) => [run, run]) : comparison.between.map((pair) => pair.map(runOf));
    return ends.map((pair) => new MatrixJob(/** @type {[Run, Run]} */ (pair), comparison));
  });
}

/** A layer as the engine takes it. @param {ObservedLayer} observed @param {Samples} samples */
function layerOf({ label, points, nCoords, sample }, samples) {
  return { label, points: points instanceof Float32Array ? points : Float32Array.from(points), nCoords, labels: labelsOf(samples, sample), classes: samples.classes };
}

/** What tells data apart: the SHA-256 of everything in them but their name. @param {Samples} samples @returns {Promise<string | null>} */
async function fingerprint(samples) {
  /** @type {Record<string, any>} */
  const parts = {};
  for (const [field, value] of /** @type {[string, any][]} */ (Object.entries(samples))) {
    if (field === 'name' || field === 'notes') continue;
    parts[field] = ArrayBuffer.isView(value) ? await sha256(/** @type {ArrayBufferView<ArrayBuffer>} */ (value))
      : field === 'layers' ? await Promise.all(value.map(fingerprint)) : value;
  }
  return contentKey(parts);
}

/** Of the file, and of those beside it that hold its weights. @param {Network} network @returns {Promise<string | null>} */
async function shaOf({ file, weights }) {
  const parts = [file, ...weights.map(({ bytes }) => bytes)];
  const shas = await Promise.all(parts.map((part) => sha256(/** @type {Uint8Array<ArrayBuffer>} */ (part))));
  return shas.length === 1 || shas.includes(null) ? shas[0] : contentKey(shas);
}
