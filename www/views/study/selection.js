import { unfold } from '../../bettiscope/report.js';
import { element, plural, short } from '../../dom.js';
import { Picture } from '../../picture.js';
import { axisLabel, descriptorOf, familyName, profileOf, stageName } from './collection.js';
import { MEASURES, fitFigure } from './other-figures.js';
import { percent } from './profiles.js';

/**
 * The column of words: what the view shows, then the chosen number with its classes, formula, source, settings, and what
 * lies behind it: barcode, fit, cloud.
 *
 * @typedef {import('./collection.js').Collection} Collection
 * @typedef {import('./collection.js').Member} Member
 * @typedef {import('./profiles.js').Point} Point
 * @typedef {import('../../bettiscope/report.js').LayerRecord} LayerRecord
 */
export class Selection {
  /**
   * @param {HTMLElement} host
   * @param {{draw: (figure: any) => Promise<any>, onClass: (name: string) => void, onCloud: (member: Member, layer: string, name: string) => void,
   *   onDetails: (member: Member, layer: string) => void}} options
   */
  constructor(host, options) {
    this.options = options;
    this.words = element('div', {});
    this.number = element('div', { role: 'status' });
    this.behind = element('div', {});
    const picture = (/** @type {string} */ name, /** @type {string} */ label, /** @type {(width: number) => number} */ height) => {
      const box = element('div', { className: 'behind', hidden: true });
      const heading = element('h3', {});
      const made = new Picture(box, { draw: options.draw, name: `study-${name}`, label, height });
      box.prepend(element('div', { className: 'panel-head' }, heading, made.saves));
      return { box, heading, picture: made };
    };
    this.barcode = picture('barcode', 'the barcode', (width) => Math.round(Math.min(280, width * 0.8)));
    this.fit = picture('fit', 'the fit', (width) => Math.round(Math.min(260, width * 0.76)));
    this.links = element('div', { className: 'links' });
    host.append(element('h2', {}, 'What am I seeing?'), this.words, this.number, this.fit.box, this.barcode.box, this.links, this.behind);
  }

  /**
   * @param {string[]} sentences about the view
   * @param {Collection} collection
   * @param {Point | null} point
   * @param {{name: string, record: LayerRecord | null}} chosen `name`: the class whose cloud is looked at; `record`: all that is known of the layer
   */
  show(sentences, collection, point, { name, record }) {
    this.words.replaceChildren(...sentences.map((words) => element('p', {}, words)));
    const member = point && collection.member(point.member);
    for (const { box } of [this.barcode, this.fit]) box.hidden = true;
    this.links.replaceChildren();
    this.behind.replaceChildren();
    if (!point || !member) return this.number.replaceChildren(element('p', { className: 'quiet' }, 'Choose a point of a figure to see its number, its settings and the barcode behind it.'));
    if (point.descriptor in MEASURES) return this.showMeasure(point);
    const entry = descriptorOf(collection, point.descriptor);
    const { cloud, rows: profile } = profileOf(member, point.descriptor);
    const row = profile.find(({ layer }) => layer === point.layer);
    const classes = (record?.rows ?? []).filter((it) => it.descriptor === point.descriptor && it.class !== 'mean' && it.class !== 'all');
    const { study } = member.report;
    const value = row?.value === null || row?.value === undefined ? 'undefined' : short(row.value);
    const facts = [
      ['network', `${familyName(member.network)}, ${stageName(member.network)}`],
      ['test accuracy', percent(member.accuracy)],
      ['layer', `${point.layer}, relative depth ${short(row?.depth ?? 0)}`],
      ['data', member.network.dataName ?? member.network.data],
      ['cloud', `${axisLabel(entry, cloud)}; n = ${row?.n ?? 0}`],
      ...(row && row.low !== null && row.high !== null ? [['spread', `${short(row.low)} to ${short(row.high)}`]] : []),
      ...(row?.note ? [['note', row.note]] : []),
      ['settings', settingsOf(study, member, point.descriptor)],
      ['computed', `${String(member.report.made.date).slice(0, 10)}, version ${String(member.report.made.version).slice(0, 8) || 'unknown'}`],
    ];
    this.number.replaceChildren(
      element('p', { className: 'value', title: String(row?.value ?? '') }, element('b', {}, value), ` ${entry.label}`),
      element('dl', {}, ...facts.flatMap(([term, words]) => [element('dt', {}, term), element('dd', {}, words)])),
      element('details', {}, element('summary', {}, 'Formula and source'), element('p', {}, entry.formula), element('p', { className: 'quiet' }, entry.source)),
      ...(classes.length > 1 ? [this.classTable(classes, name)] : []),
    );
    this.showFit(record, point, entry.label);
    this.showBarcode(member, point, name, record);
  }

