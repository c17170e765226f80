/**
 * Where two lists of barcodes differ, in words; empty if they agree.
 *
 * Our own must agree bit for bit. Peers compute distances in another order of operations, so their ends may be off in
 * the last digits, and intervals no longer than that may come and go: those shorter than a cut are left out, and the cut
 * lies where no interval's length is near it.
 *
 * @param {(number | null)[][][]} ours
 * @param {(number | null)[][][]} theirs
 * @param {boolean} exact
 * @returns {string}
 */
export function difference(ours, theirs, exact) {
  if (ours.length !== theirs.length) return `${theirs.length} barcodes instead of ${ours.length}`;
  for (let cloud = 0; cloud < ours.length; cloud += 1) {
    for (let dim = 0; dim < ours[cloud].length; dim += 1) {
      const found = exact ? bitwise(ours[cloud][dim], theirs[cloud][dim]) : within(ours[cloud][dim], theirs[cloud][dim], scale(ours[cloud]));
      if (found) return `cloud ${cloud}, H${dim}: ${found}`;
    }
  }
  return '';
}

/** @param {(number | null)[][]} dims the largest finite end */
const scale = (dims) => dims.flat().reduce((/** @type {number} */ most, end) => Math.max(most, end ?? 0), 0);

/** @param {(number | null)[]} a @param {(number | null)[]} b */
function bitwise(a, b) {
  if (a.length !== b.length) return `${b.length / 2} intervals instead of ${a.length / 2}`;
  const at = a.findIndex((end, i) => end !== b[i] && (end === null || b[i] === null || Math.fround(end) !== Math.fround(/** @type {number} */ (b[i]))));
  return at < 0 ? '' : `${b[at]} instead of ${a[at]}`;
}

/** @param {(number | null)[]} a @param {(number | null)[]} b @param {number} size */
function within(a, b, size) {
  const tolerance = 2e-6 * size;
  const lengths = [...pairs(a), ...pairs(b)].map(([birth, death]) => death - birth).sort((x, y) => x - y);
  let cut = 8 * tolerance;
  for (const length of lengths) {
    if (length > cut + 2 * tolerance) break;
    if (length > cut - 2 * tolerance) cut = length + 2.01 * tolerance;
  }
  const long = (/** @type {(number | null)[]} */ ends) => pairs(ends).filter(([birth, death]) => death - birth > cut);
  const [mine, other] = [long(a), long(b)];
  if (mine.length !== other.length) return `${other.length} intervals longer than ${cut} instead of ${mine.length}`;
  for (const end of [0, 1]) {
    const [x, y] = [mine, other].map((list) => list.map((pair) => pair[end]).sort((p, q) => p - q));
    const at = x.findIndex((value, i) => value !== y[i] && !(Math.abs(value - y[i]) <= tolerance));
    if (at >= 0) return `${end === 0 ? 'birth' : 'death'} ${y[at]} instead of ${x[at]}`;
  }
  return '';
}

/** @param {(number | null)[]} ends @returns {[number, number][]} */
function pairs(ends) {
  return Array.from({ length: ends.length / 2 }, (_, i) => [ends[2 * i] ?? Infinity, ends[2 * i + 1] ?? Infinity]);
}
