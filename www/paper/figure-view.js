import { element } from '../dom.js';
import { Picture, pixelX, pixelY } from '../picture.js';
import { color, theme } from '../theme.js';
import { scrollingTable } from './prose.js';

/** How near the pointer must be to a point, in CSS pixels. */
const REACH = 18;

/**
 * A value in a figure: where it is, what it is, and what lies behind it.
 * @typedef {{cell: [number, number], x: number, y: number, lines: string[], network?: string, layer?: string}} Mark `cell`: row and place in the row
 * @typedef {{figure: Record<string, any>, marks: Mark[]}} Drawing
 * @typedef {{label: string, caption: (tab: string) => string, tabs?: {id: string, label: string}[], least?: number, empty?: boolean,
 *   height: (width: number) => number, draw: (width: number, tab: string) => Drawing, tables: (tab: string) => import('./published.js').Table[]}} FigureOf
 *   what a builder in figures.js makes of the rows
 */

/** A figure of a claim: drawn by the engine, exact on hover, a click leads to the cloud behind a point. */
export class FigureView {
  /**
   * @param {HTMLElement} host
   * @param {{name: string, draw: (figure: any) => Promise<any>, tip: import('../views/tip.js').Tip, onPoint: (network: string, layer: string) => void}} options
   */
  constructor(host, { name, draw, tip, onPoint }) {
    this.draw = draw;
    this.tip = tip;
    this.tab = '';
    /** @type {FigureOf | null} */
    this.of = null;
    /** @type {Mark[]} */
    this.marks = [];
    this.title = element('h3', {});
    this.tabs = element('div', { className: 'tabs', role: 'group', 'aria-label': 'What the figure shows' });
    this.frame = element('div', { className: 'frame', tabindex: 0, role: 'region', 'aria-label': 'Figure' });
    this.caption = element('figcaption', {});
    this.numbers = element('div', {});
    this.table = element('details', { className: 'numbers-of' }, element('summary', {}, 'Numbers of this figure'), this.numbers);
    const inner = element('div', { className: 'inner' });
    this.frame.append(inner);
    this.picture = new Picture(inner, { draw, name, label: 'the figure', height: (width) => this.of?.height(width) ?? 200 });
    this.picture.saveWidth = 1080;
    this.inner = inner;
    // Ink for paper, where the screen shows light on dark.
    this.printed = element('div', { className: 'printed' });
    inner.append(this.printed);
    host.append(element('div', { className: 'panel-head' }, this.title, this.tabs, this.picture.saves), this.frame, this.caption, this.table);
    this.picture.onDrawn = () => {
      this.picture.overlay();
      this.drawForPaper();
    };
    const { stage } = this.picture;
    stage.addEventListener('pointermove', (event) => this.point(event));
    stage.addEventListener('pointerleave', () => this.leave());
    stage.addEventListener('click', (event) => {
      const found = this.nearest(event);
      if (found?.network && found.layer) onPoint(found.network, found.layer);
    });
  }

  /** @param {FigureOf} of */
  async show(of) {
    this.of = of;
    const tabs = of.tabs ?? [];
    if (!tabs.some(({ id }) => id === this.tab)) this.tab = tabs[0]?.id ?? '';
    this.title.textContent = of.label;
    this.frame.setAttribute('aria-label', of.label);
    this.tabs.replaceChildren(...tabs.map(({ id, label }) => element('button', { type: 'button', 'aria-pressed': String(id === this.tab), onclick: () => this.choose(id) }, label)));
    this.caption.textContent = of.caption(this.tab);
    this.table.hidden = Boolean(of.empty);
    if (of.empty) {
      this.caption.textContent = 'There is no stored report for this figure yet. “Run it here” computes it.';
      return this.picture.show(null);
    }
    this.numbers.replaceChildren(...of.tables(this.tab).map(scrollingTable));
    this.inner.style.minWidth = of.least ? `${of.least}px` : '';
    await this.picture.show((/** @type {number} */ width) => {
      const { figure, marks } = of.draw(width, this.tab);
      this.marks = marks;
      return figure;
    });
  }

  async drawForPaper() {
    const { size: { width, height }, figure } = this.picture;
    if (theme.name === 'light' || !figure) return this.printed.replaceChildren();
    const { svg } = await this.draw({ ...this.picture.figureAt(width), width, height, theme: 'light' });
    this.printed.innerHTML = svg;
  }

  /** @param {string} tab */
  choose(tab) {
    this.tab = tab;
    if (this.of) this.show(this.of);
  }

  /** @param {Mark} mark */
  panelOf({ cell: [row, place] }) {
    const { panels } = this.picture;
    return panels.length === 1 ? panels[0] : panels.find(({ cell }) => cell?.[0] === row && cell[1] === place);
  }

  /** @param {MouseEvent} event */
  nearest(event) {
    const at = this.picture.place(event);
    let best = null;
    let least = REACH;
    for (const mark of this.marks) {
      const panel = this.panelOf(mark);
      if (!panel) continue;
      const distance = Math.hypot(pixelX(panel, mark.x) - at.x, pixelY(panel, mark.y) - at.y);
      if (distance < least) [best, least] = [mark, distance];
    }
    return best;
  }

  /** @param {PointerEvent} event */
  point(event) {
    const found = this.nearest(event);
    const context = this.picture.overlay();
    this.picture.stage.style.cursor = found?.network ? 'pointer' : '';
    if (!found) return this.tip.hide();
    const panel = /** @type {import('../picture.js').Panel} */ (this.panelOf(found));
    context.strokeStyle = color('accent');
    context.lineWidth = 2;
    context.beginPath();
    context.arc(pixelX(panel, found.x), pixelY(panel, found.y), 5, 0, 2 * Math.PI);
    context.stroke();
    this.tip.show({ x: event.clientX, y: event.clientY }, found.lines, []);
  }

  leave() {
    this.picture.overlay();
    this.tip.hide();
  }
}
