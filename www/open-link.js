/** The window that downloads files from other hosts and hands them to the page that opened it, see link.js. */
import { bytesOf } from './bettiscope/sources.js';
import { byId } from './dom.js';

/** @type {Window | null} */
const page = window.opener;
const say = (/** @type {object} */ message, /** @type {Transferable[]} */ transfer = []) => page?.postMessage(message, { targetOrigin: location.origin, transfer });

try {
  if (!page) throw new Error('this window belongs to a page of Bettiscope and does nothing by itself; open the address there');
  /** @type {string[]} */
  const addresses = JSON.parse(decodeURIComponent(location.hash.slice(1)));
  for (const address of addresses) {
    const url = new URL(address);
    byId('what').textContent = url.href;
    const onBytes = (/** @type {number} */ done, /** @type {number} */ total) => {
      byId('bytes').max = total;
      byId('bytes').value = done;
      say({ type: 'progress', done, total });
    };
    const { name, bytes } = await bytesOf(url, { onBytes });
    say({ type: 'file', name, bytes }, [bytes.buffer]);
  }
  say({ type: 'done' });
} catch (failure) {
  byId('said').textContent = failure.message;
  byId('bytes').hidden = true;
  say({ type: 'failed', message: failure.message });
}
