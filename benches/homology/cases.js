/** What is measured: borrowed data sets and generated clouds, the same numbers for every program. */
import { readFileSync } from 'node:fs';

/**
 * @typedef {{name: string, n: number, d: number, clouds: number, values: Float32Array, maxDim: number, threshold: number | null,
 *   modulus: number, peers: boolean}} Case `d` 0: the values are a condensed distance matrix
 */

/** @param {string} path beside this file */
const numbers = (path) => Float32Array.from(readFileSync(new URL(path, import.meta.url), 'utf8').split(/[\s,]+/).filter(Boolean).map(Number));

const GOLDENS = '../../tests/data/homology';

/** A generator of uniform numbers in [0, 1). @param {number} seed */
function uniform(seed) {
  let state = seed >>> 0;
  return () => { // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Normally distributed numbers (Box and Muller). @param {number} seed @param {number} count */
function normal(seed, count) {
  const random = uniform(seed);
  return Float64Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}

/** A standard normal cloud. @param {number} n @param {number} d @param {number} [seed] */
const gaussian = (n, d, seed = 1) => Float32Array.from(normal(seed, n * d));

/** Like the activations of a layer: a normal cloud of rank 10 and a little noise in all coordinates behind a ReLU. @param {number} n @param {number} d @param {number} [seed] */
function activations(n, d, seed = 1) {
  const rank = 10;
  const latent = normal(seed, n * rank);
  const weights = normal(seed + 1000, rank * d);
  const noise = normal(seed + 2000, n * d);
  const values = new Float32Array(n * d);
  for (let i = 0; i < n; i += 1) {
    for (let k = 0; k < d; k += 1) {
      let sum = 0.3 * noise[i * d + k];
      for (let r = 0; r < rank; r += 1) sum += latent[i * rank + r] * weights[r * d + k];
      values[i * d + k] = Math.max(0, sum / Math.sqrt(rank));
    }
  }
  return values;
}

/** @param {number} clouds @param {number} n @param {number} d */
function workload(clouds, n, d) {
  const values = new Float32Array(clouds * n * d);
  for (let c = 0; c < clouds; c += 1) values.set(activations(n, d, c + 1), c * n * d);
  return values;
}

/** All cases in the order of the report, made one at a time. @returns {{name: string, quick: boolean, part: 'main' | 'H0' | 'H1', peers: boolean, make: () => Case}[]} */
export function cases() {
  /** @type {{name: string, quick: boolean, part: 'main' | 'H0' | 'H1', peers: boolean, make: () => Case}[]} */
  const list = [];
  /** @param {string} name @param {() => Float32Array} values @param {Partial<Case> & {n: number, quick?: boolean, part?: 'main' | 'H0' | 'H1'}} options */
  const add = (name, values, { quick = false, part = 'main', peers = true, ...options }) => list.push({
    name,
    quick,
    part,
    peers,
    make: () => ({ name, values: values(), d: 0, clouds: 1, maxDim: 1, threshold: null, modulus: 2, peers, ...options }),
  });
  const sphere = () => numbers(`${GOLDENS}/sphere_3_192.lower_distance_matrix`);
  const random = () => numbers(`${GOLDENS}/random_50_16.txt`);
  const plane = () => numbers(`${GOLDENS}/projective_plane.lower_distance_matrix`);
  const o3 = () => numbers('data/o3_1024.txt');
  add('projective_plane H2', plane, { n: 13, maxDim: 2, quick: true });
  add('projective_plane H2 mod 3', plane, { n: 13, maxDim: 2, modulus: 3 });
  add('random_50_16 H1', random, { n: 50, d: 16, quick: true });
  add('random_50_16 H4', random, { n: 50, d: 16, maxDim: 4, quick: true });
  add('sphere_3_192 H1', sphere, { n: 192 });
  add('sphere_3_192 H2', sphere, { n: 192, maxDim: 2, quick: true });
  add('klein400 H1', () => numbers(`${GOLDENS}/klein400.txt`), { n: 400, d: 3 });
  add('dragon1000 H1', () => numbers('data/dragon1000.txt'), { n: 1000, d: 3, quick: true });
  add('o3_1024 H1', o3, { n: 1024, d: 9 });
  add('o3_1024 H1 up to 1.8', o3, { n: 1024, d: 9, threshold: 1.8 });
  add('o3_1024 H3 up to 1.8', o3, { n: 1024, d: 9, maxDim: 3, threshold: 1.8, quick: true });
  add('activations 300×128 H1', () => activations(300, 128), { n: 300, d: 128, quick: true });
  add('activations 300×64 H2', () => activations(300, 64), { n: 300, d: 64, maxDim: 2, quick: true });
  add('activations 1000×128 H1', () => activations(1000, 128), { n: 1000, d: 128, quick: true });
  add('activations 3000×64 H1', () => activations(3000, 64), { n: 3000, d: 64 });
  add('Gaussian 300×128 H1', () => gaussian(300, 128), { n: 300, d: 128 });
  add('Gaussian 1000×128 H1', () => gaussian(1000, 128), { n: 1000, d: 128 });
  add('100 clouds of 300×64 H1', () => workload(100, 300, 64), { n: 300, d: 64, clouds: 100, quick: true });
  for (const n of [300, 1000, 3000, 10000, 20000]) {
    add(`activations ${n}×128 H0`, () => activations(n, 128), { n, d: 128, maxDim: 0, part: 'H0', peers: n <= 3000, quick: n === 3000 });
  }
  for (const n of [300, 600, 1500, 5000]) {
    add(`activations ${n}×64 H1`, () => activations(n, 64), { n, d: 64, part: 'H1', peers: n <= 1500 });
  }
  return list;
}
