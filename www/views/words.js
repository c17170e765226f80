import { summary } from '../betti.js';
import { element, plural, short } from '../dom.js';

/** @type {Record<string, string>} */
const POOLINGS = { mean: 'the mean over its positions', 'class-token': 'its class token', 'class-token-or-mean': 'its class token; the mean over its positions if it is a feature map', flatten: 'all its values in a row', positions: 'one point per position', stored: 'the mean over its positions, where it has any' };

/**
 * What am I seeing? Two or three sentences about the selected layer, then the numbers' conventions and source.
 *
 * @param {HTMLElement} host
 * @param {{layer: import('../bettiscope.js').LayerResult, cloud: import('../bettiscope.js').Cloud, choices: import('../state.js').Choices,
 *   networkName: string, fileName: string, dataName: string, isText: boolean, pooling: string, layers: import('../bettiscope.js').LayerResult[], accuracy: number | null}} shown
 */
export function showWords(host, { layer, cloud, choices, networkName, fileName, dataName, isText, pooling, layers, accuracy }) {
  const [pieces, loops, hollows] = summary(cloud.barcode);
  const sentences = [];
  const who = cloud.name === 'all' ? plural(cloud.index.length, 'point') : `${plural(cloud.index.length, 'point')} of class ${cloud.name}`;
  sentences.push(`At “${layer.label}” each ${isText ? (choices.pooling === 'positions' ? 'token' : 'text') : choices.pooling === 'positions' ? 'position' : 'sample'} is a point with ${plural(layer.nCoords, 'coordinate')}; you see ${who}.`);
  sentences.push(trend(layers, layer.id, 0));
  if (loops) {
    sentences.push(loops.count === 0
      ? `No loops: with ${plural(cloud.index.length, 'point')} no H1 interval appeared${Number.isFinite(cloud.barcode.threshold) ? ` below ${short(cloud.barcode.threshold)}` : ''}.`
      : `${plural(loops.count, 'loop')} ${loops.count === 1 ? 'opens and closes' : 'open and close'} again as the scale grows; the longest lasts ${short(loops.longest)}, ${comparison(loops.longest, pieces.sum / Math.max(1, pieces.count - pieces.essential))} the mean H0 lifespan.`);
  }
  if (hollows) sentences.push(hollows.count === 0 ? 'No hollows (H2).' : `${plural(hollows.count, 'hollow')} (H2).`);
  const facts = [
    ['network', networkName || 'none', fileName],
    ['data', dataName],
    ...(accuracy === null ? [] : [['accuracy here', `${(100 * accuracy).toFixed(1)} % of these samples; chance is ${short(100 / Math.max(1, layer.classes.length))} %`]]),
    ['points', `${cloud.index.length} in R${superscript(layer.nCoords)}`],
    ['pooling', POOLINGS[pooling === 'class-token-or-mean' && layer.shape.length < 4 ? 'class-token' : pooling] ?? pooling],
    ['scaling', choices.scaling === 'min-max' ? 'each coordinate to [0, 1], over all classes' : 'none'],
    ['metric', choices.metric],
    ['filtration', `Vietoris–Rips, by diameter, ${choices.threshold === null ? 'to the enclosing radius' : `to ${choices.threshold}`}`],
    ['coefficients', 'Z/2'],
    ...cloud.lifespans.map((sum, dim) => [`lifespan sum H${dim}`, short(sum), String(sum)]),
  ];
  host.replaceChildren(
    element('h2', {}, 'What am I seeing?'),
    ...sentences.filter(Boolean).map((words) => element('p', {}, words)),
    element('dl', {}, ...facts.flatMap(([term, value, title]) => [element('dt', {}, term), element('dd', { title: title || undefined }, value)])),
    element('details', {}, element('summary', {}, 'Formula and source'),
      element('p', {}, 'The lifespan sum of dimension i is Eⁱ = Σ (death − birth) over the finite intervals of Hᵢ. A falling H0 sum means that the points move together; a falling H1 sum, that fewer loops stand out.'),
      element('p', {}, 'After G. Magai, ', element('a', { href: 'https://arxiv.org/abs/2306.03406' }, 'Deep neural networks architectures from the perspective of manifold learning'), ' (2023). Sums depend on scale and grow with the number of points: compare them only at equal settings.')),
    element('button', { type: 'button', className: 'link', popovertarget: 'help' }, 'How to read these pictures'),
  );
}

/**
 * Where the layer stands on the way through the network.
 * @param {import('../bettiscope.js').LayerResult[]} layers of the network, without its input
 * @param {string} id
 * @param {number} dim
 */
function trend(layers, id, dim) {
  const sums = layers.map((layer) => layer.clouds.reduce((sum, cloud) => sum + cloud.lifespans[dim], 0) / layer.clouds.length);
  const at = layers.findIndex((layer) => layer.id === id);
  if (layers.length < 3) return '';
  if (at < 0) return 'These are the data as they come in. Their cloud has another number of coordinates than the layers, so its sums stand on another scale and are left out of the curves.';
  const top = sums.indexOf(Math.max(...sums));
  const share = Math.round((100 * sums[at]) / sums[top]);
  if (at === top) return 'Its H0 lifespan sum is the largest of all layers: here the points are spread out most.';
  const where = `Its H0 lifespan sum${layers[at].clouds.length > 1 ? ' (mean over the classes)' : ''} is ${share} % of the largest one, at “${layers[top].label}”`;
  return at > top ? `${where}: ${share < 60 ? 'the network has drawn the points together' : 'from there on the points draw together'}.` : `${where}: up to there the cloud still spreads out.`;
}

/** @param {number} value @param {number} reference */
function comparison(value, reference) {
  const ratio = value / reference;
  if (!Number.isFinite(ratio)) return 'compared with';
  return ratio >= 1 ? `${short(ratio)} times` : `${Math.round(100 * ratio)} % of`;
}

/** @param {number} n */
const superscript = (n) => String(n).replace(/\d/g, (d) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(d)]);
