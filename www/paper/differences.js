/**
 * How far numbers computed here are from stored ones.
 *
 * @typedef {{n: number, equal: number, missing: number, largest: number, where: string}} Difference
 * `equal` to the six digits that are stored; `largest` relative difference of the others and where it is; `missing` here or there
 */

/** Stored numbers are rounded to six significant digits. */
const ROUNDING = 5e-6;

/**
 * @param {import('../bettiscope/report.js').Report} stored the numbers that are compared: it may hold fewer than a full report
 * @param {import('../bettiscope/report.js').Report} live
 * @returns {Difference}
 */
export function differences(stored, live) {
  const name = (/** @type {any} */ { network, layer, class: of, descriptor }) => [network, layer, of, descriptor].join(' · ');
  const here = new Map(live.rows().map((row) => [name(row), row.value]));
  const found = { n: 0, equal: 0, missing: 0, largest: 0, where: '' };
  for (const row of stored.rows()) {
    found.n += 1;
    const value = here.get(name(row));
    if (value === undefined || (value === null) !== (row.value === null)) found.missing += 1;
    else if (value === null || row.value === null) found.equal += 1;
    else {
      const difference = Math.abs(value - row.value) / Math.max(Math.abs(value), Math.abs(row.value), Number.MIN_VALUE);
      if (difference <= ROUNDING || value === row.value) found.equal += 1;
      if (difference > found.largest) Object.assign(found, { largest: difference, where: name(row) });
    }
  }
  return found;
}
