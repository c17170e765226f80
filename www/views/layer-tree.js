import { element } from '../dom.js';

/**
 * A tree of check boxes of any length: only the rows in view are elements. Space ticks, arrows move, fold and unfold.
 *
 * @typedef {{key: string, level: number, label: string, detail?: string, kind?: string, shape?: string, parameters?: string, title?: string,
 *   folds: boolean, unfolded: boolean, state: 'true' | 'false' | 'mixed'}} Row
 */

const OVERSCAN = 12;

export class LayerTree {
  /** @param {{onToggle: (key: string) => void, onFold: (key: string, unfold: boolean) => void}} options */
  constructor({ onToggle, onFold }) {
    this.onToggle = onToggle;
    this.onFold = onFold;
    /** @type {Row[]} */
    this.rows = [];
    this.current = '';
    this.window = '';
    this.inner = element('div', { className: 'layer-rows', role: 'presentation' });
    this.host = element('div', { className: 'layer-tree', role: 'tree', 'aria-label': 'Layers', 'aria-multiselectable': 'true', tabindex: '0', onkeydown: (/** @type {KeyboardEvent} */ event) => this.onKey(event) }, this.inner);
    this.host.addEventListener('scroll', () => this.render());
    this.host.addEventListener('click', (event) => this.onClick(event));
  }

  get rowHeight() {
    return matchMedia('(max-width: 760px)').matches ? 44 : 30;
  }

  /** @param {Row[]} rows */
  show(rows) {
    this.rows = rows;
    if (!rows.some(({ key }) => key === this.current)) this.current = rows[0]?.key ?? '';
    this.inner.style.height = `${rows.length * this.rowHeight}px`;
    this.window = '';
    this.render();
  }

  render() {
    const height = this.rowHeight;
    const from = Math.max(0, Math.floor(this.host.scrollTop / height) - OVERSCAN);
    const to = Math.min(this.rows.length, Math.ceil((this.host.scrollTop + (this.host.clientHeight || 400)) / height) + OVERSCAN);
    if (this.window === `${from}-${to}`) return;
    this.window = `${from}-${to}`;
    this.inner.replaceChildren(...this.rows.slice(from, to).map((row, i) => this.element(row, from + i, height)));
    this.point();
  }

  /** @param {Row} row @param {number} at @param {number} height */
  element({ key, level, label, detail, kind, shape, parameters, title, folds, unfolded, state }, at, height) {
    const made = element('div', {
      className: 'layer-row', role: 'treeitem', id: `layer-row-${at}`, title, 'data-key': key, 'aria-level': level, 'aria-checked': state, 'aria-posinset': at + 1, 'aria-setsize': this.rows.length,
      ...(folds ? { 'aria-expanded': String(unfolded) } : {}),
    },
    element('span', { className: 'fold-mark', 'aria-hidden': 'true' }, folds ? (unfolded ? '▾' : '▸') : ''),
    element('span', { className: 'box', 'aria-hidden': 'true' }, { true: '✓', mixed: '–', false: '' }[state]),
    element('span', { className: 'kind-mark', 'aria-hidden': 'true', ...(kind ? { 'data-kind': kind } : {}) }),
    element('span', { className: 'row-label' }, label), element('span', { className: 'row-detail' }, detail ?? ''),
    element('span', { className: 'row-shape' }, shape ?? ''), element('span', { className: 'row-parameters' }, parameters ?? ''));
    made.style.top = `${at * height}px`;
    made.style.setProperty('--level', String(level - 1));
    return made;
  }

  /** Tells assistive technology and the eye where the keyboard is. */
  point() {
    for (const row of /** @type {NodeListOf<HTMLElement>} */ (this.inner.querySelectorAll('.layer-row'))) {
      const isCurrent = row.dataset.key === this.current;
      row.classList.toggle('current', isCurrent);
      if (isCurrent) this.host.setAttribute('aria-activedescendant', row.id);
    }
  }

  /** @param {string} key */
  go(key) {
    const at = this.rows.findIndex((row) => row.key === key);
    if (at < 0) return;
    this.current = key;
    const height = this.rowHeight;
    const { scrollTop, clientHeight } = this.host;
    if (at * height < scrollTop) this.host.scrollTop = at * height;
    else if ((at + 1) * height > scrollTop + clientHeight) this.host.scrollTop = (at + 1) * height - clientHeight;
    this.render();
    this.point();
  }

  /** @param {MouseEvent} event */
  onClick(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const key = /** @type {HTMLElement | null} */ (target.closest('.layer-row'))?.dataset.key;
    const row = this.rows.find((other) => other.key === key);
    if (!row) return;
    this.current = row.key;
    if (row.folds && !target.closest('.box')) this.onFold(row.key, !row.unfolded);
    else this.onToggle(row.key);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const at = this.rows.findIndex((row) => row.key === this.current);
    const row = this.rows[at];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.host.clientHeight / this.rowHeight) - 1);
    const parent = () => this.rows.slice(0, at).findLastIndex(({ level }) => level < row.level);
    const move = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: this.rows.length - 1 }[event.key];
    if (move !== undefined) this.go(this.rows[Math.min(this.rows.length - 1, Math.max(0, move))].key);
    else if (event.key === ' ') this.onToggle(row.key);
    else if (event.key === 'Enter' && row.folds) this.onFold(row.key, !row.unfolded);
    else if (event.key === 'Enter') this.onToggle(row.key);
    else if (event.key === 'ArrowRight' && row.folds && !row.unfolded) this.onFold(row.key, true);
    else if (event.key === 'ArrowRight' && row.folds) this.go(this.rows[at + 1]?.key ?? row.key);
    else if (event.key === 'ArrowLeft' && row.folds && row.unfolded) this.onFold(row.key, false);
    else if (event.key === 'ArrowLeft' && parent() >= 0) this.go(this.rows[parent()].key);
    else return;
    event.preventDefault();
  }
}
