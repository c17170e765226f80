/** Heat maps, relations and fits of the Study place. */
import { short } from '../../dom.js';
import { axisLabel, descriptorOf, familyName, profileOf, stageName } from './collection.js';
import { percent } from './profiles.js';

/**
 * @typedef {import('./collection.js').Collection} Collection
 * @typedef {import('./collection.js').Member} Member
 * @typedef {import('./profiles.js').Drawing} Drawing
 * @typedef {Record<string, number | null> & {n: number}} Correlation
 */

/**
 * Layers by checkpoints: how a descriptor changes through training.
 * @param {Collection} collection @param {Member[]} members @param {string} descriptor @param {number} step the chosen checkpoint
 * @returns {Drawing}
 */
export function trainingMap(collection, members, descriptor, step) {
  const entry = descriptorOf(collection, descriptor);
  const profiles = members.map((member) => profileOf(member, descriptor));
  const layers = [...new Map(profiles.flatMap(({ rows }) => rows.map((row) => [row.layer, row.depth]))).entries()].toSorted((a, b) => a[1] - b[1]).map(([layer]) => layer);
  const rowOf = (/** @type {import('./collection.js').Profile} */ profile, /** @type {string} */ layer) => profile.rows.find((row) => row.layer === layer);
  const title = `${entry.label}: layers through training`;
  return {
    id: 'training-map', title, label: `${entry.label} by layer and checkpoint`, highlight: step,
    height: (width) => Math.round(Math.max(250, Math.min(360, width * 0.86))),
    marks: layers.flatMap((layer, r) => profiles.flatMap((profile, c) => {
      const row = rowOf(profile, layer);
      return row ? [{ series: r, x: c + 0.5, y: r + 0.5, point: { member: profile.member.key, layer, descriptor },
        lines: [`${layer}, ${stageName(profile.member.network)}`, `test accuracy ${percent(profile.member.accuracy)}`, `${entry.label}: ${row.value ?? 'undefined'}${row.note ? ` (${row.note})` : ''}`] }] : [];
    })),
    figure: () => ({
      kind: 'heatmap', title, rowNames: layers, columnNames: members.map(({ network }) => stageName(network).replace(/^epoch /, '')), numbers: true,
      values: layers.flatMap((layer) => profiles.map((profile) => rowOf(profile, layer)?.value ?? null)),
      colorScale: { label: entry.label }, xLabel: 'training (epochs)', yLabel: 'layer, in depth order',
    }),
  };
}

/**
 * A descriptor at one layer against the test error, a point per network.
 * @param {Collection} collection @param {Member[]} members @param {string} descriptor @param {string} layer @param {Correlation | null} correlation
 * @returns {Drawing}
 */
export function relation(collection, members, descriptor, layer, correlation) {
  const entry = descriptorOf(collection, descriptor);
  const found = relationPoints(members, descriptor, layer);
  const families = [...new Set(found.map(({ member }) => groupName(member)))];
  const groups = families.length > 1 && families.length <= 8 ? families : [];
  const title = `${entry.label} at ${layer} against test error`;
  return {
    id: 'relation', title, label: title, wide: true,
    height: (width) => Math.round(Math.max(320, Math.min(460, width * 0.5))),
    marks: found.map(({ member, row, error }) => ({
      series: 0, x: row.value, y: error, point: { member: member.key, layer, descriptor },
      lines: [member.network.name ?? member.key, `${entry.label} at ${layer}: ${row.value}`, `test error ${percent(error)} (accuracy ${percent(member.accuracy)})`, hyperWords(member)].filter(Boolean),
    })),
    figure: () => ({
      kind: 'relation', title, line: true, groups, note: correlationWords(correlation),
      points: found.map(({ member, row, error }) => ({ x: row.value, y: error, group: groups.length ? groups.indexOf(groupName(member)) : 0, name: found.length <= 16 ? member.network.name ?? member.key : '' })),
      xLabel: `${entry.label} at ${layer} (${axisLabel(entry, found[0]?.cloud ?? '')})`, yLabel: 'test error',
    }),
  };
}

/** The networks that have a number at the layer and a test accuracy. @param {Member[]} members @param {string} descriptor @param {string} layer */
export function relationPoints(members, descriptor, layer) {
  return members.flatMap((member) => {
    const { rows, cloud } = profileOf(member, descriptor);
    const row = rows.find((it) => it.layer === layer);
    if (row?.value === undefined || row.value === null || member.accuracy === null) return [];
    return [{ member, cloud, row: { ...row, value: row.value }, error: 1 - member.accuracy }];
  });
}

