/**
 * The questions of the Study place. Each view says what it needs, which stored reports it opens with, and arranges the
 * numbers of the open reports as drawings.
 *
 * @typedef {import('./collection.js').Collection} Collection
 * @typedef {import('./collection.js').Member} Member
 * @typedef {import('./collection.js').Family} Family
 * @typedef {import('./profiles.js').Drawing} Drawing
 * @typedef {{view: View, collection: Collection, descriptors: string[], descriptor: string, family: Family | undefined, lines: Member[], layer: string, step: number,
 *   bands: import('./profiles.js').Bands, measure: string, correlation: import('./other-figures.js').Correlation | null}} Context what is chosen
 * @typedef {'descriptors' | 'descriptor' | 'family' | 'lines' | 'layer' | 'bands' | 'measure'} Control
 * @typedef {{id: string, label: string, question: string, stored: (id: string) => boolean, controls: (collection: Collection) => Control[],
 *   lacks: (collection: Collection) => string, lines?: (collection: Collection) => Member[], nameOf?: (member: Member, among: Member[]) => string, drawings: (context: Context) => Drawing[]}} View
 *   `stored`: the reports it opens with; `lacks`: why the open reports do not answer it, or nothing
 */
import { familyName, profileOf, stageName } from './collection.js';
import { relation, similarity, trainingMap } from './other-figures.js';
import { accuracyScale, checkpointLines, line, pictures, sheet } from './profiles.js';

const isProfile = (/** @type {string} */ id) => id.startsWith('profiles-');
const empty = 'Nothing has been measured yet.';

/** The last checkpoint of each family. @param {Collection} collection */
const trained = ({ families }) => families.map(({ members }) => members[members.length - 1]);

/** A network by its family, and by its checkpoint where there are several. @param {Member} member @param {Member[]} among */
function byFamily(member, among) {
  const once = among.filter(({ network }) => familyName(network) === familyName(member.network)).length === 1;
  return once ? familyName(member.network) : `${familyName(member.network)}, ${stageName(member.network)}`;
}

/** “Fashion-MNIST”, with more where that is not enough. @param {Member} member @param {Member[]} among */
function byData({ network }, among) {
  const short = (/** @type {Member['network']} */ { dataName, data }) => String(dataName ?? data).split(',')[0];
  const data = new Set(among.filter((other) => short(other.network) === short(network)).map((other) => other.network.data));
  return data.size === 1 ? short(network) : (network.dataName ?? network.data);
}

/**
 * Networks over one another.
 * @param {Context} context
 * @param {(member: Member, among: Member[]) => string} nameOf
 * @param {{lookOf?: (member: Member) => Record<string, any>, more?: Record<string, any>}} [options]
 */
function overlay({ collection, descriptors, lines, bands }, nameOf, { lookOf, more } = {}) {
  return pictures(collection, descriptors, (descriptor) => lines.map((member, i) => line(profileOf(member, descriptor),
    lookOf?.(member) ?? { name: nameOf(member, lines), color: `class${i % 10}`, dashed: member.network.kind === 'text' }, bands === 'all')), more);
}

