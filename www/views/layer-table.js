import { summary } from '../betti.js';
import { element, short } from '../dom.js';

/** @typedef {import('../bettiscope.js').LayerResult} LayerResult */

/**
 * All layers as numbers; per-class clouds are averaged.
 * @param {HTMLTableElement} host
 * @param {LayerResult[]} layers
 */
export function showLayerTable(host, layers) {
  const dims = layers[0]?.clouds[0].lifespans.map((_, dim) => dim) ?? [];
  const perClass = layers.some(({ clouds }) => clouds.length > 1);
  const names = ['layer', 'operator', 'relative depth', 'points', 'coordinates', ...dims.flatMap((d) => [`H${d} intervals`, `H${d} lifespan sum`, `longest H${d}`])];
  host.replaceChildren(
    element('caption', {}, `Lengths are Rips diameters; the longest is the longest finite interval.${perClass ? ' Each number is the mean over the classes.' : ''}`),
    element('thead', {}, element('tr', {}, ...names.map((words) => element('th', { scope: 'col' }, words)))),
    element('tbody', {}, ...layers.map((layer) => row(layer, dims))),
  );
}

/** @param {LayerResult} layer @param {number[]} dims */
function row(layer, dims) {
  const found = layer.clouds.map((cloud) => summary(cloud.barcode));
  const mean = (/** @type {(i: number) => number} */ value) => layer.clouds.reduce((sum, _, i) => sum + value(i), 0) / layer.clouds.length;
  const numbers = [layer.depth, layer.nPoints, layer.nCoords,
    ...dims.flatMap((d) => [mean((i) => found[i][d].count), mean((i) => layer.clouds[i].lifespans[d]), mean((i) => found[i][d].longest)])];
  return element('tr', {}, element('th', { scope: 'row', title: layer.id }, layer.label), element('td', {}, layer.op),
    ...numbers.map((value) => element('td', { title: value }, short(value))));
}
