import { element } from '../dom.js';
import { Picture, pixelX, pixelY, valueX } from '../picture.js';
import { color } from '../theme.js';
import { IntervalTable } from './interval-table.js';

export const VIEW_NAMES = { barcode: 'Barcode', diagram: 'Diagram', betti: 'Betti curves', table: 'Table' };
const MAX_BARS = 400;
/** Pixels within which the pointer finds a point of the diagram. */
const REACH = 12;

/**
 * The intervals of one cloud as barcode, diagram, Betti curves or table, with the scale as a line to drag.
 *
 * @typedef {import('./explorer.js').Subject} Subject
 */
export class IntervalsView {
  /**
   * @param {HTMLElement} host
   * @param {{draw: (figure: any) => Promise<any>, name: string, tallest: number, view: string, onView: (view: string) => void,
   *   onScale: (scale: number) => void, onInterval: (interval: number, place: import('./tip.js').Place | null) => void}} options
   */
  constructor(host, options) {
    this.options = options;
    this.view = options.view;
    /** @type {Subject | null} */
    this.subject = null;
    this.scale = 0;
    this.interval = -1;
    const { name, draw, tallest } = options;
    this.tabs = element('div', { className: 'tabs', role: 'tablist', 'aria-label': 'Views of the intervals' });
    const head = element('div', { className: 'panel-head' }, this.tabs);
    host.append(head);
    this.picture = new Picture(host, { draw, name: `${name}-intervals`, label: 'the intervals', height: (w) => Math.min(w * 0.8, tallest) });
    this.table = new IntervalTable(host, name);
    head.append(element('span', { className: 'saves' }, this.picture.saves, this.table.save));
    this.picture.onDrawn = () => this.drawOverlay();
    this.makeTabs();
    this.listen();
    host.addEventListener('keydown', (event) => {
      const chosen = Object.keys(VIEW_NAMES)[Number(event.key) - 1];
      if (chosen && !(event.target instanceof HTMLInputElement && event.target.type !== 'range')) this.setView(chosen);
    });
  }

  /** @param {Subject | null} subject */
  async show(subject) {
    this.subject = subject;
    this.interval = -1;
    await this.redraw();
  }

  async redraw() {
    const { subject, view } = this;
    const isTable = view === 'table';
    this.picture.stage.hidden = isTable;
    this.picture.saves.hidden = isTable;
    for (const tab of /** @type {NodeListOf<HTMLElement>} */ (this.tabs.querySelectorAll('[role=tab]'))) {
      const selected = tab.dataset.view === view;
      tab.setAttribute('aria-selected', String(selected));
      tab.tabIndex = selected ? 0 : -1;
    }
    this.table.show(subject?.barcode ?? null, isTable, this.picture.size.height);
    if (!subject) await this.picture.show(null);
    else if (!isTable) await this.picture.show({ kind: view, barcode: subject.barcode, title: `${VIEW_NAMES[/** @type {'barcode'} */ (view)]} of ${subject.title}`, ...(view === 'barcode' ? { maxBars: MAX_BARS } : {}) });
  }

  makeTabs() {
    Object.entries(VIEW_NAMES).forEach(([view, words], i) => {
      this.tabs.append(element('button', { type: 'button', role: 'tab', 'data-view': view, title: `Key ${i + 1} while this panel has the focus`, onclick: () => this.setView(view) }, words));
    });
    this.tabs.addEventListener('keydown', (event) => {
      const views = Object.keys(VIEW_NAMES);
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.setView(views[(views.indexOf(this.view) + step + views.length) % views.length]);
    });
  }

  /** @param {string} view */
  setView(view) {
    if (view === this.view) return;
    const inTabs = this.tabs.contains(document.activeElement);
    this.view = view;
    this.options.onView(view);
    this.redraw();
    if (inTabs) /** @type {HTMLElement} */ (this.tabs.querySelector('[aria-selected=true]')).focus();
  }

  /** @param {number} scale */
  setScale(scale) {
    this.scale = scale;
    this.drawOverlay();
  }

  /** @param {number} interval */
  mark(interval) {
    this.interval = interval;
    this.drawOverlay();
  }

  drawOverlay() {
    const { panels } = this.picture;
    if (this.view === 'table' || !panels.length || !this.subject) return;
    const context = this.picture.overlay();
    context.lineWidth = 2;
    context.strokeStyle = color('accent');
    context.fillStyle = color('accent');
    const [first] = panels;
    const x = pixelX(first, this.scale);
    if (x <= first.x + first.width + 1) {
      const bottom = Math.max(...panels.map((p) => p.y + p.height));
      context.beginPath();
      context.moveTo(x, first.y - 4);
      context.lineTo(x, bottom);
      context.stroke();
      context.beginPath();
      context.arc(x, bottom, 5, 0, 2 * Math.PI);
      context.fill();
    }
    this.drawMarked(context);
  }

