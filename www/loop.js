/**
 * A loop that appears with an H1 interval: the edge as long as the birth, closed by the shortest way around through
 * shorter edges. Which loop stands for an interval is a matter of choice; this one is short and easy to see.
 *
 * @param {{pairs: Uint32Array, lengths: Float32Array}} edges in increasing length
 * @param {number} nPoints
 * @param {number} birth
 * @returns {number[] | null} its points in order, or null where the edges do not reach that far
 */
export function loopAt({ pairs, lengths }, nPoints, birth) {
  const tolerance = 1e-5 * birth;
  let last = lengths.length - 1;
  while (last >= 0 && lengths[last] > birth + tolerance) last -= 1;
  for (let edge = last; edge >= 0 && lengths[edge] >= birth - tolerance; edge -= 1) {
    const way = shortestWay({ pairs, lengths }, edge, nPoints, pairs[2 * edge], pairs[2 * edge + 1]);
    if (way && way.length > 2) return way;
  }
  return null;
}

/**
 * @param {{pairs: Uint32Array, lengths: Float32Array}} edges
 * @param {number} count how many of them may be used
 * @param {number} nPoints
 * @param {number} from
 * @param {number} to
 * @returns {number[] | null}
 */
function shortestWay({ pairs, lengths }, count, nPoints, from, to) {
  const neighbours = Array.from({ length: nPoints }, () => /** @type {number[]} */ ([]));
  for (let e = 0; e < count; e += 1) {
    neighbours[pairs[2 * e]].push(e);
    neighbours[pairs[2 * e + 1]].push(e);
  }
  const distance = new Float64Array(nPoints).fill(Infinity);
  const before = new Int32Array(nPoints).fill(-1);
  const open = new Set([from]);
  distance[from] = 0;
  while (open.size > 0) {
    let here = -1;
    for (const point of open) if (here < 0 || distance[point] < distance[here]) here = point;
    if (here === to) break;
    open.delete(here);
    for (const e of neighbours[here]) {
      const next = pairs[2 * e] === here ? pairs[2 * e + 1] : pairs[2 * e];
      const length = distance[here] + lengths[e];
      if (length >= distance[next]) continue;
      distance[next] = length;
      before[next] = here;
      open.add(next);
    }
  }
  if (distance[to] === Infinity) return null;
  const way = [to];
  while (way[0] !== from) way.unshift(before[way[0]]);
  return way;
}
