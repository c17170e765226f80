import { INPUT_LAYER } from './bettiscope.js';
import { byId, element, plural, short } from './dom.js';
import { analysisRows, csv, download, json } from './export.js';
import { OWN, Session, observable } from './session.js';
import { Explorer } from './views/explorer.js';
import { MeasureSheet } from './views/measure.js';
import { Profile } from './views/profile.js';
import { RunControl } from './views/run.js';
import { Strata } from './views/strata.js';
import { showWords } from './views/words.js';

/** Runs longer than this wait for the button; shorter ones start when a choice changes. */
const SECONDS_WITHOUT_ASKING = 6;
const RESULT_CHOICES = ['network', 'data', 'layers', 'samples', 'seed', 'inputRange', 'pooling', 'scaling', 'metric', 'maxDim', 'threshold', 'clouds'];

/** What does this network do to the shape of this data, here, now? */
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
    /** @type {AbortController | null} */
    this.controller = null;
    /** @type {{analysis: {layers: any[], settings: any, accuracy: number | null, elapsedMs: number}, network: any, data: any} | null} */
    this.result = null;
    /** @type {{name: string, layers: any[]} | null} */
    this.before = null;
    this.timer = 0;
    const draw = (/** @type {any} */ figure) => scope.draw(figure);
    const onSelect = (/** @type {string} */ id) => this.state.set({ layer: id });
    this.strata = new Strata(byId('strata'), { draw, onSelect });
    this.profile = new Profile(byId('profile'), { draw, onSelect });
    this.explorer = new Explorer({ cloud: byId('cloud'), intervals: byId('intervals') }, {
      scope, name: 'network', view: state.choices.view, scale: state.choices.scale,
      onView: (view) => state.set({ view }), onScale: (scale) => state.set({ scale }),
      onClass: (label) => this.chooseClass(label),
    });
    this.sheet = new MeasureSheet(byId('measure-sheet'), byId('measure-summary'), state);
    this.control = new RunControl({ button: byId('run'), estimate: byId('estimate'), progress: byId('progress') }, { onRun: () => this.run(), onCancel: () => this.cancel() });
    state.onChange((changed) => this.onChoices(changed));
  }

  async start() {
    await this.session.loadCatalog();
    this.resolveChoices();
    this.fillChoosers();
    this.connectFiles();
    byId('save-table').addEventListener('click', () => this.result && download('bettiscope-layers.csv', csv(analysisRows(this.result.analysis)), 'text/csv'));
    byId('save-json').addEventListener('click', () => this.result && download('bettiscope-result.json', json(this.result.analysis), 'application/json'));
    byId('play').addEventListener('click', () => this.play());
    await this.run();
  }

  /** What the link leaves open, or what only its sender had, becomes the bundled default. */
  resolveChoices() {
    const { networks, datasets } = this.session.catalog;
    const { choices } = this.state;
    const missing = (/** @type {string} */ key, /** @type {Map<string, any>} */ own) => !key || (key.startsWith(OWN) && !own.has(key));
    if (missing(choices.network, this.session.networks)) choices.network = (networks.find((n) => n.checkpoint === 'trained') ?? networks[0])?.id ?? '';
    if (missing(choices.data, this.session.data)) choices.data = datasets[0]?.id ?? '';
  }

  fillChoosers() {
    const { networks, datasets } = this.session.catalog;
    const option = (/** @type {string} */ value, /** @type {string} */ words) => element('option', { value }, words);
    const families = Map.groupBy(networks, (n) => n.family);
    const networkSelect = byId('choose-network');
    networkSelect.replaceChildren(
      ...[...families].map(([family, members]) => element('optgroup', { label: `${family} on ${members[0].dataset}` }, ...members.map((n) => option(n.id, n.name)))),
      ...this.ownOptions('network'),
    );
    networkSelect.value = this.state.choices.network;
    const dataSelect = byId('choose-data');
    dataSelect.replaceChildren(...datasets.map((d) => option(d.id, `${d.name}, ${d.n.toLocaleString('en')}`)), ...this.ownOptions('data'));
    dataSelect.value = this.state.choices.data;
    if (!networkSelect.onchange) {
      networkSelect.onchange = () => this.chooseNetwork(networkSelect.value);
      dataSelect.onchange = () => this.state.set({ data: dataSelect.value, scale: null, cloud: '' }, { step: true });
    }
    this.fillTraining();
  }

  /** @param {'network' | 'data'} what @returns {HTMLElement[]} what the user brought, still in memory */
  ownOptions(what) {
    const map = what === 'network' ? this.session.networks : this.session.data;
    const own = [...map].filter(([key]) => key.startsWith(OWN));
    if (own.length === 0) return [];
    const group = element('optgroup', { label: 'yours' });
    for (const [key, promise] of own) {
      const option = element('option', { value: key }, '…');
      promise.then(({ name }) => { option.textContent = name; });
      group.append(option);
    }
    return [group];
  }

  /** @param {string} key */
  chooseNetwork(key) {
    if (this.result) this.before = { name: this.networkName(this.state.choices.network), layers: inNetwork(this.result.analysis.layers) };
    const bundled = this.isBundled(key) && this.isBundled(this.state.choices.network);
    this.state.set({ network: key, ...(bundled ? {} : { layers: null, layer: '' }) }, { step: true });
  }

  /** @param {string} key */
  isBundled(key) {
    return this.session.catalog.networks.some((n) => n.id === key);
  }

  /** @param {string} key */
  networkName(key) {
    return this.session.catalog.networks.find((n) => n.id === key)?.checkpoint ?? 'before';
  }

  /** The checkpoints of the chosen family, as a line to walk along. */
  fillTraining() {
    const current = this.session.catalog.networks.find((n) => n.id === this.state.choices.network);
    byId('training').hidden = !current;
    if (!current) return;
    const members = this.session.catalog.networks.filter((n) => n.family === current.family && n.dataset === current.dataset).sort((a, b) => a.epoch - b.epoch);
    byId('checkpoints').replaceChildren(...members.map((n) => element('button', {
      type: 'button', className: 'checkpoint', 'data-network': n.id, 'aria-pressed': String(n.id === current.id), onclick: () => this.chooseNetwork(n.id),
    }, element('b', {}, n.checkpoint), element('span', {}, `epoch ${n.epoch} · ${(100 * n.testAccuracy).toFixed(1)} % right on test images`))));
  }

  connectFiles() {
    for (const [id, kind] of /** @type {const} */ ([['open-network', 'network'], ['open-data', 'data'], ['open-folder', 'data']])) {
      const input = byId(id);
      input.addEventListener('change', () => {
        const files = [...input.files];
        input.value = '';
        if (files.length) this.open(files, kind);
      });
    }
  }

  /** @param {File[]} files @param {'network' | 'data'} kind */
  async open(files, kind) {
    this.cancel();
    await this.working(async (options) => {
      if (kind === 'network') {
        const key = await this.session.addNetwork(files[0], options);
        this.state.choices.network = key;
        Object.assign(this.state.choices, { layers: null, layer: '', scale: null });
      } else {
        const { network } = this.result ?? {};
        const [, , height, width] = network?.input.shape.length === 4 ? network.input.shape : [];
        const imageSize = height > 3 && width > 3 ? { width, height } : undefined;
        const { key, data } = await this.session.addData(files, { ...options, imageSize });
        if (data.kind === 'distances') throw new Error(`${data.name} is a distance matrix; open it in Points, no network can run on distances`);
        Object.assign(this.state.choices, { data: key, scale: null, cloud: '' });
        if (data.notes.length) this.alerts.show({ message: `${data.name}: ${data.notes.join('; ')}`, kind: 'note' });
      }
      this.fillChoosers();
      this.state.set({ place: 'network' });
      return true;
    }) && (await this.run());
  }

  /** @param {string[]} changed */
  onChoices(changed) {
    this.resolveChoices();
    if (changed.includes('network') || changed.includes('data')) this.fillChoosers();
    if (changed.some((name) => RESULT_CHOICES.includes(name))) {
      const known = this.session.results.get(Session.resultKey(this.state.choices));
      if (known) {
        this.cancel();
        this.showResult(known);
        this.control.set('done');
      } else {
        this.control.set(this.controller ? 'running' : 'changed');
        clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.runIfShort(), 300);
      }
    } else if (changed.includes('layer') || changed.includes('cloud')) this.showSelected();
  }

  async runIfShort() {
    const estimate = await this.predict().catch(() => null);
    if (estimate && estimate.seconds <= SECONDS_WITHOUT_ASKING && estimate.megabytes <= estimate.limitMegabytes) await this.run();
  }

  /** Says what a run will need. */
  async predict() {
    const { choices } = this.state;
    const [network, data] = await Promise.all([this.session.networks.get(choices.network), this.session.data.get(choices.data)]);
    const n = Math.min(choices.samples, data?.n ?? choices.samples);
    const widths = this.result?.analysis.layers.map((/** @type {any} */ l) => l.nCoords) ?? [64];
    const nCoords = Math.ceil(widths.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0) / widths.length);
    const estimate = await this.scope.estimate({ n, nCoords, maxDim: choices.maxDim, clouds: choices.clouds === 'per-class' ? Math.max(1, data?.classes?.length ?? 1) : 1, layers: this.sheet.chosenLayers().length, network });
    this.control.predict(estimate);
    return estimate;
  }

  /**
   * Something long: progress shown, failures worded, Cancel at hand.
   * @param {(options: {signal: AbortSignal, onProgress: (p: any) => void}) => Promise<any>} work
   * @returns {Promise<boolean>} whether it succeeded
   */
  async working(work) {
    this.controller?.abort();
    const controller = new AbortController();
    this.controller = controller;
    const current = () => this.controller === controller;
    this.alerts.clear();
    this.control.set('running');
    try {
      await work({ signal: controller.signal, onProgress: (p) => current() && this.control.report(p) });
      if (current()) this.control.set('done');
      return current();
    } catch (/** @type {any} */ failure) {
      if (current()) {
        const stopped = failure?.kind === 'stopped';
        this.control.set(stopped ? 'cancelled' : 'failed');
        if (!stopped) this.alerts.show(failure);
      }
      return false;
    } finally {
      if (current()) this.controller = null;
    }
  }

  cancel() {
    if (!this.controller) return;
    this.controller.abort();
    this.controller = null;
    this.control.set('cancelled');
  }

  async run() {
    clearTimeout(this.timer);
    const choices = { ...this.state.choices };
    await this.working(async (options) => {
      const key = Session.resultKey(choices);
      // The input needs no network: its barcode is on screen while the network's module still loads.
      const loadingNetwork = this.session.network(choices.network, options);
      loadingNetwork.catch(() => {});
      const data = await this.session.dataset(choices.data, options);
      if (data.kind !== 'samples') throw new Error(`${data.name} is a distance matrix; open it in Points`);
      const entry = this.session.catalog.networks.find((n) => n.id === choices.network);
      const wantsInput = choices.layers?.includes('input') ?? data.values.length / data.n <= 4096;
      const partial = { analysis: { layers: /** @type {any[]} */ ([]), settings: choices, accuracy: null, elapsedMs: 0 }, network: null, data };
      const expected = [...(wantsInput ? [{ id: 'input', label: 'input', op: 'input', shape: [null, ...data.shape] }] : []),
        ...(entry && !choices.layers ? entry.layers.map((id) => ({ id, label: id, op: '' })) : [])];
      if (!this.result || this.result.network?.name !== entry?.file) this.strata.expect(expected);
      const settings = this.settings(choices, data);
      const onLayer = (/** @type {any} */ layer) => {
        partial.analysis.layers.push(layer);
        partial.analysis.layers.sort((a, b) => a.depth - b.depth);
        this.strata.fill(layer, this.cloudOf(layer));
        if (!this.result || !this.result.network) this.showPartial(partial);
      };
      if (wantsInput && !this.result) await this.scope.analyse({ ...settings, layers: undefined, network: null }, { ...options, onLayer });
      const network = await loadingNetwork;
      this.sheet.offer(observable(network, data));
      const layers = this.sheet.chosenLayers();
      const known = new Map(observable(network, data).map((l) => [l.id, /** @type {any} */ (l)]));
      const rows = layers.map((id) => ({ ...known.get(id), ...(id === 'input' ? { shape: [null, ...data.shape] } : {}) })).filter((l) => l.id);
      this.strata.expect(rows);
      for (const layer of partial.analysis.layers) this.strata.fill(layer, this.cloudOf(layer));
      partial.analysis.layers = [];
      const analysis = await this.scope.analyse({ ...settings, network, layers }, { ...options, onLayer });
      const result = { analysis, network, data };
      this.session.keep(key, result);
      this.showResult(result);
      this.predict().catch(() => {});
      return result;
    });
  }

  /** @param {import('./state.js').Choices} choices @param {any} data */
  settings({ samples, seed, inputRange, pooling, scaling, metric, maxDim, threshold, clouds }, data) {
    return { data, samples, seed, inputRange, pooling, scaling, metric, maxDim, threshold, clouds };
  }

  /** @param {any} partial */
  showPartial(partial) {
    this.profile.show(inNetwork(partial.analysis.layers), null);
    if (partial.analysis.layers.length === 1) {
      this.result = partial;
      this.showSelected();
    }
  }

  /** @param {any} result */
  showResult(result) {
    this.result = result;
    const { layers } = result.analysis;
    this.sheet.offer(observable(result.network, result.data));
    this.strata.expect(layers);
    for (const layer of layers) this.strata.fill(layer, this.cloudOf(layer));
    this.profile.show(inNetwork(layers), this.before?.layers !== layers ? this.before : null);
    this.fillTable(layers);
    this.showSelected();
  }

  /** @param {any} layer @returns {any} the cloud of the chosen class, else the first */
  cloudOf(layer) {
    return layer.clouds.find((/** @type {any} */ c) => c.name === this.state.choices.cloud) ?? layer.clouds[0];
  }

  /** @param {number | null} label */
  chooseClass(label) {
    const name = this.result?.data.classes[label ?? -1] ?? '';
    const again = this.state.choices.cloud === name;
    this.state.set({ cloud: again ? '' : name, clouds: again ? this.state.choices.clouds : 'per-class', scale: null });
    this.explorer.options.scale = null;
  }

  showSelected() {
    const { result } = this;
    if (!result) return;
    const { layers, accuracy } = result.analysis;
    const layer = layers.find((l) => l.id === this.state.choices.layer) ?? layers[Math.floor(layers.length / 2)];
    if (!layer) return;
    const cloud = this.cloudOf(layer);
    this.strata.select(layer.id);
    this.profile.select(layer.id);
    const { choices } = this.state;
    const rows = cloud.index;
    const [first, second] = layer.explained.map((/** @type {number} */ share) => `${Math.round(100 * share)} % of the variance`);
    const positions = new Float32Array(rows.length * 2);
    rows.forEach((/** @type {number} */ row, /** @type {number} */ i) => positions.set(layer.projection.subarray(2 * row, 2 * row + 2), 2 * i));
    const labels = layer.labels && Uint16Array.from(rows, (/** @type {number} */ row) => layer.labels[row]);
    const sampleOf = (/** @type {number} */ point) => layer.sample[rows[point]];
    const className = (/** @type {number} */ point) => (labels ? `, ${layer.classes[labels[point]]}` : '');
    this.explorer.show({
      title: `${layer.label}${cloud.name === 'all' ? '' : `, class ${cloud.name}`}`,
      positions, labels, classes: layer.classes, barcode: cloud.barcode,
      xLabel: `first principal component (${first})`, yLabel: `second (${second})`,
      edges: () => this.scope.edges({ points: layer.points, nCoords: layer.nCoords, metric: choices.metric, scaling: choices.scaling, rows }),
      describe: (point) => `sample ${sampleOf(point)}${className(point)}`,
      sample: (point) => ({ data: result.data, index: sampleOf(point) }),
      empty: `with ${plural(rows.length, 'point')} none appeared`,
    });
    showWords(byId('words'), { layer, cloud, choices, layers: inNetwork(layers), accuracy, networkName: result.network?.name ?? '', dataName: result.data.name });
  }

  /** @param {any[]} layers */
  fillTable(layers) {
    const dims = layers[0]?.clouds[0].lifespans.map((/** @type {number} */ _, /** @type {number} */ dim) => dim) ?? [];
    const mean = (/** @type {any} */ layer, /** @type {(cloud: any) => number} */ f) => layer.clouds.reduce((/** @type {number} */ s, /** @type {any} */ c) => s + f(c), 0) / layer.clouds.length;
    const head = ['layer', 'relative depth', 'points', 'coordinates', ...dims.flatMap((/** @type {number} */ d) => [`H${d} intervals`, `H${d} lifespan sum`])];
    const body = layers.map((layer) => [layer.label, short(layer.depth), layer.nPoints, layer.nCoords,
      ...dims.flatMap((/** @type {number} */ d) => [short(mean(layer, (c) => c.barcode.dims.filter((/** @type {number} */ x) => x === d).length)), short(mean(layer, (c) => c.lifespans[d]))])]);
    byId('layer-table').replaceChildren(
      element('thead', {}, element('tr', {}, ...head.map((words) => element('th', { scope: 'col' }, words)))),
      element('tbody', {}, ...body.map(([name, ...cells]) => element('tr', {}, element('th', { scope: 'row' }, String(name)), ...cells.map((cell) => element('td', {}, String(cell)))))));
  }

  /** Walks through the checkpoints, from the first to the last. */
  async play() {
    const buttons = /** @type {HTMLElement[]} */ ([...byId('checkpoints').querySelectorAll('[data-network]')]);
    for (const id of buttons.map((b) => /** @type {string} */ (b.dataset.network))) {
      this.chooseNetwork(id);
      clearTimeout(this.timer);
      if (!this.session.results.has(Session.resultKey(this.state.choices))) await this.run();
      if (document.documentElement.dataset.state !== 'done') return;
      await new Promise((resolve) => setTimeout(resolve, 1200));
    }
  }
}

/**
 * The layers of the network without its input, which has another number of coordinates: lifespans grow with it, so its
 * sums cannot stand on one scale with theirs. Without a network the input is all there is.
 * @param {any[]} layers
 */
function inNetwork(layers) {
  const others = layers.filter(({ id }) => id !== INPUT_LAYER);
  return others.length > 0 ? others : layers;
}
