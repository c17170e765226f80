import { bettiNumbers, edgesUpTo, lastScale, summary, tellingScale } from '../betti.js';
import { element, plural, short } from '../dom.js';
import { barcodeRows, csv, download } from '../export.js';
import { Picture, pixelX, pixelY, valueX } from '../picture.js';
import { color, theme } from '../theme.js';
import { thumbnail } from './thumbnail.js';

/**
 * One cloud and its barcode, linked: the scale line joins points in the cloud, hovering an interval shows the two points
 * that merge, hovering a point shows the sample.
 *
 * @typedef {import('../bettiscope.js').Barcode} Barcode
 * @typedef {{title: string, positions: Float32Array, labels: Uint16Array | null, classes: string[], xLabel: string, yLabel: string,
 *   barcode: Barcode, edges: () => Promise<{pairs: Uint32Array, lengths: Float32Array}>, describe: (point: number) => string,
 *   sample: (point: number) => {data: any, index: number} | null, empty: string}} Subject
 */

const NO_POINT = 0xffffffff;
const VIEW_NAMES = { barcode: 'Barcode', diagram: 'Diagram', betti: 'Betti curves', table: 'Table' };
const MAX_EDGES_DRAWN = 20000;

export class Explorer {
  /**
   * @param {{cloud: HTMLElement, intervals: HTMLElement}} hosts
   * @param {{scope: import('../bettiscope.js').Bettiscope, name: string, view: string, scale: number | null,
   *   onView: (view: string) => void, onScale: (scale: number | null) => void, onClass?: (label: number | null) => void}} options
   */
  constructor({ cloud, intervals }, options) {
    this.options = options;
    this.view = options.view;
    /** @type {Subject | null} */
    this.subject = null;
    this.scale = options.scale;
    /** @type {{pairs: Uint32Array, lengths: Float32Array} | null} */
    this.edges = null;
    this.hovered = { interval: -1, point: -1 };
    this.turn = 0;
    const draw = (/** @type {any} */ figure) => options.scope.draw(figure);

    this.cloudTitle = element('h3', {}, 'Cloud');
    this.cloud = new Picture(cloud, { draw, name: `${options.name}-cloud`, label: 'the cloud', height: (w) => Math.min(w * 0.86, 430) });
    this.legend = element('div', { className: 'legend', role: 'group', 'aria-label': 'Classes' });
    cloud.prepend(element('div', { className: 'panel-head' }, this.cloudTitle, this.cloud.saves));
    cloud.append(this.legend);

    this.tabs = element('div', { className: 'tabs', role: 'tablist', 'aria-label': 'Views of the intervals' });
    const tableSave = element('button', { type: 'button', className: 'save', title: 'Save the intervals as CSV', 'aria-label': 'Save the intervals as CSV', onclick: () => this.saveTable() }, 'CSV');
    intervals.append(element('div', { className: 'panel-head' }, this.tabs, element('span', { className: 'saves' }, tableSave)));
    this.intervals = new Picture(intervals, { draw, name: `${options.name}-intervals`, label: 'the intervals', height: (w) => Math.min(w * 0.78, 400) });
    /** @type {HTMLElement} */ (intervals.querySelector('.panel-head .saves')).prepend(this.intervals.saves);
    this.table = element('div', { className: 'interval-table', hidden: true, tabindex: '0', role: 'region', 'aria-label': 'Table of intervals' });
    intervals.append(this.table);
    this.slider = element('input', { type: 'range', min: '0', max: '1000', step: '1', id: `${options.name}-scale`, 'aria-label': 'Scale', oninput: () => this.setScale((Number(this.slider.value) / 1000) * this.last(), true) });
    this.readout = element('output', { className: 'readout', for: this.slider.id });
    intervals.append(element('div', { className: 'scale-row' }, element('label', { for: this.slider.id }, 'scale'), this.slider), this.readout);
    this.tip = element('div', { className: 'tip', hidden: true, role: 'status' });
    document.body.append(this.tip);

    this.makeTabs();
    this.cloud.onDrawn = () => this.drawOverlays();
    this.intervals.onDrawn = () => this.drawOverlays();
    this.listen();
    theme.addEventListener('change', () => this.makeLegend());
  }

