/**
 * Reports side by side: their networks as one list, families in order, and lines over depth. Nothing is computed here
 * but means over batches.
 *
 * @typedef {import('../../bettiscope/report.js').Report} Report
 * @typedef {import('../../bettiscope/report.js').ReportNetwork} ReportNetwork
 * @typedef {import('../../bettiscope/report.js').Row} Row
 * @typedef {import('../../bettiscope/report.js').Descriptor} Descriptor
 * @typedef {{key: string, report: Report, network: ReportNetwork, accuracy: number | null}} Member a network of one of the reports
 * @typedef {{id: string, name: string, members: Member[]}} Family checkpoints of one network, in order
 * @typedef {{member: Member, descriptor: string, cloud: string, rows: Row[]}} Profile values over depth
 */

/** Classes of rows that stand for a whole layer: the mean over the classes, or all classes in one cloud. */
const MEAN = 'mean';
const ALL = 'all';

/**
 * Map.groupBy, which Node 20 lacks.
 * @template T @param {Iterable<T>} items @param {(item: T) => string} keyOf @returns {Map<string, T[]>}
 */
export function grouped(items, keyOf) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

export class Collection {
  /** @param {Report[]} reports */
  constructor(reports) {
    this.reports = reports;
    const seen = new Set();
    /** @type {Member[]} */
    this.members = reports.flatMap((report, i) => report.networks.map((network) => {
      const key = seen.has(network.id) ? `${network.id} (${i + 1})` : network.id;
      seen.add(network.id);
      return { key, report, network, accuracy: network.testAccuracy ?? network.accuracy ?? null };
    }));
  }

  get isEmpty() {
    return !this.members.some(({ report, network }) => network.layers.some(({ id }) => report.layer(network.id, id)));
  }

  /** @param {string} key */
  member(key) {
    return this.members.find((member) => member.key === key);
  }

  /** What was measured, with formula and source, in the order of the reports. @returns {Descriptor[]} */
  get descriptors() {
    const all = new Map(this.reports.flatMap(({ descriptors }) => descriptors.map((entry) => [entry.name, entry])));
    return [...all.values()];
  }

  /** @returns {Family[]} */
  get families() {
    // Ready activations are the data of their own network.
    const groups = grouped(this.members, ({ network }) => [network.family || network.name || network.id, network.dataset ?? '', network.data === network.network ? '' : network.data].join('\n'));
    const families = [...groups].map(([id, members]) => ({ id, name: familyName(members[0].network), members: members.toSorted(byTraining) }));
    const twice = (/** @type {string} */ name) => families.filter((family) => family.name === name).length > 1;
    return families.map((family) => (twice(family.name) ? { ...family, name: `${family.name} · ${family.members[0].network.dataName ?? family.members[0].network.data}` } : family));
  }
}

/** @param {Member} a @param {Member} b */
const byTraining = (a, b) => Number(a.network.epoch ?? 0) - Number(b.network.epoch ?? 0) || Number(a.network.checkpoint ?? 0) - Number(b.network.checkpoint ?? 0);

/** “ResNet”. @param {ReportNetwork} network */
export const familyName = ({ familyName: name, name: own, family, id }) => name || String(own || '').split(/ on |,/)[0] || family || id;

/** “epoch 3”, “trained”. @param {ReportNetwork} network */
export function stageName({ stage, checkpoint, epoch, name, id }) {
  if (stage) return stage;
  if (typeof checkpoint === 'string' && Number.isNaN(Number(checkpoint))) return checkpoint;
  return epoch === undefined ? (name ?? id) : `epoch ${epoch}`;
}

/** @param {Member} member @param {string} descriptor @returns {Profile} */
export function profileOf(member, descriptor) {
  const all = member.report.rows({ network: member.network.id, descriptor });
  const cloud = [MEAN, ALL].find((name) => all.some((row) => row.class === name)) ?? all[0]?.class ?? ALL;
  const perLayer = [...grouped(all.filter((row) => row.class === cloud), (row) => row.layer).values()];
  return { member, descriptor, cloud, rows: perLayer.map(overBatches).toSorted((a, b) => a.depth - b.depth) };
}

/** The mean of a row over its batches; rows of other sizes than the first, as of a plateau, are left to the table. @param {Row[]} batches @returns {Row} */
function overBatches(batches) {
  const same = batches.filter(({ n }) => n === batches[0].n);
  if (same.length === 1) return same[0];
  const mean = (/** @type {'value' | 'low' | 'high'} */ field) => {
    const known = same.map((row) => row[field]).filter((value) => value !== null);
    return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
  };
  return { ...same[0], value: mean('value'), low: mean('low'), high: mean('high'), note: [same[0].note, `mean of ${same.length} batches`].filter(Boolean).join('; ') };
}

/** Descriptors that a sheet shows unless others are chosen: the paper's three, else the first three. @param {Collection} collection */
export function mainDescriptors(collection) {
  const names = collection.descriptors.map(({ name }) => name);
  const paper = ['lifespans-0', 'lifespans-1', 'phdim-0'].filter((name) => names.includes(name));
  const others = names.filter((name) => !paper.includes(name) && !name.endsWith('-r2'));
  return [...paper, ...others].slice(0, Math.max(3, paper.length));
}

/** @param {Collection} collection @param {string} name @returns {Descriptor} */
export const descriptorOf = (collection, name) => collection.descriptors.find((entry) => entry.name === name) ?? { name, label: name, formula: '', source: '', cloud: '', unit: '' };

/** What a value means, for axes and hover: “sum of lengths, mean over the classes”. @param {Descriptor} descriptor @param {string} cloud */
export function axisLabel({ unit }, cloud) {
  const over = cloud === MEAN ? 'mean over the classes' : cloud === ALL ? 'all classes in one cloud' : cloud;
  return [unit, over].filter(Boolean).join(', ');
}