/** @type {View[]} */
export const VIEWS = [
  {
    id: 'profile', label: 'Profile', question: 'How do shape and dimension change from layer to layer?',
    stored: isProfile,
    controls: (collection) => ['descriptors', ...(collection.families.length > 1 ? [] : /** @type {Control[]} */ (['bands']))],
    lacks: (collection) => (collection.isEmpty ? empty : ''),
    drawings({ collection, descriptors, bands }) {
      const { families } = collection;
      if (families.length > 1) return [sheet(collection, descriptors, bands)];
      return pictures(collection, descriptors, (descriptor) => checkpointLines(families[0].members, descriptor, bands), { colorScale: accuracyScale() });
    },
  },
  {
    id: 'training', label: 'Training', question: 'How do they change while a network learns?',
    stored: (id) => id === 'profiles-resnet',
    controls: (collection) => ['descriptor', ...(collection.families.filter(hasTraining).length > 1 ? /** @type {Control[]} */ (['family']) : [])],
    lacks: (collection) => (collection.isEmpty ? empty : collection.families.some(hasTraining) ? '' : 'No network of this report has more than one checkpoint.'),
    drawings({ collection, descriptor, family, step }) {
      if (!family) return [];
      const [profile] = pictures(collection, [descriptor], () => checkpointLines(family.members, descriptor, 'none'), { colorScale: accuracyScale() });
      return [{ ...profile, id: 'training-profile', highlight: step }, trainingMap(collection, family.members, descriptor, step)];
    },
  },
  {
    id: 'architectures', label: 'Architectures', question: 'Do different architectures have different profiles?',
    stored: isProfile,
    controls: () => ['descriptors', 'lines', 'bands'],
    lacks: (collection) => (collection.isEmpty ? empty : ''),
    lines: trained,
    nameOf: byFamily,
    drawings: (context) => overlay(context, byFamily),
  },
  {
    id: 'generalisation', label: 'Generalisation', question: 'Do descriptors tell how well a network generalises?',
    stored: (id) => id === 'generalisation',
    controls: () => ['descriptor', 'layer'],
    lacks: (collection) => (collection.isEmpty ? empty : collection.members.filter(({ accuracy }) => accuracy !== null).length < 3 ? 'A relation needs at least three networks with a known test accuracy.' : ''),
    drawings: ({ collection, descriptor, layer, correlation }) => [relation(collection, collection.members, descriptor, layer, correlation)],
  },
  {
    id: 'data-sets', label: 'Data sets', question: 'Do harder data stay complex to greater depth?',
    stored: (id) => id === 'data-sets',
    controls: () => ['descriptors', 'lines', 'bands'],
    lacks: (collection) => (collection.isEmpty ? empty : new Set(collection.members.map(({ network }) => network.data)).size < 2 ? 'All networks of this report ran on the same data.' : ''),
    lines: trained,
    nameOf: byData,
    drawings: (context) => overlay(context, byData),
  },
  {
    id: 'activations', label: 'Activations', question: 'Which activation function simplifies fastest?',
    stored: (id) => id === 'activations',
    controls: () => ['descriptors', 'lines', 'bands'],
    lacks: (collection) => (collection.isEmpty ? empty : new Set(collection.members.map(({ network }) => network.activation ?? '')).size < 2 ? 'All networks of this report have the same activation function.' : ''),
    lines: trained,
    nameOf: byActivation,
    drawings: (context) => overlay(context, byActivation),
  },
  {
    id: 'attacks', label: 'Attack strength', question: 'What does a stronger attack do to the layers?',
    stored: (id) => id === 'attacks',
    controls: () => ['descriptors', 'lines'],
    lacks: (collection) => (collection.isEmpty ? empty : collection.members.some(({ network }) => network.attack) ? '' : 'No network of this report ran on attacked data.'),
    lines: ({ members }) => members.filter(({ network }) => network.attack),
    nameOf: byStrength,
    drawings: (context) => overlay(context, byStrength, {
      lookOf: ({ network }) => (network.attack ? { value: network.attack.macroF1 } : { color: 'ink', name: 'not attacked' }),
      more: { colorScale: { label: 'macro-F1 under attack', percent: true } },
    }),
  },
  {
    id: 'similarity', label: 'Layer similarity', question: 'Which layers do alike things?',
    stored: (id) => id.startsWith('similarity'),
    controls: () => ['measure'],
    lacks: (collection) => (collection.reports.some(({ matrices }) => matrices.length) ? '' : 'These reports compare no layers: choose a measure below “layer against layer” under Measure, and run.'),
    drawings: ({ collection, measure }) => collection.reports.flatMap(({ matrices }) => matrices).filter((matrix) => matrix.measure === measure).map((matrix, i) => similarity(matrix, i, collection)),
  },
];

/** @param {Member} member */
function byActivation({ network }) {
  return ACTIVATIONS[network.activation] ?? network.activation ?? familyName(network);
}

/** @param {Member} member */
function byStrength({ network }) {
  return network.attack ? `ε ${network.attack.strength}` : 'not attacked';
}

/** @type {Record<string, string>} */
const ACTIVATIONS = { relu: 'ReLU', silu: 'SiLU (Swish)', elu: 'ELU', relu6: 'ReLU6', tanh: 'tanh', sigmoid: 'sigmoid' };

/** @param {Family} family */
export const hasTraining = ({ members }) => members.length > 1 && members.some(({ network }) => network.epoch !== members[0].network.epoch);

/** The question that a stored report answers. @param {string} study its id */
export const questionOf = (study) => VIEWS.find((view) => view.stored(study))?.id ?? 'profile';

/** @param {string} id */
export const viewOf = (id) => VIEWS.find((view) => view.id === id) ?? VIEWS[0];