  /** @param {Subject | null} subject */
  async show(subject) {
    this.subject = subject;
    this.edges = null;
    this.hovered = { interval: -1, point: -1 };
    this.hideTip();
    const turn = ++this.turn;
    if (!subject) {
      this.cloudTitle.textContent = 'Cloud';
      this.legend.replaceChildren();
      this.readout.textContent = '';
      await Promise.all([this.cloud.show(null), this.intervals.show(null)]);
      return;
    }
    this.cloudTitle.textContent = subject.title;
    this.makeLegend();
    const { positions, labels, classes, xLabel, yLabel } = subject;
    const drawn = Promise.all([this.cloud.show({ kind: 'scatter', positions, labels, classes, xLabel, yLabel, title: subject.title }), this.showIntervals()]);
    this.setScale(this.options.scale ?? tellingScale(subject.barcode), false);
    await drawn;
    const edges = await subject.edges().catch(() => null);
    if (turn !== this.turn) return;
    this.edges = edges;
    this.drawOverlays();
  }

  async showIntervals() {
    const { subject, view } = this;
    if (!subject) return;
    const isTable = view === 'table';
    this.intervals.stage.hidden = isTable;
    this.intervals.saves.hidden = isTable;
    this.table.hidden = !isTable;
    for (const tab of /** @type {NodeListOf<HTMLElement>} */ (this.tabs.querySelectorAll('[role=tab]'))) {
      const selected = tab.dataset.view === view;
      tab.setAttribute('aria-selected', String(selected));
      tab.tabIndex = selected ? 0 : -1;
    }
    if (isTable) this.fillTable();
    else await this.intervals.show({ kind: view, barcode: subject.barcode, title: `${VIEW_NAMES[/** @type {'barcode'} */ (view)]} of ${subject.title}`, ...(view === 'barcode' ? { maxBars: 400 } : {}) });
  }

  makeTabs() {
    for (const [view, words] of Object.entries(VIEW_NAMES)) {
      this.tabs.append(element('button', { type: 'button', role: 'tab', 'data-view': view, onclick: () => this.setView(view) }, words));
    }
    this.tabs.addEventListener('keydown', (event) => {
      const views = Object.keys(VIEW_NAMES);
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.setView(views[(views.indexOf(this.view) + step + views.length) % views.length]);
      /** @type {HTMLElement} */ (this.tabs.querySelector('[aria-selected=true]')).focus();
    });
  }

  /** @param {string} view */
  setView(view) {
    this.view = view;
    this.options.onView(view);
    this.showIntervals();
  }

  makeLegend() {
    const { subject } = this;
    this.legend.replaceChildren();
    if (!subject?.labels || subject.classes.length < 2) return;
    const present = new Set(subject.labels);
    subject.classes.forEach((name, label) => {
      if (!present.has(label)) return;
      const swatch = element('i', { className: 'swatch' });
      swatch.style.background = color(`class${label % 10}`);
      const button = element('button', { type: 'button', className: 'class', title: `Show only ${name}`, onclick: () => this.options.onClass?.(label) }, swatch, name);
      button.disabled = !this.options.onClass;
      this.legend.append(button);
    });
  }

  /** @returns {number} */
  last() {
    return this.subject ? lastScale(this.subject.barcode) : 1;
  }

  /** @param {number} scale @param {boolean} chosen by the user */
  setScale(scale, chosen) {
    if (!this.subject) return;
    this.scale = Math.max(0, Math.min(scale, this.last()));
    if (chosen) {
      this.options.scale = this.scale;
      this.options.onScale(Number(this.scale.toPrecision(4)));
    }
    this.slider.value = String(Math.round((this.scale / this.last()) * 1000));
    const betti = bettiNumbers(this.subject.barcode, this.scale);
    this.slider.setAttribute('aria-valuetext', `${short(this.scale)}: ${betti.map((b, dim) => `Betti number ${dim} is ${b}`).join(', ')}`);
    this.readout.replaceChildren(
      ...betti.map((b, dim) => element('span', { className: 'betti' }, element('b', { className: `h${dim}` }, `β${'₀₁₂₃'[dim]} = ${b.toLocaleString('en')}`), ['pieces', 'loops', 'hollows', ''][dim])),
      element('span', { className: 'at' }, `at scale ${short(this.scale)} (Rips diameter)`),
    );
    requestAnimationFrame(() => this.drawOverlays());
  }

  drawOverlays() {
    if (!this.subject || this.scale === null) return;
    this.drawCloudOverlay(this.subject, this.scale);
    this.drawScaleLine(this.scale);
  }

