import { openReport, Report } from '../../bettiscope/report.js';
import { STUDIES } from '../../paper/studies.js';

/**
 * The reports that come with the page: which there are, and each when it is first asked for.
 *
 * @typedef {{study: string, file: string, bytes: number, seconds: number, threads: number}} Entry
 */
const FOLDER = new URL('../../../models/reports/', import.meta.url);

export class StoredReports {
  constructor() {
    /** @type {Map<string, Entry>} by the id of the study */
    this.entries = new Map();
    /** @type {Map<string, Promise<Report>>} */
    this.reports = new Map();
  }

  /** A copy of the page without stored reports is possible. */
  async loadIndex() {
    const index = await fetch(new URL('index.json', FOLDER)).then((answer) => (answer.ok ? answer.json() : null), () => null);
    for (const entry of index?.reports ?? []) this.entries.set(entry.study, entry);
  }

  /** @param {string} id @param {AbortSignal} [signal] @returns {Promise<Report>} */
  load(id, signal) {
    const known = this.reports.get(id) ?? this.fetch(id, signal);
    this.reports.set(id, known);
    known.catch(() => this.reports.delete(id));
    return known;
  }

  /** @param {string} id @param {AbortSignal} [signal] */
  async fetch(id, signal) {
    const entry = this.entries.get(id);
    if (!entry) throw new Error(`there is no stored report “${id}”; run its study`);
    const answer = await fetch(new URL(entry.file, FOLDER), { signal });
    if (!answer.ok) throw new Error(`the stored report “${id}” cannot be reached (${answer.status}); check the connection, or run its study`);
    return openReport(Object.assign(await answer.blob(), { name: entry.file }));
  }
}

/** @param {string} id */
export const studyName = (id) => STUDIES[id]?.name ?? id;
