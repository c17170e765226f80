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
 * @param {{layer: import('../bettiscope.js').LayerResult, cloud: import('../bettiscope.js').Cloud, data: import('../bettiscope.js').Samples,
 *   settings: any, scope: import('../bettiscope.js').Bettiscope}} chosen
 * @returns {import('./explorer.js').Subject}
 */
export function layerSubject({ layer, cloud, data, settings, scope }) {
  const rows = cloud.index;
  const isPooled = layer.clouds.length === 1;
  const positions = new Float32Array(rows.length * 2);
  rows.forEach((row, i) => positions.set(layer.projection.subarray(2 * row, 2 * row + 2), 2 * i));
  const labels = layer.labels && Uint16Array.from(rows, (row) => /** @type {Uint16Array} */ (layer.labels)[row]);
  const source = { points: layer.points, nCoords: layer.nCoords, metric: settings.metric, scaling: settings.scaling, rows };
  const sampleOf = (/** @type {number} */ point) => layer.sample[rows[point]];
  const className = (/** @type {number} */ point) => (labels ? ` (${layer.classes[labels[point]]})` : '');
  return {
    title: isPooled ? layer.label : `${layer.label}, ${cloud.name}`,
    positions, labels, classes: layer.classes, barcode: cloud.barcode, ...axisNames(layer.explained),
    edges: () => scope.edges(source, { limit: MAX_EDGES }),
    representative: (interval) => scope.representative(source, cloud.barcode, interval),
    describe: (point) => `sample ${sampleOf(point)}${className(point)}`,
    sample: (point) => ({ data, index: sampleOf(point) }),
    empty: `with ${plural(rows.length, 'point')} none appeared`,
    hasAllEdges: allEdgesOf(rows.length),
    classOnly: isPooled ? '' : cloud.name,
    allLabels: layer.labels,
  };
}
