/**
 * The stored reports of the Paper place: which there are, what is in them, and what was computed in this tab instead.
 *
 * @typedef {import('./studies.js').Study} Study
 * @typedef {Record<string, any>} Row a row of a report joined with its network's fields
 * @typedef {import('../views/study/stored.js').Entry} Entry
 */
import { StoredReports } from '../views/study/stored.js';

/** @typedef {import('../bettiscope/report.js').Report} Report */

export class Reports {
  constructor() {
    this.kept = new StoredReports();
    /** @type {Map<string, Entry>} */
    this.entries = this.kept.entries;
    /** @type {Map<string, Report>} as stored */
    this.stored = new Map();
    /** @type {Map<string, Report>} as computed in this tab */
    this.live = new Map();
    /** @type {Promise<void> | null} */
    this.loading = null;
  }

  /** Reads the index and every report in it. @returns {Promise<void>} */
  load() {
    this.loading ??= this.read();
    return this.loading;
  }

  async read() {
    await this.kept.loadIndex();
    await Promise.all([...this.entries.keys()].map(async (id) => { this.stored.set(id, await this.kept.load(id)); }));
  }

  /** @param {string} study @returns {Report | undefined} the newest: computed here, else stored */
  report(study) {
    return this.live.get(study) ?? this.stored.get(study);
  }

  /** Rows joined with all that is known of their network, study and scaling; `bundled` is the network's id among the bundled ones. @param {string[]} studies @returns {Row[]} */
  rows(studies) {
    return studies.flatMap((study) => {
      const report = this.report(study);
      if (!report) return [];
      const about = new Map(report.networks.map(({ network: bundled, layers: _, ...fields }) => [fields.id, { ...fields, bundled }]));
      return report.rows().map((row) => ({ ...about.get(row.network), ...row, study, scaling: report.study.scaling }));
    });
  }

  /** @param {string[]} studies @returns {string[]} those without a report */
  missing(studies) {
    return studies.filter((study) => !this.report(study));
  }
}

/**
 * One descriptor over the layers of one network, in depth order.
 * @param {Row[]} rows
 * @param {{network: string, descriptor: string, cloud: 'mean' | 'all'}} wanted `mean` over the classes, or `all` classes in one cloud
 * @returns {Row[]}
 */
export function profileOf(rows, { network, descriptor, cloud }) {
  return rows.filter((row) => row.network === network && row.descriptor === descriptor && row.class === cloud).sort((a, b) => a.depth - b.depth);
}

/** The networks of some rows, by checkpoint. @param {Row[]} rows @returns {Row[]} one row for each */
export function networksOf(rows) {
  return [...new Map(rows.map((row) => [row.network, row])).values()].sort((a, b) => a.checkpoint - b.checkpoint);
}
