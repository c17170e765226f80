/**
 * A barcode while it is being computed: takes intervals as they are found and shows what there is, one picture at a time.
 *
 * @typedef {import('../bettiscope.js').Barcode} Barcode
 */

/** A run shorter than this shows its result only. */
const PATIENCE_MS = 400;
/** Between two pictures, so that drawing takes a small part of the time. */
const REDRAW_MS = 250;

export class GrowingBarcode {
  /** @param {{maxDim: number, threshold: number | null}} settings @param {(barcode: Barcode) => Promise<void>} show */
  constructor({ maxDim, threshold }, show) {
    this.settings = { maxDim, threshold: threshold ?? Infinity };
    this.show = show;
    /** @type {{dims: Uint8Array, births: Float32Array, deaths: Float32Array}[]} */
    this.parts = [];
    this.nextAt = performance.now() + PATIENCE_MS;
    /** @type {Promise<void> | null} the picture that is being drawn */
    this.drawing = null;
  }

  /** @param {{dims: Uint8Array, births: Float32Array, deaths: Float32Array}} found */
  add(found) {
    this.parts.push(found);
    if (this.drawing || performance.now() < this.nextAt) return;
    this.drawing = this.show(this.barcode()).catch(() => {}).finally(() => {
      this.drawing = null;
      this.nextAt = performance.now() + REDRAW_MS;
    });
  }

  /** What was found so far, by dimension; the order within one is that of finding. @returns {Barcode} */
  barcode() {
    const joined = (/** @type {'births' | 'deaths' | 'dims'} */ name) => this.parts.flatMap((part) => [...part[name]]);
    const dims = joined('dims');
    const order = [...dims.keys()].sort((a, b) => dims[a] - dims[b]);
    const [births, deaths] = [joined('births'), joined('deaths')];
    return {
      ...this.settings,
      dims: Uint8Array.from(order, (i) => dims[i]),
      births: Float32Array.from(order, (i) => births[i]),
      deaths: Float32Array.from(order, (i) => deaths[i]),
      edges: new Uint32Array(2 * order.length).fill(0xffffffff),
    };
  }
}
