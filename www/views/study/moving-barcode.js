import { element } from '../../dom.js';
import { Picture } from '../../picture.js';

/** How long bars take to their new places. */
const MOVE_MS = 180;

/**
 * A barcode that moves to the next one: bars of each dimension are matched by their rank (of death in H0, of length
 * above), bars without a partner grow from nothing.
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

/**
 * Barcodes between two.
 * @param {Barcode} from @param {Barcode} to
 * @returns {(share: number) => {dims: Uint8Array, births: Float32Array, deaths: Float32Array, maxDim: number}} 0 is the first, 1 the second
 */
export function tween(from, to) {
  /** @type {{dim: number, from: [number, number], to: [number, number]}[]} */
  const pairs = [];
  for (let dim = 0; dim <= to.maxDim; dim += 1) {
    const [old, now] = [from, to].map((barcode) => ranked(barcode, dim));
    for (let i = 0; i < Math.max(old.length, now.length); i += 1) {
      const nothing = (/** @type {[number, number] | undefined} */ other) => /** @type {[number, number]} */ (other && [middle(other), middle(other)]);
      pairs.push({ dim, from: old[i] ?? nothing(now[i]), to: now[i] ?? nothing(old[i]) });
    }
  }
  return (share) => {
    const at = (/** @type {number} */ a, /** @type {number} */ b) => (Number.isFinite(a) && Number.isFinite(b) ? a + share * (b - a) : b);
    return {
      maxDim: to.maxDim,
      dims: Uint8Array.from(pairs, ({ dim }) => dim),
      births: Float32Array.from(pairs, (pair) => at(pair.from[0], pair.to[0])),
      deaths: Float32Array.from(pairs, (pair) => Math.max(at(pair.from[0], pair.to[0]), at(pair.from[1], pair.to[1]))),
    };
  };
}

/** @param {[number, number]} interval */
const middle = ([birth, death]) => (Number.isFinite(death) ? (birth + death) / 2 : birth);

/** Intervals of a dimension by decreasing length. @param {Barcode} barcode @param {number} dim @returns {[number, number][]} */
function ranked({ dims, births, deaths }, dim) {
  /** @type {[number, number][]} */
  const found = [];
  dims.forEach((d, i) => { if (d === dim) found.push([births[i], deaths[i]]); });
  return found.toSorted((a, b) => b[1] - b[0] - (a[1] - a[0]));
}
