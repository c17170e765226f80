import { INPUT_LAYER, defaultPooling } from './bettiscope.js';
import { layerOf } from './bettiscope/analysis.js';
import { shapeFor } from './bettiscope/input.js';
import { counterpart, firstChoice, isOwnData, matchingData, percent, siblings } from './catalog.js';
import { byId } from './dom.js';
import { analysisRows, csv, download, json } from './export.js';
import { expandChoice } from './layer-choice.js';
import { repairLayers, repairSources } from './repair.js';
import { Runner } from './runner.js';
import { RESULT_CHOICES, Session, hasInput, observable } from './session.js';
import { Choosers } from './views/choosers.js';
import { InputSheet } from './views/input-settings.js';
import { MeasureSheet } from './views/measure.js';
import { NetworkResult } from './views/network-result.js';
import { RunControl, needWords } from './views/run.js';
import { Sentences } from './views/sentences.js';
import { Training } from './views/training.js';

/** Runs longer than this wait for the button; shorter ones start when a choice changes. */
const SECONDS_WITHOUT_ASKING = 6;
const DEBOUNCE_MS = 300;
/** So few texts are a poor cloud: every token becomes a point instead. */
const FEW_TEXTS = 20;

/**
 * What does this network do to the shape of this data, here, now?
 *
 * @typedef {import('./session.js').Result} Result
 * @typedef {import('./bettiscope.js').LayerResult} LayerResult
 */
export class NetworkPlace {
  /**
   * @param {import('./bettiscope.js').Bettiscope} scope
   * @param {import('./state.js').State} state
   * @param {import('./views/alerts.js').Alerts} alerts
   * @param {(files: File[]) => void} onFiles the user has chosen files
   */
  constructor(scope, state, alerts, onFiles) {
    this.scope = scope;
    this.state = state;
    this.alerts = alerts;
    this.onFiles = onFiles;
    this.session = new Session(scope);
    this.shown = new NetworkResult(scope, state, this.session);
    this.entered = false;
    /** @type {Promise<void> | null} */
    this.preparing = null;
    /** Takes what belongs to another place. @type {(data: any) => void} */
    this.elsewhere = () => {};
    this.timer = 0;
    /** How often the user has brought something. */
    this.loads = 0;
    /** @type {Promise<boolean> | null} whether the last run led to advice */
    this.advising = null;
    this.sheet = new MeasureSheet(byId('measure-sheet'), byId('measure-summary'), state, async (nLayers) => needWords(await this.estimate(nLayers)));
    this.input = new InputSheet(byId('input-settings'), { scope, state });
    const control = new RunControl({ button: byId('run'), estimate: byId('estimate'), progress: byId('progress') }, { onRun: () => this.run(), onCancel: () => this.runner.cancel() });
    this.runner = new Runner(control, alerts);
    this.choosers = new Choosers(this.session, {
      onSeries: (members) => this.chooseNetwork(counterpart(members, siblings(this.session.catalog.networks, state.choices.network), state.choices.network).id),
      onNetwork: (key) => this.chooseNetwork(key),
      onData: (key) => this.chooseData(key),
      onFiles: (files) => this.onFiles(files),
    });
    this.sentences = new Sentences(byId('sentences'), { onTexts: (text) => this.openTexts(text) });
    this.training = new Training(byId('training'), {
      onChoose: (key) => this.chooseNetwork(key),
      run: (key) => this.runCheckpoint(key),
      isKnown: (key) => this.session.results.has(Session.resultKey({ ...state.choices, network: key, ...(this.session.kindOf(key) === 'activations' ? { data: key } : {}) })),
      onArrange: (members) => this.arrange(members),
    });
    const result = () => this.shown.result;
    byId('save-table').addEventListener('click', () => { const shown = result(); if (shown) download('bettiscope-layers.csv', csv(analysisRows(shown.analysis)), 'text/csv'); });
    byId('save-json').addEventListener('click', () => { const shown = result(); if (shown) download('bettiscope-result.json', json(shown.analysis), 'application/json'); });
    state.onChange((changed) => this.onChoices(changed));
  }

  /** The bundled networks and data, and which of them to begin with. */
  prepare() {
    this.preparing ??= this.session.loadCatalog().then(() => {
      this.resolveChoices();
      this.showChoosers();
    });
    return this.preparing;
  }

  resolveChoices() {
    const { choices, problems } = this.state;
    problems.push(...repairSources(choices, this.session.catalog, this.session.own));
  }

  /** The place has come into view. */
  async enter() {
    await this.prepare();
    if (this.entered) return this.refresh();
    this.entered = true;
    await this.run();
  }

