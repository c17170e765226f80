import { element, plural, short } from '../dom.js';
import { barcodeRows, csv, download } from '../export.js';

const MAX_ROWS = 500;

/** The intervals as numbers: behind every picture of them. */
export class IntervalTable {
  /** @param {HTMLElement} host @param {string} name of the file it saves */
  constructor(host, name) {
    /** @type {import('../bettiscope.js').Barcode | null} */
    this.barcode = null;
    this.table = element('div', { className: 'interval-table', hidden: true, tabindex: '0', role: 'region', 'aria-label': 'Table of intervals' });
    const words = 'Save the intervals as CSV';
    this.save = element('button', {
      type: 'button', className: 'save', title: words, 'aria-label': words,
      onclick: () => this.barcode && download(`${name}-intervals.csv`, csv(barcodeRows(this.barcode)), 'text/csv'),
    }, 'CSV');
    host.append(this.table);
  }

  /** @param {import('../bettiscope.js').Barcode | null} barcode @param {boolean} visible @param {number} height of the picture it stands for, in pixels */
  show(barcode, visible, height) {
    this.barcode = barcode;
    this.table.hidden = !visible;
    if (height > 0) this.table.style.height = `${height}px`;
    if (!visible || !barcode) return this.table.replaceChildren();
    const [head, ...rows] = barcodeRows(barcode);
    this.table.replaceChildren(
      element('table', {},
        element('thead', {}, element('tr', {}, ...head.map((name) => element('th', { scope: 'col' }, String(name))))),
        element('tbody', {}, ...rows.slice(0, MAX_ROWS).map((row) => element('tr', {}, ...row.map(cell))))),
    );
    if (rows.length > MAX_ROWS) this.table.append(element('p', { className: 'quiet' }, `The first ${MAX_ROWS} of ${plural(rows.length, 'interval')}; the CSV holds all.`));
  }
}

/** @param {string | number | null} value @param {number} column */
function cell(value, column) {
  if (column === 0) return element('td', {}, `H${value}`);
  if (typeof value !== 'number') return element('td', {}, String(value ?? ''));
  return element('td', { title: value }, value === Infinity ? '∞' : column < 4 ? value.toFixed(6) : short(value));
}
