/**
 * Isolation from other origins, the browser's condition for threads in WebAssembly. Hosts grant it with two headers;
 * where they do not, a service worker (sw.js) adds them, which takes effect after one reload. The same worker keeps the
 * page for visits without network.
 */

const RELOADED = 'bettiscope-reloaded-for-isolation';

/**
 * Registers the service worker where it is of use, and reloads the page at most once. Resolves when the page may start:
 * to true if it is isolated. Never rejects and never waits long; without isolation the page works on one thread.
 *
 * @param {{force?: boolean}} [options] `force` (also `?sw=1` in the address) registers the worker on any host
 * @returns {Promise<boolean>}
 */
export async function ensureIsolation({ force = new URLSearchParams(location.search).get('sw') === '1' } = {}) {
  const isolated = globalThis.crossOriginIsolated === true;
  const embedded = window.top !== window; // a worker cannot isolate a frame: its host must be isolated
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);
  // While the page is being developed, kept copies would hide changes; the local server sends the headers by itself.
  const useful = force || !(local && isolated && !navigator.serviceWorker?.controller);
  if (embedded || !window.isSecureContext || !navigator.serviceWorker || !useful) return isolated;
  try {
    const script = new URL('../sw.js', import.meta.url);
    await navigator.serviceWorker.register(script, { scope: new URL('./', script).href, updateViaCache: 'none' });
    const ready = navigator.serviceWorker.ready;
    const registration = await Promise.race([ready, new Promise((resolve) => setTimeout(resolve, 3000))]);
    if (isolated) {
      sessionStorage.removeItem(RELOADED);
      whenIdle(() => /** @type {ServiceWorkerRegistration | undefined} */ (registration)?.active?.postMessage({ type: 'keep' }));
      return true;
    }
    if (registration && !sessionStorage.getItem(RELOADED)) {
      sessionStorage.setItem(RELOADED, 'yes');
      location.reload();
      return await new Promise(() => undefined); // nothing may start in a page that is about to go
    }
    whenIdle(() => navigator.serviceWorker.controller?.postMessage({ type: 'keep' }));
  } catch {
    // Private windows and strict settings refuse service workers or storage: one thread, then.
  }
  return isolated;
}

/**
 * Calls `task` when the page has loaded and shown its first result, so that keeping files does not compete with it.
 *
 * @param {() => void} task
 */
function whenIdle(task) {
  setTimeout(task, 4000);
}