  /** @param {CanvasRenderingContext2D} context */
  drawMarked(context) {
    const { interval, subject } = this;
    if (interval < 0 || !subject) return;
    const { births, deaths } = subject.barcode;
    context.strokeStyle = color('ink');
    context.beginPath();
    if (this.view === 'barcode') {
      const panel = this.picture.panels.find((p) => p.order?.includes(interval));
      if (!panel?.order) return;
      const row = panel.height / panel.y0; // y0 is the number of rows, which can be more than there are bars
      const y = panel.y + (panel.order.indexOf(interval) + 0.5) * row;
      context.lineWidth = Math.max(3, Math.min(6, row));
      context.moveTo(pixelX(panel, births[interval]), y);
      context.lineTo(Math.min(pixelX(panel, deaths[interval]), panel.x + panel.width), y);
    } else if (this.view === 'diagram') {
      const [panel] = this.picture.panels;
      context.arc(pixelX(panel, births[interval]), deaths[interval] === Infinity ? panel.y : pixelY(panel, deaths[interval]), 7, 0, 2 * Math.PI);
    }
    context.stroke();
  }

  listen() {
    const { stage } = this.picture;
    let dragging = false;
    stage.tabIndex = 0;
    stage.setAttribute('role', 'group');
    stage.setAttribute('aria-label', 'Intervals; up and down walk through them, left and right move the scale');
    const drag = (/** @type {PointerEvent} */ event) => this.options.onScale(valueX(this.picture.panels[0], this.picture.place(event).x));
    stage.addEventListener('pointerdown', (event) => {
      if (!this.picture.panels.length) return;
      dragging = true;
      stage.setPointerCapture(event.pointerId);
      drag(event);
    });
    for (const end of /** @type {const} */ (['pointerup', 'pointercancel'])) stage.addEventListener(end, () => { dragging = false; });
    stage.addEventListener('pointermove', (event) => {
      if (!this.picture.panels.length) return;
      if (dragging) drag(event);
      else this.options.onInterval(this.intervalAt(this.picture.place(event)), { x: event.clientX, y: event.clientY });
    });
    for (const end of /** @type {const} */ (['pointerleave', 'blur'])) stage.addEventListener(end, () => this.options.onInterval(-1, null));
    stage.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const [panel] = this.picture.panels;
    if (!panel || !this.subject) return;
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const along = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === 'Escape') this.options.onInterval(-1, null);
    if (!sideways && !along) return;
    event.preventDefault();
    if (sideways) return this.options.onScale(this.scale + (sideways * (panel.x1 - panel.x0)) / 200);
    const order = this.picture.panels.flatMap((p) => p.order ?? []);
    const all = order.length ? order : [...this.subject.barcode.dims.keys()];
    const at = all.indexOf(this.interval);
    const next = all[at < 0 ? (along === 1 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + Number(along)))];
    const box = this.picture.stage.getBoundingClientRect();
    const { births } = this.subject.barcode;
    const own = this.picture.panels.find((p) => p.order?.includes(next)) ?? panel;
    const y = own.order ? own.y + ((own.order.indexOf(next) + 0.5) * own.height) / own.y0 : own.y;
    this.options.onInterval(next, { x: box.left + pixelX(own, births[next]), y: box.top + y });
  }

  /** @param {{x: number, y: number}} place @returns {number} */
  intervalAt({ x, y }) {
    if (!this.subject) return -1;
    const { births, deaths } = this.subject.barcode;
    for (const panel of this.picture.panels) {
      if (x < panel.x - 4 || x > panel.x + panel.width + 8 || y < panel.y - 4 || y > panel.y + panel.height) continue;
      if (this.view === 'barcode' && panel.order?.length) return panel.order[Math.max(0, Math.floor(((y - panel.y) / panel.height) * panel.y0))] ?? -1;
      if (this.view !== 'diagram') continue;
      let [best, nearest] = [-1, REACH];
      for (let i = 0; i < births.length; i += 1) {
        const distance = Math.hypot(pixelX(panel, births[i]) - x, (deaths[i] === Infinity ? panel.y : pixelY(panel, deaths[i])) - y);
        if (distance < nearest) [best, nearest] = [i, distance];
      }
      return best;
    }
    return -1;
  }
}