  /** @param {Subject} subject @param {number} scale */
  drawCloudOverlay({ positions, barcode }, scale) {
    const [panel] = this.cloud.panels;
    if (!panel) return;
    const context = this.cloud.overlay();
    const at = (/** @type {number} */ point) => [pixelX(panel, positions[2 * point]), pixelY(panel, positions[2 * point + 1])];
    const line = (/** @type {number} */ a, /** @type {number} */ b) => {
      const [[x, y], [u, v]] = [at(a), at(b)];
      context.moveTo(x, y);
      context.lineTo(u, v);
    };
    if (this.edges) {
      const n = Math.min(edgesUpTo(this.edges.lengths, scale), MAX_EDGES_DRAWN);
      context.beginPath();
      for (let e = 0; e < n; e += 1) line(this.edges.pairs[2 * e], this.edges.pairs[2 * e + 1]);
      context.strokeStyle = color('edge');
      context.globalAlpha = Math.max(0.1, Math.min(0.7, 300 / (n + 1)));
      context.lineWidth = 1;
      context.stroke();
      context.globalAlpha = 1;
    }
    const marked = [];
    const { interval, point } = this.hovered;
    if (interval >= 0 && barcode.edges[2 * interval] !== NO_POINT) {
      const [a, b] = [barcode.edges[2 * interval], barcode.edges[2 * interval + 1]];
      context.beginPath();
      line(a, b);
      context.strokeStyle = color('ink');
      context.lineWidth = 2.5;
      context.stroke();
      marked.push(a, b);
    }
    if (point >= 0) marked.push(point);
    for (const p of marked) {
      const [x, y] = at(p);
      context.beginPath();
      context.arc(x, y, 6.5, 0, 2 * Math.PI);
      context.strokeStyle = color('ink');
      context.lineWidth = 2;
      context.stroke();
    }
  }

  /** @param {number} scale */
  drawScaleLine(scale) {
    if (this.view === 'table' || !this.intervals.panels.length) return;
    const context = this.intervals.overlay();
    const panels = this.intervals.panels;
    const { interval } = this.hovered;
    context.strokeStyle = color('accent');
    context.fillStyle = color('accent');
    context.lineWidth = 2;
    const first = panels[0];
    const x = pixelX(first, scale);
    if (x > first.x + first.width + 1) return;
    const bottom = Math.max(...panels.map((p) => p.y + p.height));
    context.beginPath();
    context.moveTo(x, first.y - 4);
    context.lineTo(x, bottom);
    if (this.view === 'diagram') context.lineTo(x, pixelY(first, scale));
    context.stroke();
    context.beginPath();
    context.arc(x, bottom, 5, 0, 2 * Math.PI);
    context.fill();
    if (this.view === 'barcode' && interval >= 0) {
      const panel = panels.find((p) => p.order?.includes(interval));
      if (!panel?.order || !this.subject) return;
      const row = panel.height / panel.y0;
      const y = panel.y + (panel.order.indexOf(interval) + 0.5) * row;
      const { births, deaths } = this.subject.barcode;
      context.beginPath();
      context.moveTo(pixelX(panel, births[interval]), y);
      context.lineTo(Math.min(pixelX(panel, deaths[interval]), panel.x + panel.width), y);
      context.strokeStyle = color('ink');
      context.lineWidth = Math.max(3, Math.min(6, row));
      context.stroke();
    }
  }

  listen() {
    let dragging = false;
    const stage = this.intervals.stage;
    stage.addEventListener('pointerdown', (event) => {
      const [panel] = this.intervals.panels;
      if (!panel) return;
      dragging = true;
      stage.setPointerCapture(event.pointerId);
      this.setScale(valueX(panel, this.intervals.place(event).x), true);
    });
    stage.addEventListener('pointerup', () => { dragging = false; });
    stage.addEventListener('pointercancel', () => { dragging = false; });
    stage.addEventListener('pointermove', (event) => {
      const [panel] = this.intervals.panels;
      if (!panel) return;
      const place = this.intervals.place(event);
      if (dragging) this.setScale(valueX(panel, place.x), true);
      else this.hoverInterval(this.intervalAt(place), event);
    });
    stage.addEventListener('pointerleave', () => this.hoverInterval(-1, null));
    this.cloud.stage.addEventListener('pointermove', (event) => this.hoverPoint(this.pointAt(this.cloud.place(event)), event));
    this.cloud.stage.addEventListener('pointerleave', () => this.hoverPoint(-1, null));
  }

  /** @param {{x: number, y: number}} place @returns {number} */
  intervalAt({ x, y }) {
    const { subject } = this;
    if (!subject) return -1;
    const { births, deaths } = subject.barcode;
    for (const panel of this.intervals.panels) {
      if (x < panel.x - 4 || x > panel.x + panel.width + 8 || y < panel.y || y > panel.y + panel.height) continue;
      if (this.view === 'barcode' && panel.order?.length) {
        // In a barcode y0 is the number of rows, which can be more than there are bars.
        return panel.order[Math.floor(((y - panel.y) / panel.height) * panel.y0)] ?? -1;
      }
      if (this.view === 'diagram') {
        let [best, nearest] = [-1, 12];
        for (let i = 0; i < births.length; i += 1) {
          const distance = Math.hypot(pixelX(panel, births[i]) - x, (deaths[i] === Infinity ? panel.y : pixelY(panel, deaths[i])) - y);
          if (distance < nearest) [best, nearest] = [i, distance];
        }
        return best;
      }
    }
    return -1;
  }

