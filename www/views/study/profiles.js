/**
 * Lines over depth: what the views Profile, Architectures, Data sets, Activations and Attack strength draw.
 *
 * @typedef {import('./collection.js').Collection} Collection
 * @typedef {import('./collection.js').Member} Member
 * @typedef {import('./collection.js').Profile} Profile
 * @typedef {{member: string, layer: string, descriptor: string}} Point which number
 * @typedef {{cell?: [number, number], series: number, x: number, y: number, lines: string[], point: Point}} Mark where a number is drawn
 * @typedef {{id: string, title: string, label: string, height: (width: number) => number, figure: (width: number) => Record<string, any>, marks: Mark[], wide?: boolean, highlight?: number}} Drawing
 * @typedef {{name?: string, color?: string, value?: number, dashed?: boolean}} Look
 * @typedef {'trained' | 'all' | 'none'} Bands whose spread is drawn
 */
import { short } from '../../dom.js';
import { axisLabel, descriptorOf, familyName, profileOf, stageName } from './collection.js';

export const DEPTH = 'relative depth';

/** The scale of test accuracy. @param {string} [label] */
export const accuracyScale = (label = 'test accuracy') => ({ label, spread: 'error', percent: true });

/** @param {number | null | undefined} share */
export const percent = (share) => (typeof share === 'number' ? `${(100 * share).toFixed(1)} %` : 'unknown');

/**
 * Checkpoints of one family, coloured by test accuracy.
 * @param {Member[]} members @param {string} descriptor @param {Bands} bands
 */
export function checkpointLines(members, descriptor, bands) {
  const valued = members.filter(({ accuracy }) => accuracy !== null).length > 1;
  const best = members.reduce((a, b) => ((b.accuracy ?? 0) >= (a.accuracy ?? 0) ? b : a), members[0]);
  return members.map((member) => line(profileOf(member, descriptor), valued && member.accuracy !== null ? { value: member.accuracy } : { color: 'class0', name: members.length > 1 ? stageName(member.network) : '' },
    bands === 'all' || (bands === 'trained' && member === best)));
}

/** @param {Profile} profile @param {Look} look @param {boolean} band */
export function line(profile, look, band) {
  const { rows } = profile;
  const spread = band && rows.some((row) => row.low !== null && row.high !== null) ? { low: rows.map((row) => row.low), high: rows.map((row) => row.high) } : {};
  return { profile, series: { name: '', ...look, x: rows.map((row) => row.depth), y: rows.map((row) => row.value), ...spread } };
}

/** @param {{profile: Profile}[]} lines @param {Collection} collection @param {[number, number]} [cell] @returns {Mark[]} */
export function marksOf(lines, collection, cell) {
  return lines.flatMap(({ profile }, series) => profile.rows.filter((row) => row.value !== null).map((row) => ({
    cell, series, x: row.depth, y: /** @type {number} */ (row.value), lines: tell(profile, row, collection), point: { member: profile.member.key, layer: row.layer, descriptor: profile.descriptor },
  })));
}

/** The exact number in words. @param {Profile} profile @param {import('./collection.js').Row} row @param {Collection} collection */
function tell({ member, descriptor, cloud }, row, collection) {
  const entry = descriptorOf(collection, descriptor);
  const spread = row.low !== null && row.high !== null ? ` (${short(row.low)} to ${short(row.high)})` : '';
  return [
    `${familyName(member.network)}, ${stageName(member.network)}${member.accuracy === null ? '' : `, test accuracy ${percent(member.accuracy)}`}`,
    `${row.layer}, relative depth ${short(row.depth)}`,
    `${entry.label}: ${row.value}${spread}`,
    [axisLabel(entry, cloud), `n = ${row.n}`, row.note].filter(Boolean).join('; '),
  ];
}

/**
 * One picture per descriptor.
 * @param {Collection} collection @param {string[]} descriptors
 * @param {(descriptor: string) => {profile: Profile, series: Record<string, any>}[]} linesOf
 * @param {Record<string, any>} [more] fields of the figures
 * @returns {Drawing[]}
 */
export function pictures(collection, descriptors, linesOf, more = {}) {
  return descriptors.map((descriptor) => {
    const lines = linesOf(descriptor);
    const entry = descriptorOf(collection, descriptor);
    const cloud = lines[0]?.profile.cloud ?? '';
    const marks = marksOf(lines, collection);
    return {
      id: `lines-${descriptor}`, title: `${entry.label} over depth`, label: `${entry.label} over relative depth`, marks,
      height: (width) => Math.round(Math.max(250, Math.min(360, width * 0.86))),
      figure: () => ({ kind: 'profile', title: `${entry.label} over depth`, series: lines.map(({ series }) => series), xLabel: DEPTH, yLabel: axisLabel(entry, cloud), ...more }),
    };
  });
}

/**
 * Families side by side, a row of panels per descriptor: the paper's main figure.
 * @param {Collection} collection @param {string[]} descriptors @param {Bands} bands
 * @returns {Drawing}
 */
export function sheet(collection, descriptors, bands) {
  const { families } = collection;
  const rows = descriptors.map((descriptor) => families.map(({ members }) => checkpointLines(members, descriptor, bands)));
  const columns = (/** @type {number} */ width) => Math.max(1, Math.min(families.length, width < 560 ? 2 : Math.floor(width / 126)));
  return {
    id: 'sheet', title: 'Descriptors over depth, by family', label: 'descriptors over relative depth, a column per family', wide: true,
    marks: rows.flatMap((cells, r) => cells.flatMap((lines, c) => marksOf(lines, collection, [r, c]))),
    height: (width) => 60 + descriptors.length * (46 + Math.ceil(families.length / columns(width)) * (width < 560 ? 150 : 168)),
    figure: (width) => ({
      kind: 'multiples', title: 'Descriptors over depth, by family', columns: columns(width), xLabel: DEPTH, colorScale: accuracyScale(),
      rows: descriptors.map((descriptor, r) => {
        const entry = descriptorOf(collection, descriptor);
        return {
          title: entry.label, yLabel: axisLabel(entry, rows[r][0]?.[0]?.profile.cloud ?? ''),
          cells: families.map(({ name }, c) => ({ title: name, series: rows[r][c].map(({ series }) => series) })),
        };
      }),
    }),
  };
}
