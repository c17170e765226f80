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

worker.addEventListener('install', (/** @type {any} */ event) => event.waitUntil(worker.skipWaiting()));

worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('message', (/** @type {any} */ event) => {
  if (event.data?.type === 'keep') event.waitUntil(keepPage());
});

worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(root) || request.headers.has('range')) return;
  if (request.cache === 'only-if-cached' && request.mode !== 'same-origin') return;
  event.respondWith(answer(request).then(isolated));
});

/** @param {Request} request */
async function answer(request) {
  const path = new URL(request.url).pathname;
  if (MODULES.test(path)) return keptFirst(request, await modulesCache());
  if (path.includes('/models/')) return networkFirst(request, MODELS);
  return networkFirst(request, PAGE);
}

/**
 * The cache of the present version's modules; caches of former versions are deleted. A version is asked for once per
 * start of this worker and at every page load.
 */
let version = '';
async function modulesCache() {
  if (!version) {
    const answer = await networkFirst(new Request(`${root}artifacts.json`), PAGE).catch(() => null);
    version = answer?.ok ? (await answer.json()).version : 'unknown';
  }
  return `${PREFIX}modules-${version}`;
}

/**
 * @param {Request} request
 * @param {string} name of the cache
 */
async function keptFirst(request, name) {
  const cache = await caches.open(name);
  return (await cache.match(request, { ignoreSearch: true })) ?? fetchAndKeep(request, cache);
}

/**
 * @param {Request} request
 * @param {string} name of the cache
 */
async function networkFirst(request, name) {
  const cache = await caches.open(name);
  if (request.mode === 'navigate') version = ''; // a page that loads anew may be of another version
  try {
    return await fetchAndKeep(request, cache);
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

/**
 * @param {Request} request
 * @param {Cache} cache
 */
async function fetchAndKeep(request, cache) {
  const response = await fetch(request);
  if (response.status === 200) {
    const copy = response.clone();
    await cache.put(request.url.split(/[?#]/)[0], copy).catch(() => undefined); // full disks are no failure of the page
  }
  return response;
}

/** Fetches everything of the finished page but the models, for a later visit without network. */
async function keepPage() {
  const description = await (await fetch(`${root}artifacts.json`, { cache: 'no-cache' })).json();
  version = description.version;
  const modules = await modulesCache();
  await Promise.all((await caches.keys())
    .filter((name) => name.startsWith(`${PREFIX}modules-`) && name !== modules)
    .map((name) => caches.delete(name)));
  for (const file of ['', ...description.files]) {
    const url = root + file;
    const cache = await caches.open(MODULES.test(url) ? modules : PAGE);
    if (!(await cache.match(url))) await fetchAndKeep(new Request(url), cache).catch(() => undefined);
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
