/** @typedef {import('../../bettiscope.js').Barcode} Barcode */

/**
 * Barcodes between two: bars of each dimension are matched by their rank in length, bars without a partner grow from nothing.
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
