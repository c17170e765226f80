import { INPUT_LAYER } from './bettiscope.js';
import { byId } from './dom.js';
import { analysisRows, csv, download, json } from './export.js';
import { repairLayers, repairSources } from './repair.js';
import { Runner } from './runner.js';
import { Session, observable } from './session.js';
import { Choosers } from './views/choosers.js';
import { Explorer } from './views/explorer.js';
import { showLayerTable } from './views/layer-table.js';
import { layerSubject } from './views/layer-subject.js';
import { MeasureSheet } from './views/measure.js';
import { Profile } from './views/profile.js';
import { RunControl } from './views/run.js';
import { Strata } from './views/strata.js';
import { Training } from './views/training.js';
import { showWords } from './views/words.js';

/** Runs longer than this wait for the button; shorter ones start when a choice changes. */
const SECONDS_WITHOUT_ASKING = 6;
const DEBOUNCE_MS = 300;
const RESULT_CHOICES = ['network', 'data', 'layers', 'samples', 'seed', 'inputRange', 'pooling', 'scaling', 'metric', 'maxDim', 'threshold', 'clouds'];

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
   */
  constructor(scope, state, alerts) {
    this.scope = scope;
    this.state = state;
    this.alerts = alerts;
    this.session = new Session(scope);
    /** @type {Result | null} what is on screen */
    this.result = null;
    /** @type {Result | null} another checkpoint at the same settings, drawn faintly */
    this.before = null;
    this.entered = false;
    /** @type {Promise<void> | null} */
    this.preparing = null;
    this.notes = '';
    this.timer = 0;
    const draw = (/** @type {any} */ figure) => scope.draw(figure);
    const onSelect = (/** @type {string} */ id) => state.set({ layer: id });
    this.strata = new Strata({ list: byId('strata'), note: byId('strata-note') }, { draw, onSelect });
    this.profile = new Profile(byId('profile'), { draw, onSelect });
    this.explorer = new Explorer({ cloud: byId('cloud'), intervals: byId('intervals') }, {
      scope, name: 'network', tallest: 400, view: state.choices.view, scale: state.choices.place === 'network' ? state.choices.scale : null,
      onView: (view) => state.set({ view }), onScale: (scale) => state.set({ scale }), onClass: (label) => this.chooseClass(label),
    });
    this.sheet = new MeasureSheet(byId('measure-sheet'), byId('measure-summary'), state);
    const control = new RunControl({ button: byId('run'), estimate: byId('estimate'), progress: byId('progress') }, { onRun: () => this.run(), onCancel: () => this.runner.cancel() });
    this.runner = new Runner(control, alerts);
    this.choosers = new Choosers(this.session, {
      onNetwork: (key) => this.chooseNetwork(key),
      onData: (key) => state.set({ data: key, scale: null, cloud: '' }, { step: true }),
      onFiles: (files, kind) => this.open(files, kind),
    });
    this.training = new Training(byId('training'), {
      onChoose: (key) => this.chooseNetwork(key),
      run: (key) => this.runCheckpoint(key),
      isKnown: (key) => this.session.results.has(Session.resultKey({ ...state.choices, network: key })),
    });
    byId('save-table').addEventListener('click', () => this.result && download('bettiscope-layers.csv', csv(analysisRows(this.result.analysis)), 'text/csv'));
    byId('save-json').addEventListener('click', () => this.result && download('bettiscope-result.json', json(this.result.analysis), 'application/json'));
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
    problems.push(...repairSources(choices, this.session.catalog, this.session));
  }

  /** The place has come into view. */
  async enter() {
    await this.prepare();
    if (this.entered) return this.refresh();
    this.entered = true;
    await this.run();
  }

  showChoosers() {
    const { choices } = this.state;
    this.choosers.show(choices.network, choices.data);
    const { networks } = this.session.catalog;
    const current = networks.find((n) => n.id === choices.network);
    const members = networks.filter((n) => n.family === current?.family && n.dataset === current?.dataset).sort((a, b) => a.epoch - b.epoch);
    this.training.show(members, choices.network);
  }

  /** @param {string} key */
  chooseNetwork(key) {
    const isBundled = (/** @type {string} */ id) => this.session.catalog.networks.some((n) => n.id === id);
    const alike = isBundled(key) && isBundled(this.state.choices.network);
    this.state.set({ network: key, ...(alike ? {} : { layers: null, layer: '' }) }, { step: true });
  }

  /** @param {File[]} files @param {'network' | 'data'} kind */
  async open(files, kind) {
    await this.prepare();
    this.entered = true;
    const loaded = await this.runner.run(async (options) => {
      const { choices } = this.state;
      if (kind === 'network') {
        const key = await this.session.addNetwork(files[0], options);
        Object.assign(choices, { network: key, layers: null, layer: '', scale: null });
      } else {
        const network = await this.session.network(choices.network, options);
        const [, , height, width] = network.input.shape.length === 4 ? network.input.shape : [];
        const imageSize = height && width && height > 3 && width > 3 ? { width, height } : undefined;
        const { key, data } = await this.session.addData(files, { ...options, imageSize });
        Object.assign(choices, { data: key, scale: null, cloud: '' });
        this.notes = data.notes.join('; ');
      }
      this.showChoosers();
      this.state.set({ place: 'network' });
    });
    if (!loaded) return;
    await this.run();
    if (this.notes && this.runner.control.state === 'done') this.alerts.show({ message: this.notes, kind: 'note' });
    this.notes = '';
  }

  /** @param {string[]} changed */
  onChoices(changed) {
    if (!this.entered || this.state.choices.place !== 'network') return;
    this.resolveChoices();
    if (changed.includes('network') || changed.includes('data')) this.showChoosers();
    if (changed.includes('view') || changed.includes('scale')) this.explorer.follow(this.state.choices.view, this.state.choices.scale);
    if (changed.some((name) => RESULT_CHOICES.includes(name))) this.refresh();
    else if (changed.includes('layer') || changed.includes('cloud')) this.showSelected();
  }

  /** Shows what the choices ask for: at once if it is known, soon if it is cheap, else when the user says so. */
  refresh() {
    clearTimeout(this.timer);
    const known = this.session.results.get(Session.resultKey(this.state.choices));
    if (known) {
      this.runner.cancel();
      this.showResult(known);
      this.runner.control.set('done');
      return;
    }
    if (!this.runner.busy) this.runner.control.set('changed');
    this.timer = window.setTimeout(async () => {
      const estimate = await this.predict().catch(() => null);
      if (!estimate) return void this.run();
      if (estimate.seconds <= SECONDS_WITHOUT_ASKING && estimate.megabytes <= estimate.limitMegabytes) await this.run();
      else if (this.runner.busy) this.runner.cancel();
      if (!this.runner.busy && this.result && !this.isShown()) this.runner.control.set('changed');
    }, DEBOUNCE_MS);
  }

  isShown() {
    return this.result !== null && Session.resultKey(this.result.choices) === Session.resultKey(this.state.choices);
  }

  /** Says what a run will need. */
  async predict() {
    const { choices } = this.state;
    const [network, data] = await Promise.all([this.session.networks.get(choices.network), this.session.data.get(choices.data)]);
    const n = Math.min(choices.samples, data?.n ?? choices.samples);
    const widths = this.result?.analysis.layers.map((l) => l.nCoords) ?? [64];
    const nCoords = Math.ceil(widths.reduce((a, b) => a + b, 0) / widths.length);
    const clouds = choices.clouds === 'per-class' ? Math.max(1, data?.classes?.length ?? 1) : 1;
    const estimate = await this.scope.estimate({ n, nCoords, maxDim: choices.maxDim, clouds, layers: this.sheet.chosenLayers().length, network });
    this.runner.control.predict(estimate);
    return estimate;
  }

  async run() {
    clearTimeout(this.timer);
    const choices = { ...this.state.choices };
    /** @type {Result | null} what is finished so far */
    let partial = null;
    const done = await this.runner.run(async (options) => {
      // The input needs no network: its barcode is on screen while the network's module still loads.
      const loadingNetwork = this.session.network(choices.network, options);
      loadingNetwork.catch(() => {});
      const data = await this.session.dataset(choices.data, options);
      const { samples, seed, inputRange, pooling, scaling, metric, maxDim, threshold, clouds } = choices;
      const settings = { data, samples, seed, inputRange, pooling, scaling, metric, maxDim, threshold, clouds };
      if (!this.result) await this.showInput(choices, settings, options);
      const network = await loadingNetwork;
      this.sheet.offer(observable(network, data));
      const known = new Map(observable(network, data).map((layer) => [layer.id, layer]));
      this.state.problems.push(...repairLayers(choices, new Set(known.keys())));
      this.state.choices.layers = choices.layers;
      const layers = this.sheet.chosenLayers();
      const rows = layers.map((id) => known.get(id)).filter((layer) => layer !== undefined);
      this.strata.expect(rows.map((layer) => (layer.id === INPUT_LAYER ? { ...layer, shape: [null, ...data.shape] } : layer)), settingKey(choices));
      const target = layers.includes(choices.layer) ? choices.layer : rows[Math.floor(rows.length / 2)]?.id;
      const begun = { analysis: { layers: /** @type {LayerResult[]} */ ([]), settings: choices, accuracy: null, elapsedMs: 0 }, network, data, choices };
      partial = begun;
      const onLayer = (/** @type {LayerResult} */ layer) => {
        begun.analysis.layers.push(layer);
        begun.analysis.layers.sort((a, b) => a.depth - b.depth);
        this.strata.fill(layer, this.cloudOf(layer));
        this.profile.show(inNetwork(begun.analysis.layers), null);
        if (layer.id === target) this.showSelected(begun);
      };
      const analysis = await this.scope.analyse({ ...settings, network, layers }, { ...options, onLayer });
      const result = { analysis, network, data, choices };
      this.session.keep(Session.resultKey(choices), result);
      this.showResult(result);
      this.showChoosers();
      this.predict().catch(() => {});
    });
    if (!done && ['cancelled', 'failed'].includes(this.runner.control.state ?? '')) this.settle(partial);
    return done;
  }

  /** @param {import('./state.js').Choices} choices @param {any} settings @param {import('./runner.js').TaskOptions} options */
  async showInput(choices, settings, options) {
    const { data } = settings;
    const entry = this.session.catalog.networks.find((n) => n.id === choices.network);
    const wanted = choices.layers?.includes(INPUT_LAYER) ?? data.values.length / data.n <= 4096;
    const input = { id: INPUT_LAYER, label: INPUT_LAYER, op: '', shape: [null, ...data.shape] };
    const others = entry && !choices.layers ? entry.layers.map((id) => ({ id, label: id, op: '' })) : [];
    this.strata.expect([...(wanted ? [input] : []), ...others], settingKey(choices));
    if (!wanted || data.kind !== 'samples') return;
    const analysis = await this.scope.analyse({ ...settings, network: null }, { ...options });
    this.strata.fill(analysis.layers[0], this.cloudOf(analysis.layers[0]));
    this.showSelected({ analysis, network: null, data, choices });
  }

  /** After a run that failed or was cancelled: what is finished stays, and nothing is lost. @param {Result | null} partial */
  settle(partial) {
    if (partial?.analysis.layers.length) this.showResult(partial);
    else if (this.result?.network) this.fillStrata(this.result);
    this.strata.giveUp();
    const { result } = this;
    if (this.runner.control.state === 'failed' && result && !this.isShown()) {
      this.alerts.add(`The pictures still show ${[this.nameOf(result), result.data.name].filter(Boolean).join(' on ')}.`);
    }
  }

  /** @param {Result} result */
  showResult(result) {
    const { layers } = result.analysis;
    const last = this.result;
    const isNeighbour = last?.network && last.choices.network !== result.choices.network && settingKey(last.choices) === settingKey(result.choices);
    if (last !== result) this.before = isNeighbour ? last : null;
    this.sheet.offer(observable(result.network, result.data));
    this.fillStrata(result);
    this.profile.show(inNetwork(layers), this.before && { name: this.checkpointOf(this.before), layers: inNetwork(this.before.analysis.layers) });
    showLayerTable(byId('layer-table'), layers);
    this.showSelected(result);
  }

  /** @param {Result} result */
  fillStrata({ analysis: { layers }, choices }) {
    this.strata.expect(layers, settingKey(choices));
    for (const layer of layers) this.strata.fill(layer, this.cloudOf(layer));
  }

  /** @param {Result} result */
  nameOf({ choices, network }) {
    return this.session.catalog.networks.find((n) => n.id === choices.network)?.name ?? network?.name ?? '';
  }

  /** @param {Result} result */
  checkpointOf({ choices, network }) {
    return this.session.catalog.networks.find((n) => n.id === choices.network)?.checkpoint ?? network?.name ?? '';
  }

  /** @param {LayerResult} layer the cloud of the chosen class, else the first */
  cloudOf(layer) {
    return layer.clouds.find((c) => c.name === this.state.choices.cloud) ?? layer.clouds[0];
  }

  /** @param {number | null} label a class, or null for all together */
  chooseClass(label) {
    const name = label === null ? '' : this.result?.data.classes[label] ?? '';
    this.state.set({ cloud: name, clouds: name ? 'per-class' : 'pooled', scale: null });
  }

  /** @param {Result | null} result */
  showSelected(result = this.result) {
    if (!result) return;
    this.result = result;
    const { layers, accuracy } = result.analysis;
    const layer = layers.find((l) => l.id === this.state.choices.layer) ?? layers[Math.floor(layers.length / 2)];
    if (!layer) return;
    const cloud = this.cloudOf(layer);
    this.strata.select(layer.id);
    this.profile.select(layer.id);
    this.explorer.show(layerSubject({ layer, cloud, data: result.data, settings: result.choices, scope: this.scope }));
    showWords(byId('words'), { layer, cloud, choices: result.choices, layers: inNetwork(layers), accuracy, networkName: this.nameOf(result), fileName: result.network?.name ?? '', dataName: result.data.name });
  }

  /** @param {string} key @returns {Promise<boolean>} whether its result is on screen */
  async runCheckpoint(key) {
    this.chooseNetwork(key);
    clearTimeout(this.timer);
    return this.isShown() || this.run();
  }
}

/** Everything but the network that a result depends on: results that agree in it can be compared. @param {import('./state.js').Choices} choices */
const settingKey = (choices) => Session.resultKey({ ...choices, network: '' });

/**
 * The layers of the network without its input, which has another number of coordinates: lifespans grow with it, so its
 * sums cannot stand on one scale with theirs. Without a network the input is all there is.
 * @param {LayerResult[]} layers
 */
function inNetwork(layers) {
  const others = layers.filter(({ id }) => id !== INPUT_LAYER);
  return others.length > 0 ? others : layers;
}
