import { firstChoice, matchingData } from './catalog.js';
import { OWN } from './session.js';

/**
 * What a link asks for and this page does not have becomes the default, and is reported.
 *
 * @typedef {import('./state.js').Choices} Choices
 * @typedef {import('./catalog.js').Catalog} Catalog
 * @typedef {import('./catalog.js').Kind} Kind
 */

/**
 * @param {Choices} choices are changed
 * @param {Catalog} catalog what is bundled
 * @param {{networks: Map<string, {kind: Kind}>, data: Map<string, {kind: Kind}>}} own what the user brought
 * @returns {string[]} what to report
 */
export function repairSources(choices, { networks, datasets }, own) {
  /** @type {string[]} */
  const problems = [];
  const isThere = (/** @type {string} */ key, /** @type {{id: string}[]} */ bundled, /** @type {Map<string, unknown>} */ brought) => {
    if (brought.has(key) || bundled.some(({ id }) => id === key)) return true;
    if (key && !key.startsWith(OWN)) problems.push(`“${key}” of the link is not bundled here; you see the default instead`);
    return false;
  };
  const hasData = isThere(choices.data, datasets, own.data);
  const dataKind = () => own.data.get(choices.data)?.kind ?? datasets.find(({ id }) => id === choices.data)?.kind;
  if (!isThere(choices.network, networks, own.networks)) choices.network = firstChoice(networks, (hasData && dataKind()) || 'image')?.id ?? '';
  const network = networks.find(({ id }) => id === choices.network);
  const kind = own.networks.get(choices.network)?.kind ?? network?.kind;
  if (kind === 'activations') choices.data = choices.network; // they are the data of their own layers
  if (kind === 'activations' || (hasData && dataKind() === kind)) return problems;
  if (hasData) problems.push(`the network reads ${kind}s, which the data of the link are not; you see data that go with it instead`);
  choices.data = network ? matchingData(datasets, network, '') : datasets.find((data) => data.kind === kind)?.id ?? datasets[0]?.id ?? '';
  return problems;
}

/**
 * @param {Choices} choices are changed
 * @param {(word: string) => boolean} isKnown whether the network has what a word of the choice asks for
 * @returns {string[]} what to report
 */
export function repairLayers(choices, isKnown) {
  const asked = /** @type {string[]} */ (choices.layers ?? []);
  const unknown = asked.filter((word) => !isKnown(word));
  if (unknown.length === 0) return [];
  const rest = asked.filter(isKnown);
  choices.layers = rest.length ? rest : null;
  return [`the network has no layer “${unknown.join('”, “')}”; you see ${rest.length ? 'the others' : 'the default ones'} instead`];
}