  /** @param {Point} point */
  showMeasure({ descriptor, layer }) {
    const { label, formula, source } = /** @type {Record<string, any>} */ (MEASURES)[descriptor];
    this.number.replaceChildren(element('p', {}, element('b', {}, label), `, row ${layer}`), element('p', {}, formula), element('p', { className: 'quiet' }, source));
  }

  /** @param {import('../../bettiscope/report.js').Measured[]} rows @param {string} chosen */
  classTable(rows, chosen) {
    const most = Math.max(...rows.map(({ value }) => value ?? 0), 0) || 1;
    return element('details', { open: true, className: 'classes' }, element('summary', {}, 'Class by class'), element('table', {}, element('tbody', {}, ...rows.map(({ class: name, value, n, repetition, note }) => {
      const bar = element('i', { className: 'share' });
      bar.style.width = `${(100 * Math.max(0, value ?? 0)) / most}%`;
      return element('tr', {},
        element('th', { scope: 'row' }, element('button', { type: 'button', className: 'link', 'aria-pressed': String(name === chosen), title: 'The barcode of this class', onclick: () => this.options.onClass(name) }, repetition ? `${name} (batch ${repetition + 1})` : name)),
        element('td', { className: 'bar-cell', 'aria-hidden': 'true' }, bar),
        element('td', { title: note || `n = ${n}` }, value === null ? 'undefined' : short(value)));
    }))));
  }

  /** @param {LayerRecord | null} record @param {Point} point @param {string} label */
  showFit(record, { layer, descriptor }, label) {
    const of = descriptor === 'phdim-0-r2' ? 'phdim-0' : descriptor;
    const fits = record?.fits.filter((fit) => fit.descriptor === of && (fit.repetition ?? 0) === 0) ?? [];
    this.fit.box.hidden = fits.length === 0;
    if (fits.length === 0) return;
    const r2 = fits.length === 1 && fits[0].r2 !== null ? `, R² ${fits[0].r2.toFixed(4)}` : '';
    this.fit.heading.textContent = `Log–log fit${r2}`;
    this.fit.picture.show(fitFigure(fits, `${label} at ${layer}`));
  }

  /** @param {Member} member @param {Point} point @param {string} name @param {LayerRecord | null} record */
  showBarcode(member, { layer, descriptor }, name, record) {
    const cloud = record?.clouds.find((it) => it.class === name && it.repetition === 0);
    const barcode = cloud && unfold(cloud);
    this.barcode.box.hidden = !barcode;
    if (barcode) {
      this.barcode.heading.textContent = name === 'all' ? 'Barcode of all points' : `Barcode of ${name}`;
      this.barcode.picture.show({ kind: 'barcode', barcode, maxBars: 300, title: `${name} at ${layer}` });
    }
    const link = (/** @type {string} */ words, /** @type {string} */ title, /** @type {() => void} */ onclick) => element('button', { type: 'button', className: 'link', title, onclick }, words);
    const of = name === 'all' ? 'of all points' : `of ${name}`;
    this.links.replaceChildren(
      ...(barcode ? [] : [link('Compute what is behind it', 'The report keeps numbers only: this runs the network again for this layer, for its barcodes, fits and classes', () => this.options.onDetails(member, layer))]),
      ...(canOpen(member) ? [link(`Open this cloud in Network`, `The cloud ${of} at ${layer}, with the same samples and settings`, () => this.options.onCloud(member, layer, name))] : []),
      ...(descriptor.startsWith('phdim') && name !== 'all' ? [element('p', { className: 'quiet' }, 'PHdim is of the unscaled points; the barcode is of the scaled ones.')] : []),
    );
  }
}

/** Whether the Network place can show the cloud: its measurement has one batch and per-class clouds. @param {Member} member */
const canOpen = ({ report: { study } }) => study.repetitions === 1 && study.firstClasses === null;

/** What a number depends on, in words. @param {import('../../bettiscope/study.js').Study} study @param {Member} member @param {string} descriptor */
function settingsOf(study, { network }, descriptor) {
  const isDimension = /^(phdim|two-?nn|mle|correlation|participation)/.test(descriptor);
  const phdim = descriptor.startsWith('phdim');
  const sizes = Array.isArray(study.phdim.sizes) ? `${study.phdim.sizes.length} given sizes` : `sizes of ${study.phdim.sizes}`;
  return [
    isDimension ? (study.phdim.scaling === 'none' || !phdim ? 'not scaled' : `scaling ${study.phdim.scaling}`) : `${study.perClass} per class, scaling ${study.scaling === 'min-max' ? 'min–max per coordinate over all classes' : study.scaling}`,
    `metric ${study.metric}`, `pooling ${network.pooling ?? study.pooling}`,
    ...(phdim ? [sizes, `median of ${plural(study.phdim.draws, 'draw')}`] : []),
    ...(descriptor.startsWith('lifespans') ? [`α = ${study.alpha}`, `factor ${study.factor} (${study.factor === 1 ? 'Rips diameter' : 'of the diameter'})`] : []),
    `seed ${study.seed}`,
  ].join(', ');
}

