import { isOwnData, percent } from '../catalog.js';
import { element } from '../dom.js';

/**
 * What is known of the chosen network and data, folded away under one telling line each.
 *
 * @param {HTMLElement} host
 * @param {{entry?: import('../catalog.js').BundledNetwork, network: import('../bettiscope.js').Network | null,
 *   dataEntry?: import('../catalog.js').BundledData, data: import('../session.js').Data}} shown
 *   the entries are those of bundled ones
 */
export function showCards(host, { entry, network, dataEntry, data }) {
  const open = new Set([...host.querySelectorAll('details[open]')].map((details) => details.id));
  host.replaceChildren(
    ...(entry ? [card('network-card', `${entry.familyName}: ${entry.parameters.toLocaleString('en')} parameters, ${percent(entry.testAccuracy)} test accuracy`, networkFacts(entry, dataEntry))]
      : network && network.input.kind !== 'stored' ? [card('network-card', network.name, ownFacts(network))] : []),
    card('data-card', dataEntry?.name ?? data.name, dataFacts(data, dataEntry)),
  );
  for (const details of host.querySelectorAll('details')) details.open = open.has(details.id);
}

/** @typedef {[term: string, value: string, title?: string][]} Facts */

/** @param {string} id @param {string} summary @param {Facts} facts */
function card(id, summary, facts) {
  const pairs = facts.flatMap(([term, value, title]) => [element('dt', {}, term), element('dd', { title }, value)]);
  return element('details', { id, className: 'card' }, element('summary', {}, summary), element('dl', {}, ...pairs));
}

/** @param {import('../catalog.js').BundledNetwork} entry @param {import('../catalog.js').BundledData} [dataEntry] @returns {Facts} */
function networkFacts(entry, dataEntry) {
  const { hyper } = entry;
  return [
    ['family', entry.familyName + (entry.activation && entry.activation !== 'relu' ? ` (${entry.activation})` : '')],
    ['trained on', entry.name.split(',')[0].split(' on ').at(-1) ?? entry.dataset, dataEntry && !isOwnData(dataEntry, entry) ? 'you look at other data' : undefined],
    ['checkpoint', `${entry.stage} (epoch ${entry.epoch})`],
    ['training accuracy', percent(entry.trainAccuracy)],
    ['test accuracy', percent(entry.testAccuracy)],
    ['of the bundled test samples', percent(entry.bundledTestAccuracy)],
    ['parameters', entry.parameters.toLocaleString('en')],
    ['width of the clouds', String(entry.width)],
    ['a layer becomes a point by', entry.pooling === 'class-token' ? 'its class token' : 'the mean over positions'],
    ...(entry.maxTokens ? /** @type {Facts} */ ([['reads', `up to ${entry.maxTokens} tokens`]]) : []),
    ...(hyper ? /** @type {Facts} */ ([
      ['blocks', String(hyper.depth)], ['training images', hyper.images.toLocaleString('en')], ['epochs', String(hyper.epochs)], ['learning rate', String(hyper.rate)],
      ['weight decay', String(hyper.decay)], ['random labels', percent(hyper.noise)],
    ]) : []),
    ['seed', String(entry.seed)],
    ['file', `${entry.file}, ${kilobytes(entry.bytes)}`],
    ['licence', entry.licence],
  ];
}

/** @param {import('../bettiscope.js').Network} network @returns {Facts} */
function ownFacts({ input, bytes, layers, metadata, notes }) {
  const sizes = input.shape.slice(1).map((size) => size ?? 'any').join(' × ');
  return [
    ['reads', input.kind === 'tokens' ? `texts, ${sizes} tokens` : sizes],
    ['layers', String(layers.length)],
    ['file', kilobytes(bytes)],
    ...Object.entries(metadata).filter(([, value]) => value.length <= 60).map(([term, value]) => /** @type {[string, string]} */ ([term.replaceAll('_', ' '), value])),
    ...notes.map((note) => /** @type {[string, string]} */ (['note', note])),
  ];
}

/** @param {import('../session.js').Data} data @param {import('../catalog.js').BundledData} [entry] @returns {Facts} */
function dataFacts(data, entry) {
  return [
    [data.kind === 'texts' ? 'texts' : 'samples', data.n.toLocaleString('en')],
    ...(data.kind === 'samples' ? /** @type {Facts} */ ([['each', data.shape.join(' × ')]]) : []),
    ...(data.kind === 'activations' ? /** @type {Facts} */ ([['layers', data.layers.map(({ label, shape }) => `${label} (${shape.join(' × ')})`).join(', ')]]) : []),
    ...(data.labels ? /** @type {Facts} */ ([['classes', data.classes.join(', ')]]) : []),
    ...(entry?.attack ? /** @type {Facts} */ ([
      ['attack', `targeted FGSM of strength ${entry.attack.strength}`], ['macro-F1 under it', entry.attack.macroF1.toFixed(3)], ['attacked network', entry.attack.network],
    ]) : []),
    ...(entry ? /** @type {Facts} */ ([['files', kilobytes(entry.bytes)], ['licence', entry.licence]]) : []),
  ];
}

/** @param {number} bytes */
const kilobytes = (bytes) => (bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1000)} kB`);
