/**
 * What models/index.json says about the bundled networks and data, in the order in which people choose.
 *
 * @typedef {'image' | 'text' | 'activations'} Kind what a network reads, or what data are; activations are both at once
 * @typedef {{id: string, name: string, family: string, familyName: string, group: string, kind: Kind, dataset: string, checkpoint: number,
 *   stage: string, epoch: number, seed: number, file: string, bytes: number, parameters: number, width: number, layers: string[],
 *   pooling: 'mean' | 'class-token', activation?: string, tokenizer?: string, maxTokens?: number, trainAccuracy: number, testAccuracy: number,
 *   bundledTestAccuracy: number, licence: string,
 *   hyper?: {depth: number, width: number, epochs: number, rate: number, decay: number, noise: number, images: number}}} BundledNetwork
 * @typedef {{id: string, name: string, kind: Kind, files: string[], n: number, shape: number[], classes: string[], bytes: number, licence: string,
 *   attack?: {strength: number, macroF1: number, network: string}}} BundledData
 * @typedef {{networks: BundledNetwork[], datasets: BundledData[]}} Catalog
 * @typedef {{key: string, label: string, members: BundledNetwork[]}} Series the checkpoints of one training, in their order
 */

/** In the order in which they are offered. */
const GROUPS = /** @type {const} */ ([
  ['family', 'Families'], ['activation', 'ResNet with another activation'], ['data-set', 'Other data'], ['generalisation', 'Small ResNets, trained differently'],
]);

/** @param {BundledNetwork} network @returns {string} equal for the checkpoints of one training */
const seriesKey = ({ group, id, family, dataset }) => (group === 'generalisation' ? id : `${family} ${dataset}`);

/** @param {BundledNetwork[]} networks @returns {{label: string, series: Series[]}[]} */
export function seriesByGroup(networks) {
  return GROUPS.map(([group, label]) => {
    const members = networks.filter((network) => network.group === group);
    const series = [...new Set(members.map(seriesKey))].map((key) => seriesOf(key, members.filter((network) => seriesKey(network) === key)));
    return { label, series };
  }).filter(({ series }) => series.length > 0);
}

/** @param {string} key @param {BundledNetwork[]} found @returns {Series} */
function seriesOf(key, found) {
  const members = found.toSorted((a, b) => a.checkpoint - b.checkpoint);
  return { key, label: seriesLabel(members), members };
}

/** @param {BundledNetwork[]} members */
function seriesLabel(members) {
  const [{ name, group, hyper, testAccuracy }] = members;
  const title = name.split(',')[0];
  return group === 'generalisation' && hyper ? `${title.replace(/ on .*/, '')} · ${hyper.depth} blocks, test ${percent(testAccuracy)}` : title;
}

/** @param {BundledNetwork[]} networks @param {string} id @returns {BundledNetwork[]} the checkpoints of the training that `id` belongs to */
export function siblings(networks, id) {
  const own = networks.find((network) => network.id === id);
  return own ? networks.filter((network) => seriesKey(network) === seriesKey(own)).toSorted((a, b) => a.checkpoint - b.checkpoint) : [];
}

/**
 * The member of another training to show: at the same stage where both have as many checkpoints, so that trainings can be compared; else the last.
 * @param {BundledNetwork[]} members
 * @param {BundledNetwork[]} before the training shown so far
 * @param {string} id the checkpoint shown so far
 */
export function counterpart(members, before, id) {
  const at = before.findIndex((network) => network.id === id);
  return /** @type {BundledNetwork} */ (members.length === before.length && at >= 0 ? members[at] : members.at(-1));
}

/** @param {BundledNetwork[]} networks @param {Kind} [kind] @returns {BundledNetwork | undefined} what the page begins with */
export function firstChoice(networks, kind = 'image') {
  const suiting = networks.filter((network) => network.kind === kind);
  return suiting.find(({ stage }) => stage === 'trained') ?? suiting[0] ?? networks[0];
}

/** @param {BundledData} data @param {BundledNetwork} network */
export const isOwnData = (data, network) => data.id === network.dataset || data.id.startsWith(`${network.dataset}-`);

/**
 * The data that go with a network: those shown so far if they are of its set, else the same part of its set, else its first.
 * @param {BundledData[]} datasets
 * @param {BundledNetwork} network
 * @param {string} id the data shown so far
 * @returns {string}
 */
export function matchingData(datasets, network, id) {
  const own = datasets.filter((data) => isOwnData(data, network));
  const part = (/** @type {string} */ of) => of.split('-').at(-1);
  const match = own.find((data) => data.id === id) ?? own.find((data) => part(data.id) === part(id)) ?? own[0];
  return (match ?? datasets.find(({ kind }) => kind === network.kind))?.id ?? id;
}

/**
 * The bundled data that a network can take.
 * @param {BundledData[]} datasets
 * @param {Kind} kind
 * @returns {{label: string, data: BundledData[]}[]}
 */
export function dataByGroup(datasets, kind) {
  const suiting = datasets.filter((data) => data.kind === kind);
  return [{ label: kind === 'text' ? 'Texts' : 'Images', data: suiting.filter((data) => !data.attack) }, { label: 'Attacked images', data: suiting.filter((data) => data.attack) }]
    .filter(({ data }) => data.length > 0);
}

/** @param {number} share */
export const percent = (share) => `${(100 * share).toFixed(1)} %`;