  /** @param {{x: number, y: number}} place @returns {number} */
  pointAt({ x, y }) {
    const [panel] = this.cloud.panels;
    if (!this.subject || !panel) return -1;
    const { positions } = this.subject;
    let [best, nearest] = [-1, 14];
    for (let i = 0; i < positions.length / 2; i += 1) {
      const distance = Math.hypot(pixelX(panel, positions[2 * i]) - x, pixelY(panel, positions[2 * i + 1]) - y);
      if (distance < nearest) [best, nearest] = [i, distance];
    }
    return best;
  }

  /** @param {number} interval @param {PointerEvent | null} event */
  hoverInterval(interval, event) {
    if (interval !== this.hovered.interval) {
      this.hovered = { interval, point: -1 };
      this.drawOverlays();
    }
    if (interval < 0 || !event || !this.subject) return this.hideTip();
    this.showTip(event, this.intervalWords(interval), this.ends(interval));
  }

  /** @param {number} interval */
  intervalWords(interval) {
    const { dims, births, deaths } = /** @type {Subject} */ (this.subject).barcode;
    const [birth, death] = [births[interval], deaths[interval]];
    const life = death === Infinity ? 'lives for ever (essential)' : `length ${short(death - birth)}`;
    return [`H${dims[interval]} · ${life}`, `born at ${birth}, dies at ${death === Infinity ? '∞' : death}`];
  }

  /** @param {number} interval @returns {number[]} the points that merge */
  ends(interval) {
    const { edges } = /** @type {Subject} */ (this.subject).barcode;
    return edges[2 * interval] === NO_POINT ? [] : [edges[2 * interval], edges[2 * interval + 1]];
  }

  /** @param {number} point @param {PointerEvent | null} event */
  hoverPoint(point, event) {
    if (point !== this.hovered.point) {
      this.hovered = { interval: -1, point };
      this.drawOverlays();
    }
    if (point < 0 || !event || !this.subject) return this.hideTip();
    this.showTip(event, [this.subject.describe(point)], [point]);
  }

  /** @param {PointerEvent} event @param {string[]} lines @param {number[]} points */
  showTip(event, lines, points) {
    const pictures = points.map((point) => {
      const found = this.subject?.sample(point);
      return found ? thumbnail(found.data, found.index) : null;
    });
    const named = points.length === 2 ? [`merges ${points.map((p) => this.subject?.describe(p)).join(' with ')}`] : [];
    this.tip.replaceChildren(...pictures.filter((p) => p !== null), element('div', {}, ...[...lines, ...named].map((line) => element('p', {}, line))));
    this.tip.hidden = false;
    const { width, height } = this.tip.getBoundingClientRect();
    const left = Math.max(8, Math.min(event.clientX + 14, window.innerWidth - width - 8));
    const top = event.clientY + 18 + height > window.innerHeight ? event.clientY - height - 12 : event.clientY + 18;
    Object.assign(this.tip.style, { left: `${left}px`, top: `${Math.max(8, top)}px` });
  }

  hideTip() {
    this.tip.hidden = true;
  }

  fillTable() {
    const { subject } = this;
    if (!subject) return;
    const [head, ...rows] = barcodeRows(subject.barcode);
    const shown = rows.slice(0, 500);
    const cells = (/** @type {any[]} */ row) => row.map((value, i) => element('td', {}, i && typeof value === 'number' ? (value === Infinity ? '∞' : i < 4 ? value.toFixed(6) : String(value)) : `${i ? '' : 'H'}${value}`));
    this.table.replaceChildren(
      element('table', {}, element('thead', {}, element('tr', {}, ...head.map((name) => element('th', {}, String(name))))), element('tbody', {}, ...shown.map((row) => element('tr', {}, ...cells(row))))),
    );
    if (rows.length > shown.length) this.table.append(element('p', { className: 'quiet' }, `The first 500 of ${plural(rows.length, 'interval')}; the CSV holds all.`));
  }

  saveTable() {
    if (this.subject) download(`${this.options.name}-intervals.csv`, csv(barcodeRows(this.subject.barcode)), 'text/csv');
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