  showChoosers() {
    const { network, data } = this.state.choices;
    this.choosers.show(network, data);
    this.sentences.host.hidden = this.session.kindOf(network) !== 'text';
    this.showTraining();
  }

  /** The checkpoints of the chosen network, bundled or the user's. */
  showTraining() {
    const { network } = this.state.choices;
    const series = this.session.seriesOf(network);
    if (!series) return this.training.show(siblings(this.session.catalog.networks, network).map(bundledStage), network);
    const stages = series.members.map(({ key, label, number }) => {
      const accuracy = this.session.accuracyOf(key);
      return { id: key, label, number, accuracy, words: accuracy === null ? series.name : `${label}: ${percent(accuracy)} of these samples right`, file: this.session.own.networks.get(key)?.name ?? '' };
    });
    this.training.show(stages, network, { isOwn: true });
  }

  /** @param {import('./session.js').Checkpoint[]} members in their new order, with their names */
  arrange(members) {
    const series = this.session.seriesOf(members[0].key);
    if (!series) return;
    this.session.arrange(series, members);
    this.showTraining();
  }

  /** Data of the former network's own set make way for those of the new one. @param {string} key */
  chooseNetwork(key) {
    const { choices } = this.state;
    const { datasets } = this.session.catalog;
    const [before, after] = [choices.network, key].map((id) => this.session.bundled(id));
    const shown = datasets.find((data) => data.id === choices.data);
    const stays = this.session.dataKind(choices.data) === this.session.kindOf(key) && (!shown || !after || isOwnData(shown, after));
    const stored = this.session.kindOf(key) === 'activations';
    const data = stored ? key : stays ? choices.data : after ? matchingData(datasets, after, choices.data) : '';
    const series = this.session.seriesOf(key);
    const alike = before && after ? before.layers.join() === after.layers.join() : series !== undefined && series === this.session.seriesOf(choices.network);
    const other = data === choices.data || (stored && alike) ? {} : this.forData(data);
    this.state.set({ network: key, data, ...(alike ? {} : { layers: null, layer: '', input: null }), ...other }, { step: true });
  }

  /** @param {string} key */
  chooseData(key) {
    this.state.set({ data: key, ...this.forData(key) }, { step: true });
  }

  /** What other data undo: a scale and a class belong to the old ones, and only few texts need their tokens as points. @param {string} key @param {number} [n] */
  forData(key, n = Infinity) {
    const isFew = this.session.own.data.get(key)?.kind === 'text' && n <= FEW_TEXTS;
    const pooling = isFew ? 'positions' : this.fewBefore ? 'default' : this.state.choices.pooling;
    this.fewBefore = isFew;
    return { scale: null, cloud: '', pooling };
  }

  /** The user's own networks and data, sorted. @param {Pick<import('./intake.js').Sorted, 'networks' | 'data'>} sorted @param {string[]} [remarks] to be shown when they have run */
  async open({ networks, data }, remarks = []) {
    await this.load(async (options) => {
      const notes = [...remarks];
      const added = networks.length ? await this.session.addNetworks(networks, options) : null;
      notes.push(...(added?.failures ?? []).map(({ message }) => message));
      const wanted = data.length ? await this.wantedPictures(added?.keys.at(-1) ?? this.state.choices.network, options) : {};
      const brought = data.length ? await this.session.addData(data, { ...options, ...wanted }).catch((failure) => {
        if (!added) throw failure;
        notes.push(failure.message);
        return null;
      }) : null;
      return () => {
        if (added) this.useNetworks(added.keys, notes);
        if (brought?.key) this.useData(brought, notes);
        else if (brought) this.elsewhere(brought.data);
        return { runs: Boolean(added || brought?.key), notes };
      };
    });
  }

  /** The size that a network wants pictures to have, and how they come to it. @param {string} key @param {object} options */
  async wantedPictures(key, options) {
    const wishes = key === this.state.choices.network ? this.state.choices.input : null;
    return wantedOf(await this.session.fed(key, wishes?.feed, options), wishes);
  }

  /** @param {string} text one text per line */
  async openTexts(text) {
    const source = { name: 'your texts.txt', bytes: new TextEncoder().encode(text) };
    await this.load(async (options) => {
      const added = await this.session.addData([source], { ...options, format: 'texts' });
      return () => ({ runs: true, notes: this.useData(added, []) });
    });
  }

  /** Data that another place has read but that belong here. @param {any} data */
  async adopt(data) {
    await this.load(async () => () => ({ runs: true, notes: this.useData(this.session.adoptData(data), []) }));
  }