/** “Pearson 0.87 (0.7 to 0.94), Spearman …: 95 % bootstrap intervals”. @param {Correlation | null} found */
export function correlationWords(found) {
  if (!found) return '';
  const one = (/** @type {string} */ name) => {
    const [value, low, high] = [found[name], found[`${name}Low`], found[`${name}High`]];
    if (value === null || value === undefined) return 'undefined';
    return low === null || low === undefined || high === null || high === undefined ? short(value) : `${short(value)} (${short(low)} to ${short(high)})`;
  };
  return `Pearson ${one('pearson')}, Spearman ${one('spearman')}; ${found.n} networks`;
}

/** @param {Member} member */
const groupName = ({ network }) => (network.hyper?.depth ? `depth ${network.hyper.depth}` : familyName(network));

/** How a network was made. @param {Member} member */
export function hyperWords({ network: { hyper } }) {
  return hyper ? Object.entries(hyper).map(([name, value]) => `${name} ${value}`).join(', ') : '';
}

/** Names of measures between layers. */
export const MEASURES = {
  cka: { label: 'linear CKA, debiased', formula: 'HSIC(K, L) / √(HSIC(K, K) HSIC(L, L)) with the unbiased HSIC of linear kernels; 1 means alike up to rotation and scale', source: 'Kornblith et al. 2019; Nguyen, Raghu and Kornblith 2021' },
  'cka-biased': { label: 'linear CKA', formula: '‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖) of centred points (Frobenius norms)', source: 'Kornblith et al. 2019' },
  rtd: { label: 'RTD', formula: 'sum of H1 lengths of the barcode of the two clouds’ union graph, each divided by its 0.9-quantile of distances, mean of both orders and of batches; 0 means equal', source: 'Barannikov et al. 2022' },
  'neighbour-overlap': { label: 'neighbour overlap', formula: 'share of the k nearest neighbours that two layers have in common', source: 'Doimo et al. 2020' },
  'sliced-wasserstein-0': { label: 'sliced Wasserstein, H0', formula: 'mean over directions of the distance between projected persistence diagrams', source: 'Carrière, Cuturi and Oudot 2017' },
  'sliced-wasserstein-1': { label: 'sliced Wasserstein, H1', formula: 'mean over directions of the distance between projected persistence diagrams', source: 'Carrière, Cuturi and Oudot 2017' },
};

/** @param {string} measure */
export const measureLabel = (measure) => /** @type {Record<string, {label: string}>} */ (MEASURES)[measure]?.label ?? measure;

/** How alike layers are. @param {import('../../bettiscope/report.js').Matrix} matrix @param {number} i @param {Collection} collection @returns {Drawing} */
export function similarity(matrix, i, collection) {
  const name = (/** @type {string} */ id) => collection.members.find(({ network }) => network.id === id)?.network.name ?? id;
  const label = measureLabel(matrix.measure);
  const share = /cka|overlap/.test(matrix.measure);
  const own = matrix.a === matrix.b;
  const title = own ? `${label}: layers of ${name(matrix.a)}` : `${label}: ${name(matrix.a)} against ${name(matrix.b)}`;
  return {
    id: `similarity-${i}`, title, label: title,
    height: (width) => Math.round(Math.min(520, width * 0.86) + 40),
    marks: matrix.rows.flatMap((row, r) => matrix.columns.map((column, c) => ({
      series: r, x: c + 0.5, y: r + 0.5, point: { member: matrix.a, layer: row, descriptor: matrix.measure },
      lines: [own ? `${row} and ${column}` : `${row} of ${name(matrix.a)}`, ...(own ? [] : [`${column} of ${name(matrix.b)}`]), `${label}: ${matrix.values[r][c] ?? 'undefined'}`],
    }))),
    figure: () => ({
      kind: 'heatmap', title, rowNames: matrix.rows, columnNames: matrix.columns, values: matrix.values.flat(), numbers: true,
      colorScale: { label, ...(share ? { low: 0, high: 1 } : { low: 0 }) },
      xLabel: own ? 'layer' : name(matrix.b), yLabel: own ? 'layer' : name(matrix.a),
    }),
  };
}

/** The line behind a PH dimension. @param {import('../../bettiscope/report.js').Fit[]} fits @param {string} of */
export function fitFigure(fits, of) {
  const named = fits.length > 1;
  return {
    kind: 'fit', title: `Log–log fit of ${of}`, xLabel: 'points n', yLabel: 'sum E of H0 lengths',
    fits: fits.map((fit, i) => ({ name: named ? fit.class : '', color: named ? `class${i % 10}` : 'h0', sizes: fit.sizes, sums: fit.sums, slope: fit.slope, intercept: fit.intercept, r2: fit.r2 })),
  };
}
