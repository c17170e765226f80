import { lastScale } from '../betti.js';
import { INPUT_LAYER } from '../bettiscope.js';
import { element, short } from '../dom.js';
import { theme } from '../theme.js';

/**
 * The observed layers in depth order: the network's picture and the navigation at once. A row fills in when its result
 * arrives.
 *
 * @typedef {import('../bettiscope.js').LayerResult} LayerResult
 * @typedef {{row: HTMLElement, barcode: import('../bettiscope.js').Barcode | null}} Row
 */
export class Strata {
  /**
   * @param {{list: HTMLElement, note: HTMLElement}} hosts a listbox and the place for its convention
   * @param {{draw: (figure: any) => Promise<{svg: string}>, onSelect: (id: string) => void}} options
   */
  constructor({ list, note }, { draw, onSelect }) {
    this.host = list;
    this.note = note;
    this.draw = draw;
    this.onSelect = onSelect;
    this.selected = '';
    /** The end of the scale that the network's layers share. */
    this.end = 0;
    this.setting = '';
    /** @type {Map<string, Row>} */
    this.rows = new Map();
    list.addEventListener('keydown', (event) => this.onKey(event));
    theme.addEventListener('change', () => this.drawAll());
  }

  /**
   * @param {{id: string, label: string, op: string, shape?: (number | null)[]}[]} layers nothing new is known of them yet
   * @param {string} setting as long as it stays the same, the miniatures keep their scale and can be compared
   */
  expect(layers, setting) {
    if (setting !== this.setting) this.end = 0;
    this.setting = setting;
    const same = layers.length === this.rows.size && layers.every(({ id }) => this.rows.has(id));
    if (same) for (const { row } of this.rows.values()) row.classList.add('waiting');
    else {
      this.rows = new Map(layers.map((layer) => [layer.id, { row: this.makeRow(layer), barcode: null }]));
      this.host.replaceChildren(...[...this.rows.values()].map(({ row }) => row));
    }
    for (const { id, op, shape } of layers) {
      const sizes = shape?.slice(1).filter((s) => s !== null).join('×') ?? '';
      const kind = [id === INPUT_LAYER ? '' : op, sizes].filter(Boolean).join(' ');
      const row = /** @type {Row} */ (this.rows.get(id)).row;
      row.title = `${id}, ${kind}`;
      /** @type {HTMLElement} */ (row.querySelector('.kind')).textContent = kind;
    }
    this.select(this.selected);
  }

  /** @param {{id: string, label: string}} layer */
  makeRow({ id, label }) {
    return element('li', { role: 'option', className: 'stratum waiting', tabindex: '-1', 'data-layer': id, 'aria-selected': 'false', onclick: () => this.onSelect(id) },
      element('span', { className: 'name' }, label), element('span', { className: 'kind' }),
      element('span', { className: 'miniature', 'aria-hidden': 'true' }), element('span', { className: 'sums' }, 'waiting'));
  }

  /** What was not reached, after a run that was stopped: earlier numbers would belong to other settings. */
  giveUp() {
    for (const entry of this.rows.values()) {
      if (!entry.row.classList.contains('waiting')) continue;
      entry.barcode = null;
      const miniature = /** @type {HTMLElement} */ (entry.row.querySelector('.miniature'));
      miniature.dataset.wanted = '';
      miniature.replaceChildren();
      /** @type {HTMLElement} */ (entry.row.querySelector('.sums')).textContent = 'not measured';
    }
  }

  /** @param {LayerResult} layer @param {import('../bettiscope.js').Cloud} cloud whose barcode stands for the layer */
  fill(layer, cloud) {
    const entry = this.rows.get(layer.id);
    if (!entry) return;
    entry.barcode = cloud.barcode;
    /** @type {HTMLElement} */ (entry.row.querySelector('.miniature')).dataset.wanted = '';
    entry.row.classList.remove('waiting');
    const sums = meanLifespans(layer);
    /** @type {HTMLElement} */ (entry.row.querySelector('.sums')).replaceChildren(...sums.map((sum, dim) => element('span', { className: `h${dim}`, title: `H${dim} lifespan sum ${sum}` }, short(sum))));
    const last = layer.id === INPUT_LAYER ? 0 : lastScale(cloud.barcode);
    if (last <= this.end) return void this.drawMiniature(layer.id);
    this.end = last;
    this.drawAll();
  }

  drawAll() {
    for (const id of this.rows.keys()) this.drawMiniature(id);
    const own = this.rows.has(INPUT_LAYER) && this.end > 0 ? '; the input has its own' : '';
    this.note.textContent = this.end > 0 ? `Miniatures share one scale, 0 to ${short(this.end)}${own}.` : '';
  }

  /** @param {string} id */
  async drawMiniature(id) {
    const entry = this.rows.get(id);
    if (!entry?.barcode) return;
    const host = /** @type {HTMLElement} */ (entry.row.querySelector('.miniature'));
    const xMax = id === INPUT_LAYER || this.end === 0 ? undefined : this.end;
    const wanted = JSON.stringify([xMax, theme.name]);
    if (host.dataset.wanted === wanted) return;
    host.dataset.wanted = wanted;
    const { svg } = await this.draw({ kind: 'barcode', barcode: entry.barcode, compact: true, maxBars: 60, width: 96, height: 34, theme: theme.name, xMax });
    if (host.dataset.wanted === wanted) host.innerHTML = svg;
  }

  /** @param {string} id */
  select(id) {
    this.selected = id;
    for (const [key, { row }] of this.rows) {
      const chosen = key === id;
      row.setAttribute('aria-selected', String(chosen));
      row.tabIndex = chosen ? 0 : -1;
      if (chosen) this.reveal(row);
    }
  }

  /** Scrolls the list, never the page. @param {HTMLElement} row */
  reveal(row) {
    const { host } = this;
    if (host.scrollWidth > host.clientWidth) host.scrollLeft = row.offsetLeft - host.offsetLeft - (host.clientWidth - row.offsetWidth) / 2;
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const ids = [...this.rows.keys()];
    const at = ids.indexOf(this.selected);
    const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: ids.length - 1 }[event.key];
    if (to === undefined || !ids[to]) return;
    event.preventDefault();
    this.onSelect(ids[to]);
    this.rows.get(ids[to])?.row.focus();
  }
}

/** @param {LayerResult} layer @returns {number[]} lifespan sums per dimension, the mean over the layer's clouds */
export function meanLifespans({ clouds }) {
  return clouds[0].lifespans.map((_, dim) => clouds.reduce((sum, cloud) => sum + cloud.lifespans[dim], 0) / clouds.length);
}