  /** @param {string[]} keys in the order of training @param {string[]} notes */
  useNetworks(keys, notes) {
    const { choices } = this.state;
    const series = this.session.seriesOf(keys[0]);
    const network = /** @type {string} */ (keys.at(-1));
    if (series) notes.push(trainingNote(series, 'networks'));
    else if (keys.length > 1) notes.push('the networks have different layers: each stands by itself under Network');
    Object.assign(choices, { network, layers: null, layer: '', input: null, scale: null });
    if (this.session.dataKind(choices.data) !== this.session.kindOf(network)) choices.data = '';
  }

  /** @param {{key: string, data: any}} added @param {string[]} notes */
  useData({ key, data }, notes) {
    const { choices } = this.state;
    notes.push(...data.notes);
    Object.assign(choices, { data: key, ...this.forData(key, data.n) });
    if (data.kind === 'activations') {
      const series = this.session.seriesOf(key);
      if (series) notes.push(trainingNote(series, 'files'));
      Object.assign(choices, { network: key, layers: null, layer: '' });
      return notes;
    }
    const kind = this.session.kindOfData(data, choices.network);
    Object.assign(/** @type {object} */ (this.session.own.data.get(key)), { kind });
    if (this.session.kindOf(choices.network) === kind) return notes;
    const other = firstChoice(this.session.catalog.networks, kind);
    Object.assign(choices, { network: other?.id ?? '', layers: null, layer: '', input: null });
    notes.push(`${other?.name} is shown, since the network before does not read ${kind}s`);
    return notes;
  }

  /**
   * Something of the user's: read, then run. What runs goes on while it is read, and also if it cannot be read.
   * @param {(options: import('./runner.js').TaskOptions) => Promise<() => {runs: boolean, notes: string[]}>} read gives what to do with it
   */
  async load(read) {
    await this.prepare();
    this.entered = true;
    this.loads += 1;
    const load = this.loads;
    const apply = await this.runner.aside(read);
    if (!apply) return;
    const { runs, notes } = apply();
    if (!runs) return;
    this.resolveChoices();
    this.showChoosers();
    this.state.set({ place: 'network' });
    this.sheet.update();
    const network = await this.session.networks.get(this.state.choices.network);
    if (network) this.sheet.offer(observable(network, await (this.session.data.get(this.state.choices.data) ?? null)), network);
    const estimate = await this.predict().catch(() => null);
    if (load !== this.loads) return;
    if (estimate && estimate.megabytes > estimate.limitMegabytes) {
      this.runner.cancel();
      this.runner.control.set('changed');
    } else await this.run();
    const isAdvised = await this.advising;
    if (notes.length && !isAdvised && this.runner.control.state === 'done') this.alerts.show({ message: notes.join('; '), kind: 'note' });
    else for (const note of notes) this.alerts.add(note);
  }

  /** @param {string[]} changed */
  onChoices(changed) {
    if (!this.entered || this.state.choices.place !== 'network') return;
    this.resolveChoices();
    const { view, scale } = this.state.choices;
    if (changed.includes('network') || changed.includes('data')) this.showChoosers();
    if (changed.includes('view') || changed.includes('scale')) this.shown.explorer.follow(view, scale);
    if (changed.some((name) => RESULT_CHOICES.includes(name))) this.refresh();
    else if (changed.includes('layer') || changed.includes('cloud')) this.shown.showSelected();
  }

  /** Shows what the choices ask for: at once if it is known, soon if it is cheap, else when the user says so. */
  refresh() {
    this.stopTimer();
    const known = this.session.results.get(Session.resultKey(this.state.choices));
    if (known) {
      this.runner.cancel();
      this.show(known);
      this.runner.control.set('done');
      return;
    }
    if (!this.runner.busy) this.runner.control.set('changed');
    const timer = window.setTimeout(async () => {
      const estimate = await this.predict().catch(() => null);
      if (this.timer !== timer) return; // the choices changed again, or the user began the run
      if (!estimate) return void this.run();
      if (estimate.seconds <= SECONDS_WITHOUT_ASKING && estimate.megabytes <= estimate.limitMegabytes) await this.run();
      else if (this.runner.busy) this.runner.cancel();
      if (!this.runner.busy && this.shown.result && !this.isShown()) this.runner.control.set('changed');
    }, DEBOUNCE_MS);
    this.timer = timer;
  }

  stopTimer() {
    clearTimeout(this.timer);
    this.timer = 0;
  }

  isShown() {
    const { result } = this.shown;
    return result !== null && Session.resultKey(result.choices) === Session.resultKey(this.state.choices);
  }

