/**
 * What a study will need, from the engine's estimates of its parts.
 *
 * @typedef {import('../../bettiscope.js').Bettiscope} Bettiscope
 * @typedef {import('../../bettiscope/study.js').Study} Study
 * @typedef {import('../../bettiscope/catalog.js').Catalog} Catalog
 */
import { defaultData } from '../../bettiscope/catalog.js';

/** Multiplications per sample of a bundled network, and bytes of its tensors, until it is loaded and says so itself. */
const USUAL_MACS = 2.5e7;
const USUAL_ACTIVATIONS = 6e5;
const FLOAT_BYTES = 4;

/** A bundled network as far as the catalogue tells. @param {import('../../bettiscope/catalog.js').BundledNetwork | undefined} entry @returns {any} */
const unloaded = (entry) => ({
  macs: USUAL_MACS, layers: [], input: { kind: 'numbers', shape: [null] }, maxTokens: 0,
  memory: { weights: FLOAT_BYTES * (entry?.parameters ?? 0), activations: USUAL_ACTIVATIONS, input: 1 },
});

/** The highest homology dimension that descriptors need. @param {Study} study */
const maxDimOf = ({ descriptors }) => Math.max(0, ...descriptors.map((name) => Number(/^(?!phdim).*-(\d)$/.exec(name)?.[1] ?? 0)));

/**
 * @param {Bettiscope} scope @param {Study} study @param {Catalog} catalog
 * @param {{networks: Record<string, any>, data: Record<string, any>}} own
 * @returns {Promise<{seconds: number, megabytes: number, limitMegabytes: number, fits: number}>}
 */
export async function estimateStudy(scope, study, catalog, own) {
  const total = { seconds: 0, megabytes: 0, limitMegabytes: 0, fits: Infinity };
  /** @type {Map<string, {times: number, workload: any}>} alike networks are estimated once */
  const parts = new Map();
  for (const choice of study.networks) {
    const entry = catalog.networks.find(({ id }) => id === choice.id);
    const network = own.networks[choice.id ?? ''];
    const wish = choice.data ?? study.data;
    const kind = entry?.kind ?? 'image';
    const named = typeof wish === 'string' ? wish : (wish[/** @type {'image'} */ (kind)] ?? 'default');
    const id = named === 'default' && entry ? defaultData(catalog, entry.dataset, kind) : named;
    const data = own.data[id] ?? catalog.datasets.find((it) => it.id === id) ?? {};
    const classes = Math.max(1, Math.min(data.classes?.length ?? 10, study.firstClasses ?? Infinity));
    const n = Math.min(data.n ?? Infinity, study.samples ?? classes * study.perClass * study.repetitions);
    const observed = network?.layers.filter((/** @type {any} */ layer) => layer.observed).map((/** @type {any} */ layer) => layer.id);
    const layers = study.layers === 'observed' ? (observed ?? entry?.layers.length ?? 11) : network ? study.layers : study.layers.length;
    const workload = { n, nCoords: entry?.width ?? 64, maxDim: maxDimOf(study), clouds: study.clouds === 'pooled' ? 1 : classes, layers, draws: study.descriptors.some((name) => name.startsWith('phdim')) ? study.phdim.draws : 0, sampleShape: data.values ? data.shape : undefined };
    const key = JSON.stringify([workload, network?.id ?? entry?.parameters ?? 0]);
    parts.set(key, { workload: { ...workload, network: network ?? unloaded(entry) }, times: (parts.get(key)?.times ?? 0) + 1 });
  }
  for (const { workload, times } of parts.values()) {
    const main = await scope.estimate(workload);
    total.seconds += times * main.seconds;
    total.megabytes = Math.max(total.megabytes, main.megabytes);
    total.limitMegabytes = main.limitMegabytes;
    total.fits = Math.min(total.fits, main.fits);
  }
  return total;
}
