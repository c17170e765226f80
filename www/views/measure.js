import { closeLikeAMenu, element } from '../dom.js';
import { METRICS } from '../state.js';

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
  /** @param {HTMLElement} host @param {HTMLElement} summary @param {State} state */
  constructor(host, summary, state) {
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
    this.layerList = element('div', { className: 'layer-list', role: 'group', 'aria-label': 'Layers to observe' });
    this.filter = element('input', { type: 'search', placeholder: 'filter layers', 'aria-label': 'Filter layers', oninput: () => this.filterLayers() });
    const all = (/** @type {string} */ words, /** @type {(layer: {observed: boolean}) => boolean} */ wanted) =>
      element('button', { type: 'button', onclick: () => this.chooseLayers(this.layers.filter(wanted).map((l) => l.id)) }, words);
    /** @type {{id: string, label: string, op: string, observed: boolean}[]} */
    this.layers = [];
    host.append(
      element('div', { className: 'settings' },
        number('samples', 'samples', { min: '1', max: '100000', step: '1' }), number('seed', 'seed of the draw', { min: '0', step: '1' }),
        ...selects, number('threshold', 'threshold (empty: none)', { min: '0', step: 'any' })),
      element('fieldset', { className: 'layers' }, element('legend', {}, 'layers to observe'),
        element('div', { className: 'row' }, all('default', (l) => l.observed), all('all', () => true), all('none', () => false), this.filter), this.layerList),
    );
    state.onChange(() => this.update());
    closeLikeAMenu(/** @type {HTMLDetailsElement} */ (host.closest('details')));
    this.update();
  }

  /** @param {{id: string, label: string, op: string, observed: boolean}[]} layers */
  offer(layers) {
    this.layers = layers;
    this.layerList.replaceChildren(...layers.map(({ id, label, op }) => {
      const box = element('input', { type: 'checkbox', value: id, onchange: () => this.chooseLayers([...this.boxes()].filter((b) => b.checked).map((b) => b.value)) });
      return element('label', { title: id }, box, element('span', {}, label), element('small', {}, op));
    }));
    this.filterLayers();
    this.update();
  }

  boxes() {
    return /** @type {NodeListOf<HTMLInputElement>} */ (this.layerList.querySelectorAll('input'));
  }

  filterLayers() {
    const wanted = this.filter.value.toLowerCase();
    for (const label of /** @type {NodeListOf<HTMLElement>} */ (this.layerList.querySelectorAll('label'))) label.hidden = !`${label.textContent} ${label.title}`.toLowerCase().includes(wanted);
  }

  /** @returns {string[]} */
  chosenLayers() {
    return this.state.choices.layers ?? this.layers.filter((l) => l.observed).map((l) => l.id);
  }

  /** @param {string[]} ids */
  chooseLayers(ids) {
    const usual = this.layers.filter((l) => l.observed).map((l) => l.id);
    this.state.set({ layers: JSON.stringify(ids) === JSON.stringify(usual) ? null : ids });
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
    const chosen = new Set(this.chosenLayers());
    for (const box of this.boxes()) box.checked = chosen.has(box.value);
    const scaling = choices.scaling === 'min-max' ? 'min–max' : 'unscaled';
    this.summary.textContent = `${choices.samples} samples · H0–H${choices.maxDim} · ${choices.clouds === 'pooled' ? 'pooled' : 'per class'} · ${scaling}`;
  }
}
