import { BettiscopeError } from './errors.js';

/**
 * The bundled networks and data, as models/index.json lists them.
 *
 * @typedef {{id: string, name: string, kind?: 'image' | 'text', family: string, dataset: string, file: string, bytes: number, sha256: string,
 *   layers: string[], pooling?: string, testAccuracy: number} & Record<string, any>} BundledNetwork
 * @typedef {{id: string, name: string, kind?: 'image' | 'text', files: string[], n: number, bytes: number} & Record<string, any>} BundledData
 * @typedef {{networks: BundledNetwork[], datasets: BundledData[], url: (file: string) => string}} Catalog
 */

/** @param {URL} baseUrl the folder that holds `models/` @param {AbortSignal} [signal] @returns {Promise<Catalog>} */
export async function loadCatalog(baseUrl, signal) {
  const folder = new URL('models/', baseUrl);
  const url = (/** @type {string} */ file) => new URL(file, folder).href;
  let response;
  try {
    response = await fetch(url('index.json'), { signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new BettiscopeError('unreachable', 'the list of bundled networks cannot be reached; check the connection', String(error));
  }
  // A copy of the page without models is possible: one's own networks run all the same.
  const { networks, datasets } = response.ok ? await response.json() : { networks: [], datasets: [] };
  return { networks, datasets, url };
}

/**
 * The data a network is measured on unless something else is asked for: what it was trained with.
 * @param {Catalog} catalog
 * @param {string} dataset stem of the ids, as `fashion-mnist`
 * @param {'image' | 'text'} kind
 */
export function defaultData({ datasets }, dataset, kind) {
  const byId = (/** @type {string} */ id) => datasets.find((entry) => entry.id === id);
  const found = byId(`${dataset}-train`) ?? byId(dataset) ?? datasets.find((entry) => (entry.kind ?? 'image') === kind);
  if (!found) throw new BettiscopeError('invalid-study', `there is no bundled ${kind} data; name some in the study's field “data”`);
  return found.id;
}

/**
 * @param {import('../bettiscope.js').Bettiscope} scope
 * @param {Catalog} catalog
 * @param {string} id
 * @param {AbortSignal} [signal]
 */
export async function loadBundledData(scope, catalog, id, signal) {
  const entry = catalog.datasets.find((it) => it.id === id);
  if (!entry) throw new BettiscopeError('invalid-study', `there is no data “${id}”; possible are ${catalog.datasets.map((it) => it.id).join(', ')}`);
  return { ...(await scope.loadData(entry.files.map(catalog.url), { signal })), name: entry.name };
}
