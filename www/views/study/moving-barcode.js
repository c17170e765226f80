import { element } from '../../dom.js';
import { Picture } from '../../picture.js';
import { tween } from './tween.js';

/** How long bars take to their new places. */
const MOVE_MS = 180;

/**
 * A barcode that moves to the next one.
 *
 * @typedef {import('../../bettiscope.js').Barcode} Barcode
 */
export class MovingBarcode {
  /** @param {HTMLElement} host @param {{draw: (figure: any) => Promise<any>, name: string}} options */
  constructor(host, { draw, name }) {
    this.heading = element('h3', {});
    this.picture = new Picture(host, { draw, name, label: 'the barcode', height: (width) => Math.round(Math.max(230, Math.min(330, width * 0.72))) });
    host.prepend(element('div', { className: 'panel-head' }, this.heading, this.picture.saves));
    /** @type {Barcode | null} */
    this.barcode = null;
    this.turn = 0;
  }

  /** @param {Barcode} barcode @param {{title: string, xMax?: number}} options `xMax`: the end of the scale, for barcodes that are compared */
  async show(barcode, { title, xMax }) {
    const from = this.barcode;
    const turn = ++this.turn;
    this.barcode = barcode;
    this.heading.textContent = title;
    const figure = (/** @type {any} */ bars) => ({ kind: 'barcode', barcode: bars, maxBars: 400, title, xMax });
    if (from && from.maxDim === barcode.maxDim && !window.matchMedia('(prefers-reduced-motion: reduce)').matches) {
      const between = tween(from, barcode);
      const begun = performance.now();
      for (let share = 0; share < 1; share = (performance.now() - begun) / MOVE_MS) {
        await this.picture.show(figure(between(share)));
        await new Promise((resolve) => requestAnimationFrame(resolve));
        if (turn !== this.turn) return;
      }
    }
    await this.picture.show(figure(barcode));
  }

  clear() {
    this.turn += 1;
    this.barcode = null;
    this.picture.show(null);
  }
}
