import { element, short } from '../dom.js';
import { theme } from '../theme.js';

/**
 * The observed layers in depth order: the network's picture and the navigation at once. A row fills in when its result
 * arrives.
 *
 * @typedef {import('../bettiscope.js').LayerResult} LayerResult
 */
export class Strata {
  /**
   * @param {HTMLElement} host a listbox
   * @param {{draw: (figure: any) => Promise<{svg: string}>, onSelect: (id: string) => void}} options
   */
  constructor(host, { draw, onSelect }) {
    this.host = host;
    this.draw = draw;
    this.onSelect = onSelect;
    this.selected = '';
    /** @type {Map<string, {row: HTMLElement, barcode: import('../bettiscope.js').Barcode | null}>} */
    this.rows = new Map();
    host.addEventListener('keydown', (event) => this.onKey(event));
    theme.addEventListener('change', () => this.rows.forEach((_, id) => this.drawMiniature(id)));
  }

  /** @param {{id: string, label: string, op: string, shape?: (number | null)[]}[]} layers nothing is known of them yet */
  expect(layers) {
    this.rows.clear();
    this.host.replaceChildren(
      ...layers.map(({ id, label, op, shape }) => {
        const sizes = shape?.slice(1).filter((s) => s !== null).join(' × ') ?? '';
        const row = element('li', { role: 'option', className: 'stratum waiting', tabindex: '-1', 'data-layer': id, 'aria-selected': 'false', onclick: () => this.onSelect(id) },
          element('span', { className: 'name', title: id }, label),
          element('span', { className: 'kind' }, op === label ? sizes : `${op} ${sizes}`),
          element('span', { className: 'miniature', 'aria-hidden': 'true' }),
          element('span', { className: 'sums' }, '…'));
        this.rows.set(id, { row, barcode: null });
        return row;
      }),
    );
    this.select(this.selected);
  }

  /** @param {LayerResult} layer @param {import('../bettiscope.js').Cloud} cloud whose barcode stands for the layer */
  fill(layer, cloud) {
    const entry = this.rows.get(layer.id);
    if (!entry) return;
    entry.barcode = cloud.barcode;
    entry.row.classList.remove('waiting');
    const sums = meanLifespans(layer);
    /** @type {HTMLElement} */ (entry.row.querySelector('.sums')).replaceChildren(...sums.map((sum, dim) => element('span', { className: `h${dim}`, title: `H${dim} lifespan sum ${sum}` }, short(sum))));
    this.drawMiniature(layer.id);
  }

  /** @param {string} id */
  async drawMiniature(id) {
    const entry = this.rows.get(id);
    if (!entry?.barcode) return;
    const host = /** @type {HTMLElement} */ (entry.row.querySelector('.miniature'));
    const { svg } = await this.draw({ kind: 'barcode', barcode: entry.barcode, compact: true, maxBars: 60, width: 96, height: 34, theme: theme.name });
    host.innerHTML = svg;
  }

  /** @param {string} id */
  select(id) {
    this.selected = id;
    for (const [key, { row }] of this.rows) {
      const chosen = key === id;
      row.setAttribute('aria-selected', String(chosen));
      row.tabIndex = chosen ? 0 : -1;
      if (chosen) row.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
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
