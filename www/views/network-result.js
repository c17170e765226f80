import { INPUT_LAYER } from '../bettiscope.js';
import { classesOf } from '../bettiscope/analysis.js';
import { byId } from '../dom.js';
import { showCards } from './cards.js';
import { Explorer } from './explorer.js';
import { layerSubject } from './layer-subject.js';
import { showLayerTable } from './layer-table.js';
import { Profile } from './profile.js';
import { Strata } from './strata.js';
import { showWords } from './words.js';

/**
 * A result of the Network place on screen: strata, curves, the selected layer's cloud and barcode, words, cards, table.
 *
 * @typedef {import('../session.js').Result} Result
 * @typedef {import('../bettiscope.js').LayerResult} LayerResult
 */
export class NetworkResult {
  /**
   * @param {import('../bettiscope.js').Bettiscope} scope
   * @param {import('../state.js').State} state
   * @param {import('../session.js').Session} session
   */
  constructor(scope, state, session) {
    this.scope = scope;
    this.state = state;
    this.session = session;
    /** @type {Result | null} what is on screen */
    this.result = null;
    /** @type {Result | null} another checkpoint at the same settings, drawn faintly */
    this.before = null;
    const draw = (/** @type {any} */ figure) => scope.draw(figure);
    const onSelect = (/** @type {string} */ id) => state.set({ layer: id });
    this.strata = new Strata({ list: byId('strata'), note: byId('strata-note') }, { draw, onSelect });
    this.profile = new Profile(byId('profile'), { draw, onSelect });
    this.explorer = new Explorer({ cloud: byId('cloud'), intervals: byId('intervals') }, {
      scope, name: 'network', tallest: 400, view: state.choices.view, scale: state.choices.place === 'network' ? state.choices.scale : null,
      onView: (view) => state.set({ view }), onScale: (scale) => state.set({ scale }), onClass: (label) => this.chooseClass(label),
    });
  }

  /** @param {{id: string, label: string, op: string, shape?: (number | null)[]}[]} rows @param {import('../state.js').Choices} choices */
  expect(rows, choices) {
    this.strata.expect(rows, settingKey(choices));
  }

  /** One layer has been measured: its row fills in, and the curves grow. @param {LayerResult} layer @param {LayerResult[]} [layers] all so far */
  fill(layer, layers) {
    this.strata.fill(layer, this.cloudOf(layer));
    if (layers) this.profile.show(inNetwork(layers), null);
  }

  /** @param {Result} result @param {boolean} [isPartial] whether layers are missing, whose rows stay */
  show(result, isPartial = false) {
    const { layers } = result.analysis;
    const last = this.result;
    const isNeighbour = last?.network && last.choices.network !== result.choices.network && settingKey(last.choices) === settingKey(result.choices);
    if (last !== result) this.before = isNeighbour ? last : null;
    if (!isPartial) this.expect(layers, result.choices);
    for (const layer of layers) this.fill(layer);
    this.profile.show(inNetwork(layers), this.before && { name: this.nameOf(this.before), layers: inNetwork(this.before.analysis.layers) });
    showLayerTable(byId('layer-table'), layers);
    this.showSelected(result);
  }

  /** After a run that failed or was cancelled: what is finished stays, and nothing is lost. @param {Result | null} partial @param {Result | null} earlier what was on screen before */
  settle(partial, earlier) {
    const result = partial?.analysis.layers.length ? partial : (earlier ?? this.result);
    if (result) this.show(result, result !== earlier);
    this.strata.giveUp();
  }

  /** @param {Result | null} result */
  showSelected(result = this.result) {
    if (!result) return;
    this.result = result;
    const { analysis: { layers, accuracy, samples, settings }, network, data, choices } = result;
    const layer = layers.find((l) => l.id === this.state.choices.layer) ?? layers[Math.floor(layers.length / 2)];
    if (!layer) return;
    const cloud = this.cloudOf(layer);
    this.strata.select(layer.id);
    this.profile.select(layer.id);
    this.explorer.show(layerSubject({ layer, cloud, data, seen: samples, networkClasses: classesOf(network), settings: choices, scope: this.scope }));
    showWords(byId('words'), {
      layer, cloud, choices, layers: inNetwork(layers), accuracy, networkName: data.kind === 'activations' ? 'not run here: its activations were stored' : this.nameOf(result), fileName: network?.name ?? '', dataName: data.name,
      isText: data.kind === 'texts', pooling: data.kind === 'activations' ? 'stored' : /** @type {any} */ (settings).pooling,
    });
    showCards(byId('cards'), { entry: this.session.bundled(choices.network), network, dataEntry: this.session.catalog.datasets.find((d) => d.id === choices.data), data });
  }

  /** @param {Result} result */
  nameOf({ choices, network }) {
    return this.session.bundled(choices.network)?.name ?? network?.name ?? '';
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
}

/** Everything but the network that a result depends on: results that agree in it can be compared. Stored activations are network and data at once. @param {import('../state.js').Choices} choices */
const settingKey = ({ network, data, layers, samples, seed, input, pooling, scaling, metric, maxDim, threshold, clouds }) =>
  JSON.stringify([data === network ? '' : data, layers, samples, seed, input, pooling, scaling, metric, maxDim, threshold, clouds]);

/**
 * The layers of the network without its input, which has another number of coordinates: lifespans grow with it, so its
 * sums cannot stand on one scale with theirs. Without a network the input is all there is.
 * @param {LayerResult[]} layers
 */
function inNetwork(layers) {
  const others = layers.filter(({ id }) => id !== INPUT_LAYER);
  return others.length > 0 ? others : layers;
}