  /**
   * What would fit into memory.
   * @param {Parameters<import('./bettiscope.js').Bettiscope['estimate']>[0]} wanted
   * @returns {Promise<{words: string, run: () => void}[]>}
   */
  async offers(wanted) {
    const fits = async (/** @type {object} */ change) => {
      const { megabytes, limitMegabytes } = await this.scope.estimate({ ...wanted, ...change });
      return megabytes <= limitMegabytes;
    };
    const offers = [];
    let n = wanted.n;
    while (n > 2 && !(await fits({ n }))) n = Math.floor(n / 2);
    if (n < wanted.n && (await fits({ n }))) offers.push({ words: `take ${n} samples`, run: () => this.state.set({ samples: n }) });
    if (wanted.pooling === 'flatten' && (await fits({ pooling: 'mean' }))) offers.push({ words: 'take means over positions', run: () => this.state.set({ pooling: 'mean' }) });
    const last = wanted.network?.layers.slice(-1).map(({ id }) => id) ?? [];
    if (offers.length === 0 && last.length && (await fits({ layers: last }))) offers.push({ words: 'observe only the last layer', run: () => this.state.set({ layers: last }) });
    return offers;
  }

  /** Says what a run will need. */
  async predict() {
    const wanted = await this.wanted();
    const estimate = await this.scope.estimate(wanted);
    this.runner.control.predict(estimate, estimate.megabytes > estimate.limitMegabytes ? await this.offers(wanted) : []);
    return estimate;
  }

  /** What a run with the present choices needs for so many layers. @param {number} nLayers @returns {Promise<import('./bettiscope.js').Estimate>} */
  async estimate(nLayers) {
    return this.scope.estimate({ ...(await this.wanted()), layers: nLayers });
  }

  /** What is to be estimated. @returns {Promise<Parameters<import('./bettiscope.js').Bettiscope['estimate']>[0] & {layers: string[]}>} */
  async wanted() {
    const { choices } = this.state;
    const [network, data] = await Promise.all([this.session.networks.get(choices.network), this.session.data.get(choices.data)]);
    return {
      n: Math.min(choices.samples, data?.n ?? choices.samples), maxDim: choices.maxDim, network, layers: this.sheet.chosenLayers(),
      clouds: choices.clouds === 'per-class' ? Math.max(1, data?.classes?.length ?? 1) : 1,
      sampleShape: data?.kind === 'samples' ? shapeFor(data, choices.input ?? {}) : undefined,
      pooling: choices.pooling === 'default' ? defaultPooling(network ?? null) : choices.pooling,
    };
  }

  async run() {
    this.stopTimer();
    const choices = { ...this.state.choices };
    const { shown } = this;
    const earlier = shown.result;
    /** @type {Result | null} what is finished so far */
    let partial = null;
    let open = true; // layers that were under way may still arrive when the run has ended
    const done = await this.runner.run(async (options) => {
      // The input needs no network: its barcode is on screen while the network's module still loads.
      const loadingNetwork = this.session.fed(choices.network, choices.input?.feed, options);
      loadingNetwork.catch(() => {});
      let data = await this.session.dataset(choices.data, options);
      const { samples, seed, input: wishes, pooling, scaling, metric, maxDim, threshold, clouds } = choices;
      const settings = { samples, seed, input: wishes ?? {}, pooling, scaling, metric, maxDim, threshold, clouds };
      if (!shown.result) await this.showInput(choices, { ...settings, data }, options);
      const network = await loadingNetwork;
      data = await this.session.fitted(choices.data, wantedOf(network, wishes), options);
      this.sheet.offer(observable(network, data), network);
      this.input.offer(network, data);
      const known = new Map(observable(network, data).map((layer) => [layer.id, layer]));
      const layerAt = (/** @type {string} */ id) => known.get(id) ?? layerOf(network, id);
      this.state.problems.push(...repairLayers(choices, (word) => expandChoice([word], this.sheet.choices).every(layerAt)));
      this.state.choices.layers = choices.layers;
      const layers = this.sheet.chosenLayers();
      const rows = layers.map(layerAt).filter((layer) => layer !== undefined);
      shown.expect(rows.map((layer) => (data.kind === 'samples' && layer.id === INPUT_LAYER ? { ...layer, shape: [null, ...data.shape] } : layer)), choices);
      const target = layers.includes(choices.layer) ? choices.layer : rows[Math.floor(rows.length / 2)]?.id;
      const seen = { index: new Uint32Array(0), predictions: null, tokens: null };
      const begun = { analysis: { layers: /** @type {LayerResult[]} */ ([]), settings: { ...choices }, accuracy: null, samples: seen, notes: [], memory: 0, elapsedMs: 0 }, network, data, choices };
      partial = begun;
      const onLayer = (/** @type {LayerResult} */ layer) => {
        if (!open) return;
        begun.analysis.layers.push(layer);
        begun.analysis.layers.sort((a, b) => a.depth - b.depth);
        shown.fill(layer, begun.analysis.layers);
        if (layer.id === target) shown.showSelected(begun);
      };
      const analysis = await this.scope.analyse({ ...settings, data, network, layers }, { ...options, onLayer });
      const result = { analysis, network, data, choices };
      this.session.keep(Session.resultKey(choices), result);
      this.show(result);
      if (analysis.notes.length) this.alerts.show({ message: analysis.notes.join('; '), kind: 'note' });
      this.advising = this.session.bundled(choices.network) ? null : this.advise(result);
      this.showChoosers();
      this.predict().catch(() => {});
    });
    open = false;
    if (!done && ['cancelled', 'failed'].includes(this.runner.control.state ?? '')) {
      this.settle(partial, earlier);
      this.predict().catch(() => {});
    }
    return done;
  }

