/** The most device pixels per CSS pixel that are worth their time. */
const MAX_DENSITY = 2;
const FULL = 256;

/**
 * Edges of a cloud as a density. Every edge adds its coverage to a buffer and can be taken out again, so that a moving
 * scale costs only the edges it passes.
 */
export class EdgeLayer {
  constructor() {
    this.canvas = document.createElement('canvas');
    this.canvas.className = 'underlay';
    this.canvas.setAttribute('aria-hidden', 'true');
    this.coverage = new Int32Array(0);
    /** @type {Float32Array} device pixels */
    this.positions = new Float32Array(0);
    /** @type {Uint32Array} */
    this.pairs = new Uint32Array(0);
    this.drawn = 0;
  }

  /**
   * Starts anew.
   * @param {Float32Array} positions of the points in CSS pixels, x and y in turn
   * @param {Uint32Array} pairs of points, shortest edge first
   * @param {{width: number, height: number}} size in CSS pixels
   */
  lay(positions, pairs, { width, height }) {
    const density = Math.min(MAX_DENSITY, window.devicePixelRatio || 1);
    const { canvas } = this;
    canvas.width = Math.max(1, Math.round(width * density));
    canvas.height = Math.max(1, Math.round(height * density));
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    this.coverage = new Int32Array(canvas.width * canvas.height);
    this.positions = positions.map((value) => value * density);
    this.pairs = pairs;
    this.drawn = 0;
  }

  /**
   * @param {number} count how many of the edges
   * @param {[number, number, number]} rgb
   */
  show(count, rgb) {
    for (; this.drawn < count; this.drawn += 1) this.add(this.drawn, 1);
    while (this.drawn > count) this.add((this.drawn -= 1), -1);
    this.paint(rgb);
  }

  /** @param {number} edge @param {1 | -1} sign to add or to take away */
  add(edge, sign) {
    const { positions: p, pairs } = this;
    const [a, b] = [2 * pairs[2 * edge], 2 * pairs[2 * edge + 1]];
    const steep = Math.abs(p[b + 1] - p[a + 1]) > Math.abs(p[b] - p[a]);
    let [x0, y0, x1, y1] = steep ? [p[a + 1], p[a], p[b + 1], p[b]] : [p[a], p[a + 1], p[b], p[b + 1]];
    if (x0 > x1) [x0, y0, x1, y1] = [x1, y1, x0, y0];
    const slope = x1 > x0 ? (y1 - y0) / (x1 - x0) : 0;
    const [along, across] = steep ? [this.canvas.width, 1] : [1, this.canvas.width];
    const [lengthways, sideways] = steep ? [this.canvas.height, this.canvas.width] : [this.canvas.width, this.canvas.height];
    const [first, last] = [Math.max(0, Math.round(x0)), Math.min(lengthways - 1, Math.round(x1))];
    for (let x = first, y = y0 + (first - x0) * slope; x <= last; x += 1, y += slope) {
      const row = Math.floor(y);
      if (row < 0 || row + 1 >= sideways) continue;
      const below = Math.floor((y - row) * FULL);
      const at = x * along + row * across;
      this.coverage[at] += sign * (FULL - below);
      this.coverage[at + across] += sign * below;
    }
  }

  /** @param {[number, number, number]} rgb */
  paint([r, g, b]) {
    const { canvas, coverage } = this;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    const image = context.createImageData(canvas.width, canvas.height);
    const pixels = new Uint32Array(image.data.buffer);
    const ink = r | (g << 8) | (b << 16);
    const tones = this.tones();
    for (let i = 0; i < pixels.length; i += 1) {
      const covered = coverage[i];
      if (covered) pixels[i] = ink | (tones[Math.min(covered >> 3, tones.length - 1)] << 24);
    }
    context.putImageData(image, 0, 0);
  }

  /** Opacity by eighths of coverage: the more edges, the fainter each of them. */
  tones() {
    const strength = Math.max(0.05, Math.min(0.9, 9 / Math.sqrt(this.drawn + 1)));
    return Uint8Array.from({ length: 4096 }, (_, i) => 170 * (1 - Math.exp((-strength * 8 * i) / FULL)));
  }
}
