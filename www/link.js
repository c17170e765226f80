/**
 * Files from other hosts. The page itself may ask no other host (its Content-Security-Policy says `connect-src 'self'`), so
 * a window of its own, open-link.html, downloads what the user asked for and hands it over. That window gets addresses
 * from the page and nothing else.
 */

const WINDOW = new URL('./open-link.html', import.meta.url);

/** @typedef {{url: URL, name: string, host: string}} Link */

/**
 * The addresses in a text, one per line or separated by spaces; pages of GitHub and Hugging Face become the files they show.
 * @param {string} text
 * @returns {{links: Link[], problem: string}}
 */
export function readLinks(text) {
  /** @type {Link[]} */
  const links = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    let url;
    try {
      url = fileOf(new URL(word));
    } catch {
      return { links: [], problem: `“${word}” is no address; it begins with https://` };
    }
    if (!['https:', 'http:'].includes(url.protocol)) return { links: [], problem: `“${word}” cannot be downloaded; an address begins with https://` };
    if (/^(www\.)?huggingface\.co$/.test(url.host) && !/\/resolve\//.test(url.pathname)) return { links: [], problem: 'this is a page of Hugging Face; take the address of one file in “Files and versions”, such as …/resolve/main/onnx/model.onnx' };
    if (/^(www\.)?github\.com$/.test(url.host)) return { links: [], problem: 'this is a page of GitHub; take the address of one file, such as …/blob/main/model.onnx' };
    links.push({ url, name: decodeURIComponent(url.pathname.split('/').pop() || url.host), host: url.host });
  }
  return { links, problem: '' };
}

/** Whether a text is nothing but addresses. @param {string} text */
export const isLinks = (text) => /^\s*https?:\/\/\S+(\s+https?:\/\/\S+)*\s*$/.test(text);

/** @param {URL} url of a page that shows a file, or of the file @returns {URL} of the file */
function fileOf(url) {
  const found = new URL(url);
  const github = /^\/([^/]+\/[^/]+)\/(?:blob|raw)\/(.+)$/.exec(url.pathname);
  if (/^(www\.)?github\.com$/.test(url.host) && github) return new URL(`https://raw.githubusercontent.com/${github[1]}/${github[2]}`);
  if (/^(www\.)?huggingface\.co$/.test(url.host)) found.pathname = url.pathname.replace(/\/blob\//, '/resolve/');
  return found;
}

/**
 * Downloads in a window of its own. To be called while a click is handled, else browsers open no window.
 * @param {Link[]} links
 * @param {{signal?: AbortSignal, onProgress?: (progress: {stage: string, done: number, total: number}) => void}} [options]
 * @returns {Promise<File[]>}
 */
export function download(links, { signal, onProgress } = {}) {
  const address = `${WINDOW.href}#${encodeURIComponent(JSON.stringify(links.map(({ url }) => url.href)))}`;
  const opened = window.open(address, '_blank', 'popup,width=520,height=300');
  return new Promise((resolve, reject) => {
    if (!opened) return reject(new Error('the browser opened no window for the download; allow this page to open windows, or download the file and drop it here'));
    /** @type {File[]} */
    const files = [];
    const finish = (/** @type {() => void} */ end) => {
      clearInterval(watch);
      window.removeEventListener('message', hear);
      if (!opened.closed) opened.close();
      end();
    };
    const fail = (/** @type {string} */ message, kind = 'unreachable') => finish(() => reject(Object.assign(new Error(message), { kind })));
    const hear = (/** @type {MessageEvent} */ { source, origin, data }) => {
      if (source !== opened || origin !== location.origin) return;
      if (data.type === 'progress') onProgress?.({ stage: 'reading', done: data.done, total: data.total });
      if (data.type === 'file') files.push(new File([data.bytes], data.name));
      if (data.type === 'failed') fail(data.message);
      if (data.type === 'done') finish(() => resolve(files));
    };
    const watch = setInterval(() => opened.closed && fail('the window of the download was closed before it was finished', 'stopped'), 300);
    window.addEventListener('message', hear);
    signal?.addEventListener('abort', () => fail('stopped on request', 'stopped'), { once: true });
  });
}
