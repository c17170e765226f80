/**
 * Isolation from other origins, the browser's condition for threads in WebAssembly. Hosts grant it with two headers;
 * where they do not, a service worker (sw.js) adds them, which takes effect after one reload. The same worker keeps the
 * page for visits without network.
 */

const RELOADED = 'bettiscope-reloaded-for-isolation';
/** How long the page waits for the service worker, and then for the reload: far longer than either takes on a busy computer. */
const WORKER_MS = 10_000;
const RELOAD_MS = 20_000;

/**
 * Registers the service worker where it is of use, and reloads the page at most once. Resolves when the page may start:
 * to true if it is isolated. Never rejects and never waits long, whatever the browser or the host leave unanswered;
 * without isolation the page works on one thread.
 *
 * @param {{force?: boolean}} [options] `force` (also `?sw=1` in the address) registers the worker on any host
 * @returns {Promise<boolean>}
 */
export async function ensureIsolation({ force = new URLSearchParams(location.search).get('sw') === '1' } = {}) {
  const isolated = globalThis.crossOriginIsolated === true;
  const workers = navigator.serviceWorker;
  const embedded = window.top !== window; // a worker cannot isolate a frame: its host must be isolated
  if (embedded || !workers || !window.isSecureContext) return isolated;
  // While the page is being developed, kept copies would hide changes, and the local server isolates by itself.
  const developing = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname) && isolated && !workers.controller;
  if (developing && !force) return isolated;
  try {
    const script = new URL('../sw.js', import.meta.url);
    const registered = workers.register(script, { scope: new URL('./', script).href, updateViaCache: 'none' });
    // A browser that is told to block service workers registers none, without a word.
    const active = registered.then(async (registration) => registration && activated((await workers.ready).active));
    active.then((worker) => afterStart(() => worker?.postMessage({ type: 'keep' })), () => undefined);
    if (isolated) {
      sessionStorage.removeItem(RELOADED);
    } else if (!sessionStorage.getItem(RELOADED) && (await Promise.race([active, after(WORKER_MS)]))) {
      sessionStorage.setItem(RELOADED, 'yes');
      location.reload();
      await after(RELOAD_MS); // nothing may start in a page that is about to go
      window.stop(); // it did not go, and must not go any more under the user's hands
    }
  } catch {
    // Private windows and strict settings refuse service workers or storage: one thread, then.
  }
  return isolated;
}

/**
 * A service worker that answers for pages: while it still activates they would have to wait for it.
 *
 * @param {ServiceWorker | null} worker
 */
async function activated(worker) {
  if (worker?.state === 'activating') await new Promise((done) => worker.addEventListener('statechange', done, { once: true }));
  return worker;
}

/** @param {number} ms @returns {Promise<void>} */
const after = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Calls `task` some seconds later, so that keeping files does not compete with the first result.
 *
 * @param {() => void} task
 */
function afterStart(task) {
  setTimeout(task, 4000);
}
