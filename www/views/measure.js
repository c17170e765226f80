import { closeLikeAMenu, element, plural } from '../dom.js';
import { expandChoice, shortenChoice } from '../layer-choice.js';
import { METRICS } from '../state.js';
import { LayerChooser } from './layer-chooser.js';

/**
 * The sheet with all settings of a measurement. Every control writes one choice.
 *
 * @typedef {import('../state.js').State} State
 */

const SELECTS = /** @type {const} */ ([
  ['pooling', 'layer → points', [['default', 'as the network proposes'], ['mean', 'mean over positions or tokens'], ['class-token', 'class token'], ['flatten', 'all values in a row'], ['positions', 'each position or token is a point']]],
  ['scaling', 'scaling', [['min-max', 'min–max per coordinate'], ['none', 'none']]],
  ['metric', 'metric', METRICS.map((m) => [m, m])],
  ['maxDim', 'highest dimension', [['0', 'H0 — pieces'], ['1', 'H1 — and loops'], ['2', 'H2 — and hollows (slow)']]],
  ['clouds', 'clouds', [['pooled', 'all samples together'], ['per-class', 'one per class']]],
]);

export class MeasureSheet {
  /** @param {HTMLElement} host @param {HTMLElement} summary @param {State} state @param {(nLayers: number) => Promise<string>} estimate what so many layers need, in words */
  constructor(host, summary, state, estimate) {
    this.state = state;
    this.summary = summary;
    /** @type {Record<string, HTMLInputElement | HTMLSelectElement>} */
    this.controls = {};
    const number = (/** @type {string} */ name, /** @type {string} */ label, /** @type {object} */ properties) => {
      const input = element('input', { type: 'number', id: `choose-${name}`, inputMode: 'decimal', ...properties, onchange: () => this.choose(name, input.value) });
      this.controls[name] = input;
      return element('label', { for: input.id }, element('span', {}, label), input);
    };
    const selects = SELECTS.map(([name, label, values]) => {
      const select = element('select', { id: `choose-${name}`, onchange: () => this.choose(name, select.value) }, ...values.map(([value, words]) => element('option', { value }, words)));
      this.controls[name] = select;
      return element('label', { for: select.id }, element('span', {}, label), select);
    });
    this.layerCount = element('span', {});
    this.chooser = new LayerChooser({ onAccept: (ids) => this.chooseLayers(ids), estimate });
    /** @type {import('./layer-chooser.js').Offered[]} */
    this.layers = [];
    /** @type {import('../bettiscope.js').Network | null} */
    this.network = null;
    this.openChooser = element('button', { type: 'button', disabled: true, onclick: () => this.chooser.open(this.layers, this.network, this.chosenLayers()) }, 'Choose layers …');
    host.append(
      element('div', { className: 'settings' },
        number('samples', 'samples', { min: '1', max: '100000', step: '1' }), number('seed', 'seed of the draw', { min: '0', step: '1' }),
        ...selects, number('threshold', 'threshold (empty: none)', { min: '0', step: 'any' })),
      element('div', { className: 'layers-line' }, this.layerCount, this.openChooser),
    );
    state.onChange(() => this.update());
    closeLikeAMenu(/** @type {HTMLDetailsElement} */ (host.closest('details')));
    this.update();
  }

  /** @param {import('./layer-chooser.js').Offered[]} layers what can be observed @param {import('../bettiscope.js').Network | null} network */
  offer(layers, network) {
    Object.assign(this, { layers, network });
    this.openChooser.disabled = layers.length === 0;
    this.update();
  }

  get choices() {
    return { layers: this.layers, presets: this.network?.presets ?? [] };
  }

  /** @returns {string[]} */
  chosenLayers() {
    return expandChoice(this.state.choices.layers, this.choices);
  }

  /** @param {string[]} ids */
  chooseLayers(ids) {
    this.state.set({ layers: shortenChoice(ids, this.choices) }, { step: true });
  }

  /** @param {string} name @param {string} value */
  choose(name, value) {
    if (name === 'threshold') this.state.set({ threshold: Number(value) > 0 ? Number(value) : null });
    else if (name === 'samples' || name === 'seed' || name === 'maxDim') {
      const n = Math.round(Number(value));
      if (Number.isFinite(n) && n >= (name === 'samples' ? 1 : 0)) this.state.set({ [name]: n });
      this.update();
    } else this.state.set({ [name]: value });
  }

  update() {
    const { choices } = this.state;
    for (const [name, control] of Object.entries(this.controls)) {
      if (document.activeElement !== control) control.value = choices[name] ?? '';
    }
    const n = this.layers.filter((layer) => !('partOf' in layer) || layer.partOf === null).length;
    this.layerCount.textContent = n ? `${this.chosenLayers().length} of ${plural(n, 'layer')} observed` : '';
    const scaling = choices.scaling === 'min-max' ? 'min–max' : 'unscaled';
    this.summary.textContent = `${choices.samples} samples · H0–H${choices.maxDim} · ${choices.clouds === 'pooled' ? 'pooled' : 'per class'} · ${scaling}`;
  }
}
