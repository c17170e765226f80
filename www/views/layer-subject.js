import { plural } from '../dom.js';

/** Enough for every pair of 300 points; the picture says when there are more. */
export const MAX_EDGES = 45_000;

/** @param {number} n */
export const allEdgesOf = (n) => (/** @type {number} */ count) => count >= (n * (n - 1)) / 2;

/** @param {number[]} explained shares of the variance */
export const axisNames = ([first, second]) => ({
  xLabel: `first principal component (${Math.round(100 * first)} % of the variance)`,
  yLabel: `second (${Math.round(100 * second)} %)`,
});

/**
 * A cloud of a layer as the explorer shows it.
 * @param {{layer: import('../bettiscope.js').LayerResult, cloud: import('../bettiscope.js').Cloud, data: import('../session.js').Data,
 *   seen: import('../bettiscope.js').Seen, networkClasses: string[] | null, settings: any, scope: import('../bettiscope.js').Bettiscope}} chosen
 * @returns {import('./explorer.js').Subject}
 */
export function layerSubject({ layer, cloud, data, seen, networkClasses, settings, scope }) {
  const rows = cloud.index;
  const isPooled = layer.clouds.length === 1;
  const positions = new Float32Array(rows.length * 2);
  rows.forEach((row, i) => positions.set(layer.projection.subarray(2 * row, 2 * row + 2), 2 * i));
  const labels = layer.labels && Uint16Array.from(rows, (row) => /** @type {Uint16Array} */ (layer.labels)[row]);
  const source = { points: layer.points, nCoords: layer.nCoords, metric: settings.metric, scaling: settings.scaling, rows };
  const sampleOf = (/** @type {number} */ point) => layer.sample[rows[point]];
  const className = (/** @type {number} */ point) => (labels ? ` (${layer.classes[labels[point]]})` : '');
  const drawn = new Map([...seen.index].map((sample, i) => [sample, i]));
  const tokens = (/** @type {number} */ point) => seen.tokens?.[/** @type {number} */ (drawn.get(sampleOf(point)))];
  const position = (/** @type {number} */ point) => layer.position?.[rows[point]];
  const verdict = (/** @type {number} */ point) => {
    const prediction = seen.predictions?.[/** @type {number} */ (drawn.get(sampleOf(point)))];
    const name = prediction === undefined ? undefined : networkClasses?.[prediction];
    return name && name !== (labels && layer.classes[labels[point]]) ? `, taken for ${name}` : '';
  };
  const place = (/** @type {number} */ point) => {
    const at = position(point);
    return at === undefined ? '' : `${tokens(point) ? `token “${tokens(point)?.words[at]}”` : `position ${at}`} of `;
  };
  return {
    title: isPooled ? layer.label : `${layer.label}, ${cloud.name}`,
    positions, labels, classes: layer.classes, barcode: cloud.barcode, ...axisNames(layer.explained),
    edges: () => scope.edges(source, { limit: MAX_EDGES }),
    representative: (interval) => scope.representative(source, cloud.barcode, interval),
    describe: (point) => `${place(point)}${data.kind === 'texts' ? 'text' : 'sample'} ${sampleOf(point)}${className(point)}${verdict(point)}`,
    sample: (point) => ({ data, index: sampleOf(point), tokens: tokens(point), position: position(point) }),
    empty: `with ${plural(rows.length, 'point')} none appeared`,
    hasAllEdges: allEdgesOf(rows.length),
    classOnly: isPooled ? '' : cloud.name,
    allLabels: layer.labels,
  };
}
