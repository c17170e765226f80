/**
 * A report: what a study found, as one tidy table, with the barcodes behind the numbers. Its file form is
 * docs/report.schema.json.
 */
import { BettiscopeError } from './errors.js';
import { checkStudy, compactStudy } from './study.js';

/**
 * @typedef {import('./study.js').Study} Study
 * @typedef {Record<string, any> & {id: string, network: string, data: string, layers: {id: string, label: string, depth: number}[]}} ReportNetwork
 * @typedef {{descriptor: string, class: string, repetition: number, value: number | null, low?: number | null, high?: number | null, n: number, note?: string}} Measured
 * @typedef {{network: string, layer: string, depth: number, class: string, repetition: number, descriptor: string,
 *   value: number | null, low: number | null, high: number | null, n: number, note: string}} Row
 * @typedef {{class: string, repetition: number, n: number, maxDim: number, threshold: number, counts: number[],
 *   births: Float32Array, deaths: Float32Array}} Cloud `counts`: intervals per dimension; `births` from dimension 1 on, as all of H0 begin at 0
 * @typedef {{descriptor: string, class: string, repetition?: number, sizes: number[], sums: number[], slope: number | null, intercept: number | null, r2: number | null}} Fit
 * @typedef {{measure: string, a: string, b: string, rows: string[], columns: string[], values: (number | null)[][]}} Matrix
 * @typedef {{id: string, label: string, op: string, shape: (number | null)[], depth: number, nPoints: number, nCoords: number}} LayerInfo
 * @typedef {{layer: LayerInfo, rows: Measured[], fits: Fit[], clouds: Cloud[]}} LayerRecord what is known of one layer of one network
 * @typedef {{date: string, version: string, build: string, seconds: number}} Made
 * @typedef {{name: string, label: string, formula: string, source: string, cloud: string, unit: string}} Descriptor
 * @typedef {{network?: string | string[], layer?: string | string[], class?: string | string[], descriptor?: string | string[], repetition?: number}} Filter
 */

export const REPORT_VERSION = 1;
export const COLUMNS = ['network', 'layer', 'depth', 'class', 'repetition', 'descriptor', 'value', 'low', 'high', 'n', 'note'];
/** Columns of the CSV that come from the network of a row. */
const NETWORK_COLUMNS = ['name', 'family', 'group', 'kind', 'dataset', 'data', 'checkpoint', 'stage', 'epoch', 'seed', 'activation', 'trainAccuracy', 'testAccuracy', 'accuracy'];
/** Columns of the CSV that come from the study. */
const SETTING_COLUMNS = ['perClass', 'scaling', 'metric', 'alpha', 'factor'];

export class Report {
  /** @param {{study: Study, made: Made, networks: ReportNetwork[], descriptors: Descriptor[]}} about */
  constructor({ study, made, networks, descriptors }) {
    this.study = study;
    this.made = made;
    this.networks = networks;
    this.descriptors = descriptors;
    /** @type {Map<string, LayerRecord>} */
    this.layers = new Map();
    /** @type {Matrix[]} */
    this.matrices = [];
    /** All that the study asked for is here. */
    this.complete = false;
  }

  /** @param {string} network @param {LayerRecord} record */
  add(network, record) {
    this.layers.set(key(network, record.layer.id), record);
  }

  /** @param {string} id */
  network(id) {
    return this.networks.find((network) => network.id === id);
  }

  /** @param {string} network @param {string} layer @returns {LayerRecord | undefined} */
  layer(network, layer) {
    return this.layers.get(key(network, layer));
  }

  /** What is there, in the order of networks and depth. @returns {{network: ReportNetwork, record: LayerRecord}[]} */
  records() {
    return this.networks.flatMap((network) => network.layers.flatMap(({ id }) => {
      const record = this.layer(network.id, id);
      return record ? [{ network, record }] : [];
    }));
  }

  /** Rows of the table that fit all of the filter. @param {Filter} [filter] @returns {Row[]} */
  rows(filter = {}) {
    const found = [];
    for (const { network, record } of this.records()) {
      if (!matches(filter.network, network.id) || !matches(filter.layer, record.layer.id)) continue;
      for (const { descriptor, class: name, repetition, value, low, high, n, note } of record.rows) {
        if (!matches(filter.descriptor, descriptor) || !matches(filter.class, name)) continue;
        if (filter.repetition !== undefined && filter.repetition !== repetition) continue;
        found.push({ network: network.id, layer: record.layer.id, depth: record.layer.depth, class: name, repetition, descriptor, value, low: low ?? null, high: high ?? null, n, note: note ?? '' });
      }
    }
    return found;
  }

