const ITERATIONS = 40;
/** Landmarks from which ways are measured, and steps along pairs that they may take together. */
const MAX_LANDMARKS = 120;
const MIN_LANDMARKS = 12;
const WORK_OF_WAYS = 3e7;
/** Points without a way to others lie so much farther than any way. */
const APART = 1.3;
/** Multiplications between two pauses, to keep the page fluid. */
const WORK_PER_TURN = 8e6;

/**
 * Positions in the plane for points known by their distances only: classical multidimensional scaling.
 * @param {Float32Array} distances strict lower triangle, row by row
 * @param {number} n
 * @returns {Promise<Float32Array>} n × 2
 */
export async function planeOf(distances, n) {
  const positions = new Float32Array(2 * n);
  /** @type {Float64Array[]} */
  const found = [];
  const perTurn = Math.max(1, Math.floor(WORK_PER_TURN / (n * n)));
  for (let axis = 0; axis < 2; axis += 1) {
    let vector = Float64Array.from({ length: n }, (_, i) => Math.sin((i + 1) * (axis + 1) * 1.7));
    let size = 0;
    for (let i = 0; i < ITERATIONS; i += 1) {
      for (const other of found) subtract(vector, other);
      vector = centredProduct(distances, vector);
      for (const other of found) subtract(vector, other);
      size = Math.hypot(...chunks(vector));
      if (size === 0) break;
      vector = vector.map((v) => v / size);
      if (i % perTurn === perTurn - 1) await new Promise((resolve) => setTimeout(resolve));
    }
    found.push(vector);
    vector.forEach((v, i) => { positions[2 * i + axis] = v * Math.sqrt(size); });
  }
  return positions;
}

/**
 * Positions in the plane for points of which only some pairs have a distance: the shortest ways along pairs stand for the others, measured
 * from landmarks far from each other, among which they are laid out as above; all points find their place by their ways to these
 * (landmark multidimensional scaling, de Silva and Tenenbaum 2004).
 * @param {{nPoints: number, pairs: Uint32Array, lengths: Float32Array}} graph
 * @returns {Promise<Float32Array>} n × 2
 */
