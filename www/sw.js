/**
 * The service worker of the finished page, at the root of its scope. It does two things:
 *
 * - It adds the headers of cross-origin isolation to everything of our own origin, so that the engine with threads also
 *   runs on hosts that send no such headers.
 * - It keeps what was loaded, so that the page works again without network. Modules of WebAssembly are taken from there
 *   first, as their version is known from artifacts.json; everything else is asked for first and taken from there
 *   without network.
 *
 * Requests to other origins are never touched.
 */

/** Names of caches begin like this; others of the same origin are not ours. */
const PREFIX = 'bettiscope-';
const PAGE = `${PREFIX}page`;
const MODELS = `${PREFIX}models`;
const MODULES = /\/(engine|threads|network)\//;

const worker = /** @type {any} */ (self);
/** @type {string} the folder of the page */
const root = new URL('./', worker.location.href).href;
const DESCRIPTION = `${root}artifacts.json`;

worker.addEventListener('install', (/** @type {any} */ event) => event.waitUntil(worker.skipWaiting()));

worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('message', (/** @type {any} */ event) => {
  if (event.data?.type === 'keep') event.waitUntil(keepPage());
});

worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(root) || request.headers.has('range')) return;
  if (request.cache === 'only-if-cached' && request.mode !== 'same-origin') return;
  /** @type {Promise<unknown>[]} */
  const writes = [];
  const answered = answer(request, writes);
  event.respondWith(answered.then(isolated));
  event.waitUntil(answered.then(() => Promise.all(writes), () => undefined));
});

/**
 * @param {Request} request
 * @param {Promise<unknown>[]} writes to caches, begun but not waited for: answers stream while they are kept
 */
async function answer(request, writes) {
  if (request.mode === 'navigate') version = ''; // a page that loads anew may be of another version
  const path = new URL(request.url).pathname;
  if (!MODULES.test(path)) return networkFirst(request, path.includes('/models/') ? MODELS : PAGE, writes);
  const cache = modulesCache(writes);
  return (await kept(request, cache)) ?? fetchAndKeep(request, cache, writes);
}

/**
 * What is kept of a request. Where storage fails nothing is: the page then comes from the host alone.
 *
 * @param {Request} request
 * @param {Promise<Cache>} cache
 * @returns {Promise<Response | undefined>}
 */
const kept = (request, cache) => cache.then((opened) => opened.match(request, { ignoreSearch: true })).catch(() => undefined);

/** The version of the page whose modules are asked for; looked up when the worker starts and at every page load. */
let version = '';

/**
 * The cache for the modules of the present version.
 *
 * @param {Promise<unknown>[]} writes
 */
async function modulesCache(writes) {
  if (!version) {
    const description = await networkFirst(new Request(DESCRIPTION), PAGE, writes).catch(() => null);
    version = description?.ok ? (await description.json()).version : 'unknown';
  }
  return caches.open(`${PREFIX}modules-${version}`);
}

/**
 * @param {Request} request
 * @param {string} name of the cache
 * @param {Promise<unknown>[]} writes
 */
async function networkFirst(request, name, writes) {
  const cache = caches.open(name);
  try {
    // Asks the host even if the browser believes its copy to be fresh: files of two versions must not be mixed.
    const fresh = request.mode === 'navigate' ? request : new Request(request, { cache: 'no-cache' });
    return await fetchAndKeep(fresh, cache, writes);
  } catch (error) {
    const copy = await kept(request, cache);
    if (copy) return copy;
    throw error;
  }
}

/**
 * @param {Request} request
 * @param {Promise<Cache>} cache
 * @param {Promise<unknown>[]} writes
 */
async function fetchAndKeep(request, cache, writes) {
  const response = await fetch(request);
  if (response.status === 200) {
    const copy = response.clone();
    // A full disk is no failure of the page.
    writes.push(cache.then((opened) => opened.put(request.url.split(/[?#]/)[0], copy)).catch(() => undefined));
  }
  return response;
}

/** Fetches everything of the finished page but the models, for a later visit without network. */
async function keepPage() {
  /** @type {Promise<unknown>[]} */
  const writes = [];
  version = '';
  const modules = modulesCache(writes);
  await modules;
  await Promise.all(writes);
  const present = `${PREFIX}modules-${version}`;
  const page = caches.open(PAGE);
  const description = await (await page).match(DESCRIPTION);
  if (!description) return;
  const old = (await caches.keys()).filter((name) => name.startsWith(`${PREFIX}modules-`) && name !== present);
  await Promise.all(old.map((name) => caches.delete(name)));
  for (const file of ['', ...(await description.json()).files]) {
    const cache = MODULES.test(`/${file}`) ? modules : page;
    if (await (await cache).match(root + file)) continue;
    await fetchAndKeep(new Request(root + file), cache, writes).catch(() => undefined);
    await Promise.all(writes);
  }
}

/**
 * The same response with the headers of isolation.
 *
 * @param {Response} response
 */
function isolated(response) {
  if (response.status === 0 || response.type === 'opaqueredirect') return response; // nothing may be read or added here
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
