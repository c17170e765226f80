/** Counting in barcodes: all that the page computes itself. */

/** @typedef {import('./bettiscope.js').Barcode} Barcode */

/**
 * Betti numbers at a scale: intervals [birth, death) that hold it, per dimension.
 * @param {Barcode} barcode
 * @param {number} scale
 * @returns {number[]}
 */
export function bettiNumbers({ maxDim, dims, births, deaths }, scale) {
  const counts = new Array(maxDim + 1).fill(0);
  for (let i = 0; i < dims.length; i += 1) if (births[i] <= scale && scale < deaths[i]) counts[dims[i]] += 1;
  return counts;
}

/**
 * @param {Barcode} barcode
 * @returns {{dim: number, count: number, essential: number, longest: number, longestAt: number, sum: number}[]} per dimension
 */
export function summary({ maxDim, dims, births, deaths }) {
  const found = Array.from({ length: maxDim + 1 }, (_, dim) => ({ dim, count: 0, essential: 0, longest: 0, longestAt: -1, sum: 0 }));
  for (let i = 0; i < dims.length; i += 1) {
    const entry = found[dims[i]];
    entry.count += 1;
    if (deaths[i] === Infinity) {
      entry.essential += 1;
      continue;
    }
    const length = deaths[i] - births[i];
    entry.sum += length;
    if (length > entry.longest) [entry.longest, entry.longestAt] = [length, i];
  }
  return found;
}

/** @param {Barcode} barcode @returns {number} the largest finite end, or the threshold where there is none */
export function lastScale({ births, deaths, threshold }) {
  let last = 0;
  for (const values of [births, deaths]) for (const value of values) if (value < Infinity && value > last) last = value;
  return last > 0 ? last : Number.isFinite(threshold) && threshold > 0 ? threshold : 1;
}

/**
 * A scale that shows something: the middle of the longest hollow if it stands out, else of the longest loop, else where a
 * quarter of the pieces is left.
 * @param {Barcode} barcode
 */
export function tellingScale(barcode) {
  const [, loops, hollows] = summary(barcode);
  const middle = (/** @type {number} */ i) => (barcode.births[i] + barcode.deaths[i]) / 2;
  if (hollows && hollows.longestAt >= 0 && hollows.longest > 0.3 * loops.longest) return middle(hollows.longestAt);
  if (loops && loops.longestAt >= 0) return middle(loops.longestAt);
  const merges = [...barcode.deaths].filter((d, i) => barcode.dims[i] === 0 && d < Infinity).sort((a, b) => a - b);
  return merges[Math.floor(merges.length * 0.75)] ?? lastScale(barcode) / 2;
}

/**
 * @param {Float32Array} lengths increasing
 * @param {number} scale
 * @returns {number} how many edges are at most that long
 */
export function edgesUpTo(lengths, scale) {
  let [low, high] = [0, lengths.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lengths[middle] <= scale) low = middle + 1;
    else high = middle;
  }
  return low;
}