export async function planeOfPairs({ nPoints: n, pairs, lengths }) {
  const neighbours = neighboursOf(n, pairs, lengths);
  const affordable = Math.floor(WORK_OF_WAYS / (n + pairs.length));
  const nLandmarks = Math.min(n, Math.max(MIN_LANDMARKS, Math.min(MAX_LANDMARKS, affordable)));
  /** @type {number[]} */
  const landmarks = [];
  /** @type {Float64Array[]} */
  const ways = [];
  const nearest = new Float64Array(n).fill(Infinity);
  for (let next = 0; ways.length < nLandmarks; ) {
    const from = waysFrom(next, n, neighbours);
    landmarks.push(next);
    ways.push(from);
    from.forEach((way, i) => { nearest[i] = Math.min(nearest[i], way); });
    next = nearest.reduce((best, way, i) => (way > nearest[best] ? i : best), 0);
    if (nearest[next] === 0) break;
    if (ways.length % 8 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  const longest = ways.reduce((most, from) => from.reduce((m, way) => (Number.isFinite(way) && way > m ? way : m), most), 0) || 1;
  for (const from of ways) from.forEach((way, i) => { if (way === Infinity) from[i] = APART * longest; });
  const k = landmarks.length;
  const among = new Float32Array((k * (k - 1)) / 2);
  for (let i = 1, e = 0; i < k; i += 1) for (let j = 0; j < i; j += 1, e += 1) among[e] = ways[j][landmarks[i]];
  const places = await planeOf(among, k);
  const positions = new Float32Array(2 * n);
  for (let axis = 0; axis < 2; axis += 1) {
    const along = Float64Array.from({ length: k }, (_, l) => places[2 * l + axis]);
    const size = along.reduce((sum, v) => sum + v * v, 0);
    if (size === 0) continue;
    const means = ways.map((_, l) => landmarks.reduce((sum, at) => sum + ways[l][at] ** 2, 0) / k);
    for (let i = 0; i < n; i += 1) {
      let sum = 0;
      for (let l = 0; l < k; l += 1) sum += along[l] * (means[l] - ways[l][i] ** 2);
      positions[2 * i + axis] = sum / (2 * size);
    }
  }
  return positions;
}

/** The neighbours of each point in a row, and how far they are. @param {number} n @param {Uint32Array} pairs @param {Float32Array} lengths */
function neighboursOf(n, pairs, lengths) {
  const starts = new Uint32Array(n + 1);
  for (const point of pairs) starts[point + 1] += 1;
  for (let i = 0; i < n; i += 1) starts[i + 1] += starts[i];
  const free = starts.slice(0, n);
  const points = new Uint32Array(pairs.length);
  const far = new Float32Array(pairs.length);
  lengths.forEach((length, e) => {
    for (const [a, b] of [[pairs[2 * e], pairs[2 * e + 1]], [pairs[2 * e + 1], pairs[2 * e]]]) {
      points[free[a]] = b;
      far[free[a]] = length;
      free[a] += 1;
    }
  });
  return { starts, points, far };
}

/** The shortest ways from a point, by Dijkstra with a heap. @param {number} start @param {number} n @param {ReturnType<typeof neighboursOf>} neighbours */
function waysFrom(start, n, { starts, points, far }) {
  const ways = new Float64Array(n).fill(Infinity);
  ways[start] = 0;
  /** @type {[number, number][]} */
  const heap = [[0, start]];
  while (heap.length) {
    const [way, at] = heap[0];
    const last = /** @type {[number, number]} */ (heap.pop());
    if (heap.length) sink(heap, last);
    if (way > ways[at]) continue;
    for (let e = starts[at]; e < starts[at + 1]; e += 1) {
      const longer = way + far[e];
      if (longer >= ways[points[e]]) continue;
      ways[points[e]] = longer;
      rise(heap, [longer, points[e]]);
    }
  }
  return ways;
}

/** @param {[number, number][]} heap @param {[number, number]} entry */
function rise(heap, entry) {
  let at = heap.length;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (heap[above][0] <= entry[0]) break;
    heap[at] = heap[above];
    at = above;
  }
  heap[at] = entry;
}

/** Puts an entry in the place of the first. @param {[number, number][]} heap @param {[number, number]} entry */
function sink(heap, entry) {
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && heap[below + 1][0] < heap[below][0]) below += 1;
    if (heap[below][0] >= entry[0]) break;
    heap[at] = heap[below];
    at = below;
  }
  heap[at] = entry;
}

/** @param {Float64Array} vector @param {Float64Array} unit */
function subtract(vector, unit) {
  const along = vector.reduce((sum, v, i) => sum + v * unit[i], 0);
  for (let i = 0; i < vector.length; i += 1) vector[i] -= along * unit[i];
}

/** −½ J D² J x, with D² the squared distances and J taking away the mean. @param {Float32Array} distances @param {Float64Array} x */
function centredProduct(distances, x) {
  const centred = withoutMean(x);
  const product = new Float64Array(x.length);
  for (let i = 1, e = 0; i < x.length; i += 1) {
    for (let j = 0; j < i; j += 1, e += 1) {
      const square = distances[e] * distances[e];
      product[i] -= 0.5 * square * centred[j];
      product[j] -= 0.5 * square * centred[i];
    }
  }
  return withoutMean(product);
}

/** @param {Float64Array} x */
function withoutMean(x) {
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
  return x.map((v) => v - mean);
}

/** Norms of parts, since a call takes only so many arguments. @param {Float64Array} vector */
function chunks(vector) {
  const norms = [];
  for (let i = 0; i < vector.length; i += 1000) norms.push(Math.hypot(...vector.subarray(i, i + 1000)));
  return norms;
}
