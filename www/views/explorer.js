import { lastScale, summary, tellingScale } from '../betti.js';
import { plural, short } from '../dom.js';
import { theme } from '../theme.js';
import { CloudView } from './cloud.js';
import { IntervalsView } from './intervals.js';
import { ScaleControl } from './scale.js';
import { Tip } from './tip.js';

/**
 * One cloud and its barcode, linked: the scale joins points in the cloud; an interval shows the two points that merge or
 * a loop that appears; a point shows its sample and the intervals it takes part in.
 *
 * @typedef {import('../bettiscope.js').Barcode} Barcode
 * @typedef {import('../bettiscope.js').Representative} Representative
 * @typedef {{title: string, positions: Float32Array, labels: Uint16Array | null, classes: string[], xLabel: string, yLabel: string,
 *   barcode: Barcode, edges: () => Promise<{pairs: Uint32Array, lengths: Float32Array}>,
 *   representative: (interval: number) => Promise<Representative>, describe: (point: number) => string,
 *   sample: (point: number) => import('./sample.js').Sample | null, empty: string, hasAllEdges: (count: number) => boolean,
 *   classOnly?: string, allLabels?: Uint16Array | null}} Subject
 *   `classOnly` is the one class shown, `allLabels` those of all points of the layer
 */

/** All digits that a 32-bit number has. @param {number} value */
const exact = (value) => (value === Infinity ? '∞' : String(Number(value.toPrecision(7))));
/** Samples of a loop that are named. */
const MAX_NAMED = 4;
const TELL_EVERY_MS = 200;
/** A loop found within this time is shown without announcing the search. */
const PATIENCE_MS = 150;

export class Explorer {
  /**
   * @param {{cloud: HTMLElement, intervals: HTMLElement}} hosts
   * @param {{scope: import('../bettiscope.js').Bettiscope, name: string, tallest: number, view: string, scale: number | null,
   *   onView: (view: string) => void, onScale: (scale: number | null) => void, onClass?: (label: number | null) => void}} options
   */
  constructor({ cloud, intervals }, { scope, name, tallest, view, scale, onView, onScale, onClass }) {
    const draw = (/** @type {any} */ figure) => scope.draw(figure);
    /** @type {number | null} the scale the user chose, for all clouds; null: a telling one for each */
    this.chosenScale = scale;
    this.onScale = onScale;
    /** @type {Subject | null} */
    this.subject = null;
    /** @type {{pairs: Uint32Array, lengths: Float32Array} | null} */
    this.edges = null;
    this.scale = 0;
    this.turn = 0;
    this.frame = 0;
    this.telling = 0;
    /** @type {Map<number, Representative | string>} what stands for the intervals looked at, or why nothing does */
    this.found = new Map();
    /** whether one is being looked for */
    this.looking = false;
    /** @type {import('./tip.js').Place | null} */
    this.place = null;
    this.tip = new Tip();
    this.cloud = new CloudView(cloud, { draw, name, tallest, onClass, onPoint: (point, place) => this.markPoint(point, place) });
    const choose = (/** @type {number} */ value) => this.setScale(value, true);
    this.intervals = new IntervalsView(intervals, { draw, name, tallest, view, onView, onScale: choose, onInterval: (interval, place) => this.markInterval(interval, place) });
    this.control = new ScaleControl(intervals, { name, onScale: choose });
    theme.addEventListener('change', () => this.cloud.showLegend());
  }

  /** @param {Subject | null} subject */
  async show(subject) {
    const turn = ++this.turn;
    this.subject = subject;
    this.edges = null;
    this.found = new Map();
    this.tip.hide();
    const drawn = Promise.all([this.cloud.show(subject), this.intervals.show(subject)]);
    this.setScale(this.chosenScale ?? (subject ? tellingScale(subject.barcode) : 0), false);
    this.control.show(subject?.barcode ?? null, this.scale);
    await drawn;
    const edges = await subject?.edges().catch(() => null);
    if (turn !== this.turn || !edges) return;
    this.edges = edges;
    this.cloud.setEdges(edges);
  }

  /**
   * A barcode that is still being computed: only its picture and the scale follow, nothing is marked.
   * @param {Subject} subject
   */
  async preview(subject) {
    this.turn += 1;
    if (this.subject?.positions !== subject.positions) await this.cloud.show(subject);
    this.subject = subject;
    this.found = new Map();
    this.tip.hide();
    this.setScale(this.chosenScale ?? tellingScale(subject.barcode), false);
    await this.intervals.show(subject);
  }

  /** What a link or a step back asks for. @param {string} view @param {number | null} scale */
  follow(view, scale) {
    this.intervals.setView(view);
    if (scale === this.chosenScale) return;
    this.chosenScale = scale;
    if (this.subject) this.setScale(scale ?? tellingScale(this.subject.barcode), false);
  }