  /** Says what may be wrong where a network of the user's does no better than chance. @param {Result} result */
  async advise(result) {
    const advice = await this.input.advice();
    const isShown = advice !== null && this.shown.result === result && !this.runner.busy;
    if (!isShown) return false;
    this.alerts.show(advice);
    for (const note of result.analysis.notes) this.alerts.add(note);
    return true;
  }

  /** @param {import('./state.js').Choices} choices @param {any} settings @param {import('./runner.js').TaskOptions} options */
  async showInput(choices, settings, options) {
    const { data } = settings;
    const entry = this.session.bundled(choices.network);
    const wanted = data.kind === 'samples' && this.session.kindOf(choices.network) !== 'text' && (choices.layers?.includes(INPUT_LAYER) ?? hasInput(data));
    const input = { id: INPUT_LAYER, label: INPUT_LAYER, op: '', shape: [null, ...(data.shape ?? [])] };
    const others = entry && !choices.layers ? entry.layers.map((id) => ({ id, label: id, op: '' })) : [];
    this.shown.expect([...(wanted ? [input] : []), ...others], choices);
    if (!wanted) return;
    const analysis = await this.scope.analyse({ ...settings, network: null }, { ...options });
    this.shown.fill(analysis.layers[0]);
    this.shown.showSelected({ analysis, network: null, data, choices });
  }

  /** @param {Result} result */
  show(result) {
    this.sheet.offer(observable(result.network, result.data), result.network);
    this.input.show(result);
    this.shown.show(result);
  }

  /** What is finished stays; the earlier picture comes back where that is nothing but the input. @param {Result | null} partial @param {Result | null} earlier */
  settle(partial, earlier) {
    const isMore = partial?.analysis.layers.some(({ id }) => id !== INPUT_LAYER) || !earlier;
    this.shown.settle(isMore ? partial : null, earlier);
    const { result } = this.shown;
    if (this.runner.control.state === 'failed' && result && !this.isShown()) {
      this.alerts.add(`The pictures still show ${[this.shown.nameOf(result), result.data.name].filter(Boolean).join(' on ')}.`);
    }
  }

  /** @param {string} key @returns {Promise<boolean>} whether its result is on screen */
  async runCheckpoint(key) {
    this.chooseNetwork(key);
    this.stopTimer();
    return this.isShown() || this.run();
  }
}

/** How pictures, and arrays for several inputs, are to be read. @param {import('./bettiscope.js').Network} network @param {Partial<import('./bettiscope/input.js').InputSettings> | null} wishes */
function wantedOf({ pictures, input, others }, wishes) {
  const { height, width, fit } = { ...pictures?.settings, ...wishes };
  return { ...(height && width ? { imageSize: { width, height }, imageFit: fit } : {}), ...(others.length ? { inputs: [input, ...others].map(({ name }) => name) } : {}) };
}

/** @param {import('./catalog.js').BundledNetwork} network @returns {import('./views/training.js').Stage} */
const bundledStage = ({ id, stage, trainAccuracy, testAccuracy }) => ({
  id, label: stage, number: null, accuracy: testAccuracy, file: '', words: `${stage}: ${percent(trainAccuracy)} of the training set right, ${percent(testAccuracy)} of the test set`,
});

/** @param {import('./session.js').OwnSeries} series @param {'networks' | 'files'} what */
const trainingNote = ({ members }, what) => `${members.length} ${what} of the same layers are checkpoints of one training, in the order ${members.map(({ label }) => label).join(', ')}; change it under Training`;
