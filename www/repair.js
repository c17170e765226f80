import { OWN } from './session.js';

/**
 * What a link asks for and this page does not have becomes the default, and is reported.
 *
 * @typedef {import('./state.js').Choices} Choices
 * @typedef {{networks: {id: string, checkpoint: string}[], datasets: {id: string}[]}} Catalog
 */

/**
 * @param {Choices} choices are changed
 * @param {Catalog} catalog what is bundled
 * @param {{networks: {has(key: string): boolean}, data: {has(key: string): boolean}}} loaded the user's own among it
 * @returns {string[]} what to report
 */
export function repairSources(choices, { networks, datasets }, loaded) {
  /** @type {string[]} */
  const problems = [];
  const repaired = (/** @type {string} */ key, /** @type {{id: string}[]} */ bundled, /** @type {{has(key: string): boolean}} */ own, /** @type {{id: string} | undefined} */ fallback) => {
    if (own.has(key) || bundled.some(({ id }) => id === key)) return key;
    if (key && !key.startsWith(OWN)) problems.push(`“${key}” of the link is not bundled here; you see the default instead`);
    return fallback?.id ?? '';
  };
  choices.network = repaired(choices.network, networks, loaded.networks, networks.find((n) => n.checkpoint === 'trained') ?? networks[0]);
  choices.data = repaired(choices.data, datasets, loaded.data, datasets[0]);
  return problems;
}

/**
 * @param {Choices} choices are changed
 * @param {Set<string>} known the network's layers
 * @returns {string[]} what to report
 */
export function repairLayers(choices, known) {
  const asked = /** @type {string[]} */ (choices.layers ?? []);
  const unknown = asked.filter((id) => !known.has(id));
  if (unknown.length === 0) return [];
  const rest = asked.filter((id) => known.has(id));
  choices.layers = rest.length ? rest : null;
  return [`the network has no layer “${unknown.join('”, “')}”; you see ${rest.length ? 'the others' : 'the default ones'} instead`];
}
