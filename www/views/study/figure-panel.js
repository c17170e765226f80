import { element } from '../../dom.js';
import { Picture, pixelX, pixelY } from '../../picture.js';
import { color } from '../../theme.js';
import { grouped } from './collection.js';

/** How near the pointer must be to a point, in CSS pixels. */
const REACH = 22;

/**
 * A figure of the Study place: exact numbers on hover and by keyboard, a click chooses a number.
 *
 * @typedef {import('./profiles.js').Drawing} Drawing
 * @typedef {import('./profiles.js').Mark} Mark
 * @typedef {import('./profiles.js').Point} Point
 */
export class FigurePanel {
  /**
   * @param {{draw: (figure: any) => Promise<any>, name: string, tip: import('../tip.js').Tip, onPoint: (point: Point) => void}} options
   */
  constructor({ draw, name, tip, onPoint }) {
    this.tip = tip;
    this.onPoint = onPoint;
    /** @type {Drawing | null} */
    this.drawing = null;
    /** @type {Point | null} */
    this.chosen = null;
    /** @type {Mark | null} under the pointer or the keyboard */
    this.reached = null;
    this.heading = element('h3', {});
    this.host = element('div', { className: 'study-figure' });
    this.picture = new Picture(this.host, { draw, name: `study-${name}`, label: 'the figure', height: (width) => this.drawing?.height(width) ?? 200 });
    this.picture.saveWidth = 1080;
    this.host.prepend(element('div', { className: 'panel-head' }, this.heading, this.picture.saves));
    this.picture.onDrawn = () => this.mark();
    const { stage } = this.picture;
    stage.tabIndex = 0;
    stage.setAttribute('role', 'group');
    stage.addEventListener('pointermove', (event) => this.reach(this.nearest(event), { x: event.clientX, y: event.clientY }));
    stage.addEventListener('pointerleave', () => this.reach(null));
    stage.addEventListener('blur', () => this.reach(null));
    stage.addEventListener('click', (event) => this.choose(this.nearest(event)));
    stage.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** @param {Drawing} drawing @param {Point | null} chosen */
  show(drawing, chosen) {
    this.drawing = drawing;
    this.chosen = chosen;
    const { reached } = this;
    this.reached = (reached && drawing.marks.find((mark) => sameAs(mark.point, reached.point))) ?? null;
    this.heading.textContent = drawing.title;
    this.host.classList.toggle('wide', Boolean(drawing.wide));
    this.picture.stage.setAttribute('aria-label', `${drawing.label}; left and right walk along a line or row, up and down to another one, Enter chooses`);
    return this.picture.show(drawing.figure);
  }

  /** @param {Mark} mark */
  panelOf({ cell }) {
    const { panels } = this.picture;
    return cell ? panels.find((panel) => panel.cell?.[0] === cell[0] && panel.cell[1] === cell[1]) : panels[0];
  }

  /** @param {MouseEvent} event @returns {Mark | null} */
  nearest(event) {
    const at = this.picture.place(event);
    const isMap = this.picture.panels[0]?.name === 'heatmap';
    let [best, least] = [/** @type {Mark | null} */ (null), isMap ? Infinity : REACH];
    for (const mark of this.drawing?.marks ?? []) {
      const panel = this.panelOf(mark);
      if (!panel) continue;
      if (isMap && (at.x < panel.x || at.x > panel.x + panel.width || at.y < panel.y || at.y > panel.y + panel.height)) return null;
      const distance = Math.hypot(pixelX(panel, mark.x) - at.x, pixelY(panel, mark.y) - at.y);
      if (distance < least) [best, least] = [mark, distance];
    }
    return best;
  }

  /** @param {Mark | null} mark @param {{x: number, y: number}} [place] in the window */
  reach(mark, place) {
    if (mark === this.reached && !place) return;
    this.reached = mark;
    this.picture.stage.style.cursor = mark ? 'pointer' : '';
    this.mark();
    const panel = mark && this.panelOf(mark);
    if (!mark || !panel) return this.tip.hide();
    const box = this.picture.stage.getBoundingClientRect();
    this.tip.show(place ?? { x: box.left + pixelX(panel, mark.x), y: box.top + pixelY(panel, mark.y) }, mark.lines, []);
  }

  /** @param {Mark | null} mark */
  choose(mark) {
    if (mark) this.onPoint(mark.point);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const marks = this.drawing?.marks ?? [];
    const along = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const across = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === 'Escape') return this.reach(null);
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      return this.choose(this.reached);
    }
    if ((!along && !across) || marks.length === 0) return;
    event.preventDefault();
    if (!this.reached) return this.reach(marks.find((mark) => sameAs(mark.point, this.chosen)) ?? marks[0]);
    const { series, cell, x } = this.reached;
    const same = (/** @type {Mark} */ mark) => mark.series === series && String(mark.cell) === String(cell);
    if (along) {
      const line = marks.filter(same).toSorted((a, b) => a.x - b.x);
      return this.reach(line[Math.max(0, Math.min(line.length - 1, line.indexOf(this.reached) + along))]);
    }
    // The nearest point of the line before or after, panels included.
    const lines = [...grouped(marks, (mark) => `${mark.cell} ${mark.series}`).values()];
    const at = lines.findIndex((line) => line.includes(/** @type {Mark} */ (this.reached)));
    const next = lines[Math.max(0, Math.min(lines.length - 1, at + Number(across)))];
    this.reach(next.reduce((a, b) => (Math.abs(b.x - x) < Math.abs(a.x - x) ? b : a)));
  }

  /** The chosen number, the one that is reached, and the line or column that is emphasised. */
  mark() {
    const context = this.picture.overlay();
    const { drawing } = this;
    if (!drawing) return;
    const isMap = this.picture.panels[0]?.name === 'heatmap';
    if (drawing.highlight !== undefined) this.emphasise(context, drawing.highlight, isMap);
    context.strokeStyle = color('accent');
    for (const [mark, width] of /** @type {[Mark | null | undefined, number][]} */ ([[drawing.marks.find((it) => sameAs(it.point, this.chosen)), 2], [this.reached, 2.5]])) {
      const panel = mark && this.panelOf(mark);
      if (!mark || !panel) continue;
      context.lineWidth = width;
      context.beginPath();
      if (isMap) context.rect(pixelX(panel, mark.x - 0.5), pixelY(panel, mark.y - 0.5), pixelX(panel, 1) - pixelX(panel, 0), pixelY(panel, 1) - pixelY(panel, 0));
      else context.arc(pixelX(panel, mark.x), pixelY(panel, mark.y), 6, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {number} at the column or the line @param {boolean} isMap */
  emphasise(context, at, isMap) {
    const [panel] = this.picture.panels;
    if (!panel) return;
    context.strokeStyle = color('ink');
    context.lineWidth = isMap ? 2 : 4;
    context.beginPath();
    if (isMap) context.rect(pixelX(panel, at), panel.y - 1, pixelX(panel, 1) - pixelX(panel, 0), panel.height + 2);
    else {
      const line = (this.drawing?.marks ?? []).filter(({ series }) => series === at);
      line.forEach((mark, i) => context[i ? 'lineTo' : 'moveTo'](pixelX(panel, mark.x), pixelY(panel, mark.y)));
      context.globalAlpha = 0.55;
    }
    context.stroke();
    context.globalAlpha = 1;
  }
}

/** @param {Point} a @param {Point | null} b */
export const sameAs = (a, b) => b !== null && a.member === b.member && a.layer === b.layer && a.descriptor === b.descriptor;
