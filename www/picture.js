import { element } from './dom.js';
import { savePng, saveSvg } from './export.js';
import { theme } from './theme.js';

/** @typedef {{name: string, x: number, y: number, width: number, height: number, x0: number, x1: number, y0: number, y1: number, cell?: [number, number], order?: number[]}} Panel */

/**
 * A figure drawn by the engine, with a canvas over it for what moves, and buttons that save it. It redraws itself when
 * its size or the theme changes.
 */
export class Picture {
  /**
   * @param {HTMLElement} host
   * @param {{draw: (figure: any) => Promise<{svg: string, panels: Panel[]}>, name: string, label: string, height: (width: number) => number}} options
   */
  constructor(host, { draw, name, label, height }) {
    this.draw = draw;
    this.name = name;
    this.height = height;
    this.size = { width: 0, height: 0 };
    /** @type {Panel[]} */
    this.panels = [];
    /** @type {any} a figure, or what makes one for a width */
    this.figure = null;
    /** Of saved pictures. */
    this.saveWidth = 720;
    this.turn = 0;
    /** @type {() => void} called after each drawing, to put the overlay right */
    this.onDrawn = () => {};
    /** @type {() => object} what a saved picture shows beyond the one on screen, where other elements show it */
    this.beyond = () => ({});
    this.stage = element('div', { className: 'stage' });
    this.canvas = element('canvas', { className: 'overlay', 'aria-hidden': 'true' });
    this.drawing = element('div', { className: 'drawing' });
    this.stage.append(this.drawing, this.canvas);
    const save = (/** @type {string} */ kind) => element('button', { type: 'button', className: 'save', title: `Save ${label} as ${kind}`, 'aria-label': `Save ${label} as ${kind}`, onclick: () => this.save(kind) }, kind);
    this.saves = element('span', { className: 'saves' }, save('SVG'), save('PNG'));
    host.append(this.stage);
    new ResizeObserver(() => this.redraw()).observe(this.stage);
    theme.addEventListener('change', () => this.redraw());
  }

  /** @param {any} figure without width, height and theme, or a function of the width that gives one; null empties the picture */
  async show(figure) {
    this.figure = figure;
    await this.redraw();
  }

  async redraw() {
    const width = Math.floor(this.stage.clientWidth);
    if (!this.figure) {
      this.turn += 1;
      this.drawing.replaceChildren();
      this.panels = [];
      return;
    }
    if (width < 20) return;
    const size = { width, height: Math.round(this.height(width)) };
    const turn = ++this.turn;
    const { title: _, ...figure } = this.figureAt(width); // on screen the panel's head names it
    const { svg, panels } = await this.draw({ ...figure, ...size, theme: theme.name });
    if (turn !== this.turn) return; // something newer is on its way
    this.size = size;
    this.panels = panels;
    this.drawing.innerHTML = svg;
    this.stage.style.height = `${size.height}px`;
    const density = window.devicePixelRatio || 1;
    Object.assign(this.canvas, { width: Math.round(size.width * density), height: Math.round(size.height * density) });
    Object.assign(this.canvas.style, { width: `${size.width}px`, height: `${size.height}px` });
    this.onDrawn();
  }

  /** @param {number} width */
  figureAt(width) {
    return typeof this.figure === 'function' ? this.figure(width) : this.figure;
  }

  /** A cleared overlay in CSS pixels. @returns {CanvasRenderingContext2D} */
  overlay() {
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext('2d'));
    const density = window.devicePixelRatio || 1;
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, this.size.width, this.size.height);
    return context;
  }

  /** @param {MouseEvent} event @returns {{x: number, y: number}} in CSS pixels of the picture */
  place(event) {
    const box = this.stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** @param {string} kind */
  async save(kind) {
    if (!this.figure) return;
    const [width, height] = [this.saveWidth, Math.round(this.height(this.saveWidth))];
    const { svg } = await this.draw({ ...this.figureAt(width), ...this.beyond(), width, height, theme: theme.name, background: true });
    if (kind === 'SVG') saveSvg(this.name, svg);
    else await savePng(this.name, svg, width, height);
  }
}

/** @param {Panel} panel @param {number} x data value */
export const pixelX = (panel, x) => panel.x + ((x - panel.x0) / (panel.x1 - panel.x0)) * panel.width;
/** @param {Panel} panel @param {number} y data value */
export const pixelY = (panel, y) => panel.y + ((panel.y1 - y) / (panel.y1 - panel.y0)) * panel.height;
/** @param {Panel} panel @param {number} x pixels */
export const valueX = (panel, x) => panel.x0 + ((x - panel.x) / panel.width) * (panel.x1 - panel.x0);
