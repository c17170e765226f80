const ITERATIONS = 40;
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
