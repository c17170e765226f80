/** What of a report is stored with the page. */

/** The largest stored report. */
export const MAX_BYTES = 300_000;
const DIGITS = 6;

/** @param {any} value */
const rounded = (value) => (typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value);

/**
 * A report as text: means over the classes and values of pooled clouds, to six significant digits, one row a line. The
 * rows of single classes, the fits and the barcodes come back when the study is run.
 * @param {any} document what `Report.toJSON` gives
 * @returns {string}
 */
export function reduced(document) {
  const column = document.columns.indexOf('class');
  const used = new Set(document.rows.map((/** @type {any[]} */ row) => row[document.columns.indexOf('descriptor')]));
  const { rows, ...rest } = {
    ...document,
    descriptors: document.descriptors.filter((/** @type {any} */ { name }) => used.has(name)),
    rows: document.rows.filter((/** @type {any[]} */ row) => ['mean', 'all'].includes(row[column])),
    fits: [], matrices: [], clouds: [], barcodes: 'omitted',
  };
  const body = rows.map((/** @type {any[]} */ row) => JSON.stringify(row.map(rounded))).join(',\n');
  return `${JSON.stringify(rest).slice(0, -1)},"rows":[\n${body}\n]}\n`;
}
