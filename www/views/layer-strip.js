import { plural } from '../dom.js';

/**
 * The network from input to output as one thin strip: a colour for what each layer is for, a mark where it is observed.
 *
 * @typedef {import('../bettiscope.js').Layer} Layer
 */

const SVG = 'http://www.w3.org/2000/svg';

/** In words, in the order of the legend. @type {Record<import('../bettiscope.js').LayerKind, string>} */
export const KINDS = {
  convolution: 'convolution', attention: 'attention', mlp: 'MLP', linear: 'linear', recurrent: 'recurrent', 'residual-add': 'residual add', concatenation: 'concatenation',
  normalisation: 'normalisation', activation: 'activation', pooling: 'pooling', embedding: 'embedding', output: 'output', other: 'other',
};

/**
 * @param {Layer[]} layers those that are no steps of others
 * @param {Set<string>} chosen
 * @returns {SVGSVGElement}
 */
export function layerStrip(layers, chosen) {
  const svg = document.createElementNS(SVG, 'svg');
  const rect = (/** @type {number} */ x, /** @type {number} */ width, /** @type {string} */ kind, /** @type {number} */ y, /** @type {number} */ height) => {
    const made = document.createElementNS(SVG, 'rect');
    for (const [name, value] of Object.entries({ x, width, y, height })) made.setAttribute(name, String(value));
    made.dataset.kind = kind;
    svg.append(made);
  };
  layers.forEach(({ kind, id }, at) => {
    rect(at, 1, kind, 0, 8);
    if (chosen.has(id)) rect(at, 1, 'chosen', 9, 3);
  });
  const title = document.createElementNS(SVG, 'title');
  title.textContent = `From input to output: ${countsOfKinds(layers).map(([kind, n]) => `${n} ${KINDS[kind]}`).join(', ')}; ${plural(layers.filter(({ id }) => chosen.has(id)).length, 'layer')} observed.`;
  svg.prepend(title);
  svg.setAttribute('viewBox', `0 0 ${Math.max(1, layers.length)} 12`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  svg.setAttribute('class', 'layer-strip');
  return svg;
}

/** @param {Layer[]} layers @returns {[import('../bettiscope.js').LayerKind, number][]} */
export function countsOfKinds(layers) {
  const counts = /** @type {[import('../bettiscope.js').LayerKind, number][]} */ (Object.keys(KINDS).map((kind) => [kind, layers.filter((layer) => layer.kind === kind).length]));
  return counts.filter(([, n]) => n > 0);
}
