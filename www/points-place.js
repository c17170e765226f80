import { byId, element, plural } from './dom.js';
import { EXAMPLES, makeExample } from './examples.js';
import { download, json } from './export.js';
import { planeOf, planeOfPairs } from './layout.js';
import { Runner } from './runner.js';
import { Explorer } from './views/explorer.js';
import { GrowingBarcode } from './views/growing-barcode.js';
import { MAX_EDGES, allEdgesOf, axisNames } from './views/layer-subject.js';
import { RunControl } from './views/run.js';

/** What is pasted is read like a file of this name. */
const PASTED = 'pasted numbers.csv';
const RESULT_CHOICES = ['example', 'seed', 'metric', 'maxDim', 'threshold'];

/** What is the barcode of my points or distances? */
export class PointsPlace {
  /**
   * @param {import('./bettiscope.js').Bettiscope} scope
   * @param {import('./state.js').State} state
   * @param {import('./views/alerts.js').Alerts} alerts
   */
  constructor(scope, state, alerts) {
    this.scope = scope;
    this.state = state;
    this.alerts = alerts;
    /** @type {{name: string, data: any} | null} what the user brought */
    this.own = null;
    this.entered = false;
    /** Takes what belongs to another place. @type {(data: any) => void} */
    this.elsewhere = () => {};
    /** @type {any} */
    this.shown = null;
    this.explorer = new Explorer({ cloud: byId('points-cloud'), intervals: byId('points-intervals') }, {
      scope, name: 'points', tallest: 560, view: state.choices.view, scale: state.choices.place === 'points' ? state.choices.scale : null,
      onView: (view) => state.set({ view }), onScale: (scale) => state.set({ scale }),
    });
    const control = new RunControl({ button: byId('points-run'), estimate: byId('points-estimate'), progress: byId('points-progress') }, { onRun: () => this.run(), onCancel: () => this.runner.cancel() });
    this.runner = new Runner(control, alerts);
    this.connect();
    state.onChange((changed) => {
      if (!this.entered || state.choices.place !== 'points') return;
      this.update();
      if (changed.includes('view') || changed.includes('scale')) this.explorer.follow(state.choices.view, state.choices.scale);
      if (changed.includes('example')) this.own = null;
      if (changed.some((name) => RESULT_CHOICES.includes(name))) this.run();
    });
  }

  /** The place has come into view. */
  async enter() {
    this.entered = true;
    this.update();
    await this.run();
  }

  connect() {
    byId('examples').replaceChildren(...Object.entries(EXAMPLES).map(([id, { name, words }]) => element('button', {
      type: 'button', className: 'example', 'data-example': id, title: words, onclick: () => this.chooseExample(id),
    }, name)));
    const bind = (/** @type {string} */ id, /** @type {string} */ name, /** @type {(text: string) => any} */ read) => {
      byId(id).addEventListener('change', (/** @type {any} */ event) => this.state.set({ [name]: read(event.target.value) }));
    };
    bind('points-metric', 'metric', String);
    bind('points-dim', 'maxDim', Number);
    bind('points-threshold', 'threshold', (text) => (Number(text) > 0 ? Number(text) : null));
    bind('points-format', 'format', String);
    byId('points-file').addEventListener('change', () => {
      const files = [...byId('points-file').files];
      byId('points-file').value = '';
      if (files.length) this.open(files);
    });
    byId('points-analyse').addEventListener('click', () => {
      const text = byId('points-text').value.trim();
      if (text) this.open([{ name: PASTED, bytes: new TextEncoder().encode(text) }]);
      else this.alerts.show({ message: 'there is nothing to analyse yet: paste one point per line, its coordinates separated by commas or spaces, or a distance matrix' });
    });
    byId('points-save').addEventListener('click', () => this.shown && download('bettiscope-barcode.json', json(this.shown), 'application/json'));
    this.update();
  }

  /** @param {string} id */
  chooseExample(id) {
    const again = this.own !== null && id === this.state.choices.example;
    this.own = null;
    this.state.set({ example: id, scale: null, maxDim: Math.max(1, EXAMPLES[id].shows) }, { step: true });
    if (!again) return;
    this.update();
    this.run();
  }

