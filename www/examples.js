/** Point clouds to begin with: all from a seed, so that a link shows the same points to everyone. */

/** @param {number} seed @returns {() => number} uniform numbers below 1 (mulberry32) */
export function uniform(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {() => number} random */
const gauss = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/**
 * `shows` is the highest dimension worth looking at.
 * @typedef {{name: string, words: string, shows: number, n: number, nCoords: number, point: (random: () => number, i: number) => number[]}} Example
 * @type {Record<string, Example>}
 */
export const EXAMPLES = {
  circle: {
    name: 'noisy circle', words: 'One loop: one long H1 interval stands out from the noise.', shows: 1, n: 80, nCoords: 2,
    point: (random) => ring(random, 0, 0, 1, 0.08),
  },
  eight: {
    name: 'figure eight', words: 'Two loops that share a point: two long H1 intervals.', shows: 1, n: 120, nCoords: 2,
    point: (random, i) => ring(random, i % 2 ? 1 : -1, 0, 1, 0.05),
  },
  clusters: {
    name: 'three clusters', words: 'Three pieces: two H0 intervals are far longer than the rest.', shows: 0, n: 120, nCoords: 2,
    point: (random, i) => [Math.cos((i % 3) * 2.1) * 3 + gauss(random) * 0.5, Math.sin((i % 3) * 2.1) * 3 + gauss(random) * 0.5],
  },
  sphere: {
    name: 'sphere', words: 'No loop that lasts, but a hollow: one long interval in H2.', shows: 2, n: 140, nCoords: 3,
    point: (random) => {
      const p = [gauss(random), gauss(random), gauss(random)];
      const length = Math.hypot(...p);
      return p.map((v) => v / length);
    },
  },
  torus: {
    name: 'torus', words: 'Two independent loops and a hollow: two long intervals in H1, one in H2.', shows: 2, n: 288, nCoords: 3,
    point: (random, i) => {
      // One point per field of a 24 × 12 grid: by chance alone so few would leave holes as large as the torus’ own.
      const [u, v] = [((i % 24) + random() * 0.5) / 24, (Math.floor(i / 24) + random() * 0.5) / 12].map((x) => x * 2 * Math.PI);
      return [(2 + Math.cos(v)) * Math.cos(u), (2 + Math.cos(v)) * Math.sin(u), Math.sin(v)];
    },
  },
  noise: {
    name: 'nothing but noise', words: 'Uniform points in a square: many intervals, none that stands out.', shows: 1, n: 120, nCoords: 2,
    point: (random) => [random(), random()],
  },
};

/** @param {() => number} random @param {number} x @param {number} y @param {number} radius @param {number} noise */
function ring(random, x, y, radius, noise) {
  const angle = random() * 2 * Math.PI;
  return [x + radius * Math.cos(angle) + gauss(random) * noise, y + radius * Math.sin(angle) + gauss(random) * noise];
}

/** @param {string} id @param {number} seed */
export function makeExample(id, seed) {
  const { n, nCoords, point, name } = EXAMPLES[id] ?? EXAMPLES.circle;
  const random = uniform(seed);
  return { name, n, nCoords, points: Float32Array.from(Array.from({ length: n }, (_, i) => point(random, i)).flat()) };
}