  /** Rows with the fields of their network and the settings: a table that stands alone. @param {Filter} [filter] @returns {Record<string, any>[]} */
  table(filter) {
    const byId = new Map(this.networks.map((network) => [network.id, Object.fromEntries(NETWORK_COLUMNS.map((name) => [name, network[name] ?? null]))]));
    const settings = Object.fromEntries(SETTING_COLUMNS.map((name) => [name, /** @type {any} */ (this.study)[name]]));
    return this.rows(filter).map((row) => ({ ...row, ...byId.get(row.network), ...settings }));
  }

  /** @param {Filter} [filter] @returns {string} RFC 4180, one row per number; what is not known is empty */
  csv(filter) {
    const columns = ['network', ...NETWORK_COLUMNS, ...COLUMNS.slice(1), ...SETTING_COLUMNS];
    const cell = (/** @type {any} */ value) => (/[",\r\n]/.test(String(value ?? '')) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? ''));
    return [columns, ...this.table(filter).map((row) => columns.map((column) => row[column]))].map((row) => row.map(cell).join(',')).join('\n') + '\n';
  }

  /**
   * The barcode behind a number, without the points that its intervals join.
   * @param {string} network @param {string} layer @param {string} name the class @param {number} [repetition]
   * @returns {import('../bettiscope.js').Barcode | null}
   */
  barcode(network, layer, name, repetition = 0) {
    const cloud = this.layer(network, layer)?.clouds.find((it) => it.class === name && it.repetition === repetition);
    return cloud ? unfold(cloud) : null;
  }

  /** @param {string} network @param {string} layer @returns {Fit[]} */
  fits(network, layer) {
    return this.layer(network, layer)?.fits ?? [];
  }

  /**
   * Where two reports differ: numbers by more than `tolerance` relative to the larger one (or to 1e-9), or rows that only one has.
   * @param {Report} other
   * @param {number} [tolerance]
   */
  differences(other, tolerance = 0) {
    const name = (/** @type {Row} */ row) => JSON.stringify([row.network, row.layer, row.class, row.repetition, row.descriptor, row.n]);
    const theirs = new Map(other.rows().map((row) => [name(row), row]));
    /** @type {{network: string, layer: string, class: string, repetition: number, descriptor: string, value: number | null | undefined, other: number | null | undefined}[]} */
    const found = [];
    const differ = (/** @type {Row} */ { network, layer, class: of, repetition, descriptor }, /** @type {any} */ value, /** @type {any} */ theirValue) =>
      found.push({ network, layer, class: of, repetition, descriptor, value, other: theirValue });
    for (const row of this.rows()) {
      const match = theirs.get(name(row));
      theirs.delete(name(row));
      if (!match || !close(row.value, match.value, tolerance)) differ(row, row.value, match?.value);
    }
    for (const row of theirs.values()) differ(row, undefined, row.value);
    return found;
  }

  /** @param {Report} other @param {number} [tolerance] */
  equals(other, tolerance = 0) {
    return this.differences(other, tolerance).length === 0;
  }

  /** @param {{barcodes?: boolean}} [options] barcodes are most of a file; without them pictures of single barcodes need a run */
  toJSON({ barcodes = true } = {}) {
    const clouds = /** @type {any[]} */ ([]);
    const fitted = /** @type {any[]} */ ([]);
    for (const { network, record } of this.records()) {
      for (const fit of record.fits) fitted.push({ network: network.id, layer: record.layer.id, ...fit });
      for (const { births, deaths, threshold, ...cloud } of barcodes ? record.clouds : []) {
        clouds.push({ network: network.id, layer: record.layer.id, ...cloud, threshold: Number.isFinite(threshold) ? threshold : null, births: pack(births), deaths: pack(deaths) });
      }
    }
    return {
      bettiscope: 'report',
      version: REPORT_VERSION,
      complete: this.complete,
      study: compactStudy(this.study),
      made: this.made,
      networks: this.networks.map((network) => ({
        ...network,
        layers: network.layers.map((layer) => ({ ...layer, ...this.layer(network.id, layer.id)?.layer })),
      })),
      descriptors: this.descriptors,
      columns: COLUMNS,
      rows: this.rows().map((row) => COLUMNS.map((column) => /** @type {any} */ (row)[column])),
      fits: fitted,
      matrices: this.matrices,
      barcodes: barcodes ? 'stored' : 'omitted',
      clouds,
    };
  }

  /**
   * @param {any} value what `toJSON` made, parsed or as text
   * @param {string} [name] of the file, for messages
   * @returns {Report}
   * @throws {BettiscopeError} `invalid-report`
   */
  static from(value, name = 'the file') {
    try {
      return Report.read(typeof value === 'string' ? parse(value, name) : value, name);
    } catch (error) {
      if (error instanceof BettiscopeError) throw error;
      throw new BettiscopeError('invalid-report', `${name} is damaged: a part of it has another form than a report (${error.message}); save the report again`);
    }
  }

  /** @param {any} document @param {string} name @returns {Report} */
  static read(document, name) {
    const damaged = (/** @type {string} */ what) => new BettiscopeError('invalid-report', `${name} is damaged: ${what}; save the report again`);
    if (typeof document !== 'object' || document === null || document.bettiscope !== 'report') {
      const kind = document?.bettiscope === 'study' ? 'it is a study, which says what to measure: run it' : 'the field “bettiscope” does not say “report”';
      throw new BettiscopeError('invalid-report', `${name} is no report of Bettiscope: ${kind}`);
    }
    if (document.version !== REPORT_VERSION) {
      throw new BettiscopeError('invalid-report', `${name} is a report of version ${JSON.stringify(document.version) ?? 'unknown'}, this page reads version ${REPORT_VERSION}; ${document.version > REPORT_VERSION ? 'reload the page or use a newer one' : 'run its study again'}`);
    }
    const lists = ['networks', 'columns', 'rows', 'fits', 'matrices', 'clouds', 'descriptors'];
    for (const field of lists) if (!Array.isArray(document[field])) throw damaged(`“${field}” is no list`);
    if (COLUMNS.some((column, i) => document.columns[i] !== column)) throw damaged(`its columns are not ${COLUMNS.join(', ')}`);
    let study;
    try {
      study = checkStudy(document.study);
    } catch (error) {
      throw damaged(`its study is not possible (${error.message})`);
    }
    const report = new Report({ study, made: { date: '', version: '', build: '', seconds: 0, ...document.made }, networks: document.networks.map(readNetwork), descriptors: document.descriptors });
    for (const { network, layer } of report.networks.flatMap((network) => network.layers.map((layer) => ({ network, layer })))) {
      const { id, label, depth, op, shape, nPoints, nCoords } = /** @type {any} */ (layer);
      if (nPoints !== undefined) report.add(network.id, { layer: { id, label, op: op ?? '', shape: shape ?? [], depth, nPoints, nCoords }, rows: [], fits: [], clouds: [] });
    }
    const recordOf = (/** @type {any} */ network, /** @type {any} */ layer, /** @type {string} */ where) => {
      const record = report.layer(network, layer);
      if (!record) throw damaged(`${where} names ${JSON.stringify(network)} and layer ${JSON.stringify(layer)}, which it does not list`);
      return record;
    };
    document.rows.forEach((/** @type {any[]} */ cells, /** @type {number} */ i) => {
      const where = `row ${i + 1}`;
      if (!Array.isArray(cells) || cells.length !== COLUMNS.length) throw damaged(`${where} has ${cells?.length ?? 'no'} entries instead of ${COLUMNS.length}`);
      const [network, layer, , of, repetition, descriptor, value_, low, high, n, note] = cells;
      for (const number of [value_, low, high]) if (number !== null && typeof number !== 'number') throw damaged(`${where} holds ${JSON.stringify(number)} where a number belongs`);
      recordOf(network, layer, where).rows.push({ descriptor, class: of, repetition, value: value_, low, high, n, note });
    });
    document.fits.forEach((/** @type {any} */ { network, layer, ...fit }, /** @type {number} */ i) => recordOf(network, layer, `fit ${i + 1}`).fits.push(fit));
    document.clouds.forEach((/** @type {any} */ { network, layer, births, deaths, threshold, ...cloud }, /** @type {number} */ i) => {
      const where = `barcode ${i + 1}`;
      try {
        const read = { ...cloud, threshold: threshold ?? Infinity, births: unpack(births), deaths: unpack(deaths) };
        const [all, first] = [read.counts.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0), read.counts[0]];
        if (read.deaths.length !== all || read.births.length !== all - first) throw new Error('lengths');
        recordOf(network, layer, where).clouds.push(read);
      } catch (error) {
        throw error instanceof BettiscopeError ? error : damaged(`${where} cannot be read`);
      }
    });
    report.matrices = document.matrices;
    report.complete = document.complete !== false;
    return report;

    /** @param {any} network @param {number} i @returns {ReportNetwork} */
    function readNetwork(network, i) {
      if (typeof network?.id !== 'string' || !Array.isArray(network.layers)) throw damaged(`network ${i + 1} has no name or no layers`);
      return network;
    }
  }
}

/** The largest report that is opened. */
const MAX_REPORT_BYTES = 256 * 2 ** 20;

/** Whether a file is a report (of whatever version), by its beginning. @param {Blob} file */
export const isReport = async (file) => kindOf(await file.slice(0, 400).text()) === 'report';

/** Whether a file is a study, by its beginning. @param {Blob} file */
export const isStudy = async (file) => kindOf(await file.slice(0, 400).text()) === 'study';

/** @param {string} beginning */
const kindOf = (beginning) => /^\s*\{[^]*?"bettiscope"\s*:\s*"(report|study)"/.exec(beginning)?.[1];

/** @param {Blob & {name?: string}} file @returns {Promise<Report>} */
export async function openReport(file) {
  const name = file.name ?? 'the file';
  if (file.size > MAX_REPORT_BYTES) throw new BettiscopeError('too-large', `${name} has ${Math.round(file.size / 2 ** 20)} MB, more than the ${MAX_REPORT_BYTES / 2 ** 20} MB this page opens; save the report without barcodes`);
  return Report.from(await file.text(), name);
}

/** What is kept of a barcode. @param {string} name @param {number} repetition @param {number} n @param {import('../bettiscope.js').Barcode} barcode @returns {Cloud} */
export function fold(name, repetition, n, { maxDim, threshold, dims, births, deaths }) {
  const counts = Array.from({ length: maxDim + 1 }, () => 0);
  for (const dim of dims) counts[dim] += 1;
  return { class: name, repetition, n, maxDim, threshold, counts, births: births.slice(counts[0]), deaths: deaths.slice() };
}

/** @param {Cloud} cloud @returns {import('../bettiscope.js').Barcode} */
export function unfold({ maxDim, threshold, counts, births, deaths }) {
  const dims = Uint8Array.from(counts.flatMap((count, dim) => Array.from({ length: count }, () => dim)));
  const all = new Float32Array(dims.length);
  all.set(births, counts[0]);
  return { maxDim, threshold, dims, births: all, deaths: deaths.slice(), edges: new Uint32Array(2 * dims.length).fill(0xffffffff) };
}

/** @param {Float32Array} numbers @returns {string} base64 of little-endian 32-bit numbers */
function pack(numbers) {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  numbers.forEach((number, i) => view.setFloat32(4 * i, number, true));
  const bytes = new Uint8Array(view.buffer);
  let text = '';
  for (let start = 0; start < bytes.length; start += 8192) text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  return btoa(text);
}

/** @param {string} text @returns {Float32Array} */
function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  if (bytes.length % 4 !== 0) throw new Error('cut off');
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

/** @param {string} text @param {string} name */
function parse(text, name) {
  try {
    return JSON.parse(text);
  } catch (error) {
    const cut = kindOf(text.slice(0, 400)) === 'report';
    throw new BettiscopeError('invalid-report', cut ? `${name} is a report that is cut off or damaged (${error.message}); copy it again` : `${name} is no report of Bettiscope: it is no JSON`);
  }
}

const key = (/** @type {string} */ network, /** @type {string} */ layer) => JSON.stringify([network, layer]);

/** @param {string | string[] | undefined} wanted @param {string} value */
const matches = (wanted, value) => wanted === undefined || (Array.isArray(wanted) ? wanted.includes(value) : wanted === value);

/** @param {number | null} a @param {number | null} b @param {number} tolerance */
function close(a, b, tolerance) {
  if (a === null || b === null) return a === b;
  return a === b || Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b), 1e-9);
}