  update() {
    const { choices } = this.state;
    byId('points-metric').value = choices.metric;
    byId('points-dim').value = String(choices.maxDim);
    byId('points-threshold').value = choices.threshold ?? '';
    byId('points-format').value = choices.format;
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (byId('examples').querySelectorAll('button'))) button.setAttribute('aria-pressed', String(!this.own && button.dataset.example === choices.example));
    byId('points-place').dataset.own = String(this.own !== null);
  }

  /** @param {any[]} files @param {string[]} [remarks] to be shown when their barcode is there */
  async open(files, remarks = []) {
    const { format } = this.state.choices;
    const data = await this.runner.aside((options) => this.scope.loadData(files, { ...options, format: format === 'auto' ? undefined : format }));
    if (data) await this.adopt(data, remarks);
  }

  /** @param {any} data that was read @param {string[]} [remarks] */
  async adopt(data, remarks = []) {
    if (data.kind === 'texts' || data.kind === 'activations') return this.elsewhere(data);
    if (data.n < 1) return this.alerts.show({ message: `${data.name} holds no points`, kind: 'empty' });
    this.entered = true;
    this.own = { name: data.name === PASTED ? 'your points' : data.name, data };
    this.explorer.chosenScale = null;
    this.state.set({ place: 'points', scale: null });
    this.update();
    await this.run();
    const notes = [...remarks, ...data.notes];
    if (notes.length && this.runner.control.state === 'done') this.alerts.show({ message: notes.join('; '), kind: 'note' });
  }

  /** @returns {{name: string, n: number, cloud: any, nCoords: number, labels: Uint16Array | null, classes: string[], points: Float32Array | null, words: string}} */
  subject() {
    const { choices } = this.state;
    if (!this.own) {
      const { name, n, nCoords, points } = makeExample(choices.example, choices.seed);
      const words = (EXAMPLES[choices.example] ?? EXAMPLES.circle).words;
      return { name, n, nCoords, points, labels: null, classes: [], words, cloud: { points, nCoords, metric: choices.metric } };
    }
    const { data, name } = this.own;
    if (data.pairs) {
      const { n, pairs, lengths } = data;
      return { name, n, nCoords: 0, points: null, labels: null, classes: [], words: '', cloud: { nPoints: n, pairs, lengths } };
    }
    if (data.kind === 'distances') return { name, n: data.n, nCoords: 0, points: null, labels: null, classes: [], words: '', cloud: { distances: data.distances } };
    const points = Float32Array.from(data.values);
    const nCoords = points.length / data.n;
    return { name, n: data.n, nCoords, points, labels: data.labels, classes: data.classes, words: '', cloud: { points, nCoords, metric: choices.metric } };
  }

  async run() {
    const { maxDim, threshold } = this.state.choices;
    await this.runner.run(async (options) => {
      const subject = this.subject();
      const request = { n: subject.n, nCoords: Math.max(1, subject.nCoords), maxDim };
      if (subject.cloud.pairs) this.runner.control.announce(''); // how many pairs lie below a scale decides, not how many points
      else this.scope.estimate(request).then((estimate) => this.runner.control.predict(estimate), () => {});
      const layout = await this.layout(subject, options);
      const view = (/** @type {any} */ barcode) => ({
        title: subject.name, barcode, labels: subject.labels, classes: subject.classes, ...layout,
        edges: () => this.scope.edges(subject.cloud, { limit: MAX_EDGES }),
        representative: (/** @type {number} */ interval) => this.scope.representative(subject.cloud, barcode, interval),
        describe: (/** @type {number} */ point) => `point ${point}${subject.points ? ` (${[...subject.points.subarray(point * subject.nCoords, (point + 1) * subject.nCoords)].slice(0, 4).map((v) => v.toPrecision(3)).join(', ')}${subject.nCoords > 4 ? ', …' : ''})` : ''}`,
        sample: () => null,
        hasAllEdges: subject.cloud.pairs ? (/** @type {number} */ count) => 2 * count >= subject.cloud.pairs.length : allEdgesOf(subject.n),
        empty: `with ${plural(subject.n, 'point')} none appeared`,
      });
      const unfinished = () => Promise.reject(new Error('the barcode is still being computed'));
      const growing = new GrowingBarcode({ maxDim, threshold }, (found) => this.explorer.preview({ ...view(found), representative: unfinished }));
      const barcode = await this.scope.barcode(subject.cloud, { maxDim, threshold, onIntervals: (found) => growing.add(found), ...options });
      await growing.drawing;
      this.shown = { name: subject.name, n: subject.n, nCoords: subject.nCoords, maxDim, threshold, metric: this.state.choices.metric, barcode };
      await this.explorer.show(view(barcode));
      this.describe(subject);
    });
  }

  /** Positions for the picture: the plane itself, or the first two principal components; distances alone by multidimensional scaling. @param {any} subject @param {any} options */
  async layout({ points, n, nCoords, cloud }, options) {
    if (cloud.pairs) return { positions: await planeOfPairs(cloud), xLabel: 'laid out to match the shortest ways along pairs', yLabel: '' };
    if (!points) return { positions: await planeOf(cloud.distances, n), xLabel: 'laid out to match the distances', yLabel: '' };
    if (nCoords === 2) return { positions: points, xLabel: 'x', yLabel: 'y' };
    const data = /** @type {any} */ ({ kind: 'samples', name: 'points', n, shape: [nCoords], values: points, labels: null, classes: [], notes: [] });
    const { layers } = await this.scope.analyse({ data, samples: n, maxDim: 0, scaling: 'none' }, options);
    return { positions: layers[0].projection, ...axisNames(layers[0].explained) };
  }

  /** @param {any} subject */
  describe({ name, n, nCoords, words, cloud }) {
    const given = cloud.pairs ? `${plural(n, 'point')}, given by the distances of ${plural(cloud.lengths.length, 'pair')}. All others are infinitely far apart and are never joined: pieces and loops that no pair closes stay to the end.` : `${plural(n, 'point')}, given by their distances.`;
    byId('points-words').replaceChildren(
      element('h2', {}, /^[a-z ]+$/.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name),
      ...(words ? [element('p', {}, words)] : []),
      nCoords ? element('p', {}, `${plural(n, 'point')} in R`, element('sup', {}, String(nCoords)), '.') : element('p', {}, given),
      ...this.explorer.sentences().map((sentence) => element('p', {}, `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`)),
      element('p', { className: 'quiet' }, 'Move the scale: two points are joined as soon as they are at most that far apart; three joined points are filled in. An interval is one piece, loop or hollow: from where it appears to where it is gone.'),
    );
  }
}
