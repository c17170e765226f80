import { edgesUpTo } from '../betti.js';
import { element, short } from '../dom.js';
import { EdgeLayer } from '../edge-layer.js';
import { Picture, pixelX, pixelY } from '../picture.js';
import { color } from '../theme.js';
import { showLegend } from './legend.js';

/** Pixels within which the pointer finds a point. */
const REACH = 14;

/** @type {Marks} */
const NO_MARKS = Object.freeze({ points: [], path: [], birth: [], death: [] });

/**
 * A cloud in the plane with the edges up to a scale below its points and marks above them.
 *
 * @typedef {import('./explorer.js').Subject} Subject
 * @typedef {{pairs: Uint32Array, lengths: Float32Array}} Edges
 * @typedef {{points: number[], path: number[], birth: number[], death: number[]}} Marks points to ring, a path to draw,
 *   and the edges with which an interval begins and ends
 */
export class CloudView {
  /**
   * @param {HTMLElement} host
   * @param {{draw: (figure: any) => Promise<any>, name: string, tallest: number, onClass?: (label: number | null) => void,
   *   onPoint: (point: number, place: import('./tip.js').Place | null) => void}} options
   */
  constructor(host, { draw, name, tallest, onClass, onPoint }) {
    this.onClass = onClass;
    this.onPoint = onPoint;
    /** @type {Subject | null} */
    this.subject = null;
    /** @type {Edges | null} */
    this.edges = null;
    this.scale = 0;
    this.point = -1;
    /** @type {Marks} */
    this.marked = NO_MARKS;
    this.heading = element('h2', {}, 'Cloud');
    this.picture = new Picture(host, { draw, name: `${name}-cloud`, label: 'the cloud', height: (w) => Math.min(w * 0.86, tallest) });
    this.layer = new EdgeLayer();
    this.note = element('p', { className: 'quiet edge-note' });
    this.legend = element('div', { className: 'legend', role: 'group', 'aria-label': 'Classes' });
    this.picture.stage.prepend(this.layer.canvas);
    host.prepend(element('div', { className: 'panel-head' }, this.heading, this.picture.saves));
    host.append(this.note, this.legend);
    this.picture.onDrawn = () => this.layEdges();
    this.picture.beyond = () => ({ legend: true, title: `${this.subject?.title}, edges up to ${short(this.scale)} (Rips diameter)`, edges: this.edges?.pairs.slice(0, 2 * edgesUpTo(this.edges.lengths, this.scale)) });
    this.listen();
  }

  /** @param {Subject | null} subject */
  async show(subject) {
    this.subject = subject;
    this.edges = null;
    this.point = -1;
    this.marked = NO_MARKS;
    this.heading.textContent = subject ? `Cloud of ${subject.title}` : 'Cloud';
    this.showLegend();
    if (!subject) return this.picture.show(null);
    const { positions, labels, classes, xLabel, yLabel, title } = subject;
    await this.picture.show({ kind: 'scatter', positions, labels, classes, xLabel, yLabel, title });
  }

  showLegend() {
    const { classes = [], labels, classOnly, allLabels } = this.subject ?? {};
    showLegend(this.legend, { classes, present: new Set(allLabels ?? labels ?? []), chosen: classOnly ?? '', onClass: this.onClass });
  }

  /** @param {Edges | null} edges */
  setEdges(edges) {
    this.edges = edges;
    this.layEdges();
  }

  layEdges() {
    const { subject, edges, picture } = this;
    const [panel] = picture.panels;
    if (!subject || !panel) return;
    const at = Float32Array.from(subject.positions, (value, i) => (i % 2 ? pixelY(panel, value) : pixelX(panel, value)));
    this.layer.lay(at, edges?.pairs ?? new Uint32Array(0), picture.size);
    this.setScale(this.scale);
    this.drawMarks();
  }

  /** @param {number} scale */
  setScale(scale) {
    this.scale = scale;
    const { edges } = this;
    const count = edges ? edgesUpTo(edges.lengths, scale) : 0;
    this.layer.show(count, hex(color('edge')));
    const cut = edges !== null && this.subject !== null && count === edges.lengths.length && !this.subject.hasAllEdges(count);
    this.note.textContent = cut ? `The ${count.toLocaleString('en')} shortest edges are drawn.` : '';
  }

  /** @param {Partial<Marks>} marked */
  mark(marked) {
    this.marked = { ...NO_MARKS, ...marked };
    this.drawMarks();
  }

  drawMarks() {
    const [panel] = this.picture.panels;
    if (!this.subject || !panel) return;
    const { positions } = this.subject;
    const context = this.picture.overlay();
    const { points, path, birth, death } = this.marked;
    const x = (/** @type {number} */ p) => pixelX(panel, positions[2 * p]);
    const y = (/** @type {number} */ p) => pixelY(panel, positions[2 * p + 1]);
    context.lineJoin = 'round';
    const line = (/** @type {number[]} */ along) => {
      context.beginPath();
      along.forEach((p, i) => (i ? context.lineTo(x(p), y(p)) : context.moveTo(x(p), y(p))));
      context.stroke();
    };
    for (const [ink, width] of /** @type {const} */ ([['ground', 5], ['ink', 2.5]])) {
      context.strokeStyle = color(ink);
      context.lineWidth = width;
      line(path);
      if (ink === 'ink') context.strokeStyle = color('accent');
      line(birth);
      context.setLineDash([6, 5]);
      line(death);
      context.setLineDash([]);
      context.strokeStyle = color(ink);
      for (const p of points) {
        context.beginPath();
        context.arc(x(p), y(p), 6.5, 0, 2 * Math.PI);
        context.stroke();
      }
    }
  }

  listen() {
    const { stage } = this.picture;
    Object.assign(stage, { tabIndex: 0 });
    stage.setAttribute('role', 'group');
    stage.setAttribute('aria-label', 'Cloud; arrow keys walk through its points');
    const found = (/** @type {PointerEvent} */ event) => this.onPoint(this.pointAt(this.picture.place(event)), { x: event.clientX, y: event.clientY });
    stage.addEventListener('pointermove', found);
    stage.addEventListener('pointerdown', found);
    stage.addEventListener('pointerleave', () => this.onPoint(-1, null));
    stage.addEventListener('blur', () => this.onPoint(-1, null));
    stage.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === 'Escape') this.onPoint((this.point = -1), null);
      if (!step || !this.subject) return;
      event.preventDefault();
      const n = this.subject.positions.length / 2;
      this.point = (this.point + step + n) % n;
      const [panel] = this.picture.panels;
      const box = stage.getBoundingClientRect();
      const { positions } = this.subject;
      this.onPoint(this.point, { x: box.left + pixelX(panel, positions[2 * this.point]), y: box.top + pixelY(panel, positions[2 * this.point + 1]) });
    });
  }

  /** @param {{x: number, y: number}} place @returns {number} */
  pointAt({ x, y }) {
    const [panel] = this.picture.panels;
    if (!this.subject || !panel) return -1;
    const { positions } = this.subject;
    let [best, nearest] = [-1, REACH];
    for (let i = 0; i < positions.length / 2; i += 1) {
      const distance = Math.hypot(pixelX(panel, positions[2 * i]) - x, pixelY(panel, positions[2 * i + 1]) - y);
      if (distance < nearest) [best, nearest] = [i, distance];
    }
    return best;
  }
}

/** @param {string} text `#rrggbb` @returns {[number, number, number]} */
function hex(text) {
  const value = Number.parseInt(text.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