  /** @param {number} scale @param {boolean} chosen by the user */
  setScale(scale, chosen) {
    if (!this.subject) return;
    this.scale = Math.max(0, Math.min(scale, lastScale(this.subject.barcode)));
    if (chosen) {
      this.chosenScale = Number(this.scale.toPrecision(4)) || null;
      this.tellScale();
    }
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      if (this.subject) this.control.show(this.subject.barcode, this.scale);
      this.intervals.setScale(this.scale);
      this.cloud.setScale(this.scale);
    });
  }

  /** At once, then a few times a second: browsers refuse to change the address at every frame. */
  tellScale() {
    if (this.telling) return;
    const tell = () => this.onScale(this.chosenScale);
    tell();
    this.telling = window.setTimeout(() => {
      this.telling = 0;
      tell();
    }, TELL_EVERY_MS);
  }

  /** @param {number} interval @param {import('./tip.js').Place | null} place */
  markInterval(interval, place) {
    this.place = place;
    if (interval !== this.intervals.interval) {
      this.intervals.mark(interval);
      this.find();
      this.markFound();
    }
    this.tellInterval();
  }

  /** Looks for what stands for the marked interval: one search at a time, and always for the interval that is marked by then. */
  async find() {
    const { subject, found } = this;
    const { interval } = this.intervals;
    if (this.looking || !subject || interval < 0 || found.has(interval) || subject.barcode.dims[interval] > 1) return;
    this.looking = true;
    const announce = window.setTimeout(() => this.tellInterval(), PATIENCE_MS);
    found.set(interval, await subject.representative(interval).catch((/** @type {Error} */ failure) => failure.message));
    window.clearTimeout(announce);
    this.looking = false;
    if (found === this.found && interval === this.intervals.interval) {
      this.markFound();
      this.tellInterval();
    } else await this.find();
  }

  /** @returns {Representative | null} what is known to stand for the marked interval */
  representative() {
    const found = this.found.get(this.intervals.interval);
    return typeof found === 'object' ? found : null;
  }

  markFound() {
    const found = this.representative();
    const points = [...(found?.points ?? [])];
    if (!found?.isLoop) return this.cloud.mark({ points, path: points });
    // The loop is closed by the edge with which the interval begins.
    this.cloud.mark({ points, path: points, birth: [points[points.length - 1], points[0]], death: [...(found.deathEdge ?? [])] });
  }

  tellInterval() {
    const { subject, place } = this;
    const { interval } = this.intervals;
    if (interval < 0 || !place || !subject) return this.tip.hide();
    const points = [...(this.representative()?.points ?? [])];
    this.tip.show(place, [...this.intervalWords(interval), ...this.representativeWords(points)], this.samples(points));
  }

  /** @param {number[]} points @returns {string[]} */
  representativeWords(points) {
    const { subject, found } = this;
    const { interval } = this.intervals;
    const known = found.get(interval);
    if (!subject || subject.barcode.dims[interval] > 1) return [];
    if (known === undefined) return subject.barcode.dims[interval] === 1 ? ['looking for its loop …'] : [];
    if (typeof known === 'string') return [`no loop can be shown: ${known}`];
    if (points.length === 0) return [];
    const names = points.slice(0, MAX_NAMED).map((point) => subject.describe(point));
    const more = points.length > MAX_NAMED ? ` and ${points.length - MAX_NAMED} more` : '';
    if (!known.isLoop) return [`merges ${names.join(' with ')}`];
    const fate = known.isFilled ? 'is filled in at the death' : known.deathEdge ? 'becomes a sum of older loops at the death' : 'is never filled in';
    return [`a short loop that stands for it, ${plural(points.length, 'point')}: ${names.join(' – ')}${more}; it ${fate}`];
  }

  /** @param {number} interval */
  intervalWords(interval) {
    const { dims, births, deaths } = /** @type {Subject} */ (this.subject).barcode;
    const [birth, death] = [births[interval], deaths[interval]];
    const life = death === Infinity ? 'lives for ever (essential)' : `length ${short(death - birth)}`;
    return [`H${dims[interval]} · ${life}`, `born at ${exact(birth)}, dies at ${exact(death)}`];
  }

  /** @param {number[]} points */
  samples(points) {
    return points.map((point) => this.subject?.sample(point) ?? null).filter((sample) => sample !== null);
  }

  /** @param {number} point @param {import('./tip.js').Place | null} place */
  markPoint(point, place) {
    this.cloud.mark({ points: point < 0 ? [] : [point] });
    if (point < 0 || !place || !this.subject) return this.tip.hide();
    const { edges, deaths, dims } = this.subject.barcode;
    const merges = [...deaths.keys()].filter((i) => dims[i] === 0 && (edges[2 * i] === point || edges[2 * i + 1] === point));
    const words = merges.length ? [`ends ${plural(merges.length, 'H0 interval')} at ${merges.slice(0, 4).map((i) => short(deaths[i])).join(', ')}${merges.length > 4 ? ', …' : ''}`] : [];
    this.tip.show(place, [this.subject.describe(point), ...words], this.samples([point]));
  }

  /** What the barcode says, in a sentence per dimension. @returns {string[]} */
  sentences() {
    const { subject } = this;
    if (!subject) return [];
    return summary(subject.barcode).map(({ dim, count, longest, essential }) => {
      if (count === 0) return `no H${dim} intervals: ${subject.empty}`;
      const alive = essential ? `, ${essential} of them essential` : '';
      return `${plural(count, `H${dim} interval`)}${alive}${longest ? `; the longest finite one is ${short(longest)} long` : ''}`;
    });
  }
}
