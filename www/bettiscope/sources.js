import { BettiscopeError, throwIfStopped } from './errors.js';

/**
 * Where bytes come from: an address, a file of the user's, or bytes at hand.
 * @typedef {string | URL | File | {name: string, bytes: Uint8Array}} Source
 * @typedef {{name: string, bytes: Uint8Array}} NamedBytes
 */

/** Larger files are refused before they are read. */
export const MAX_FILE_BYTES = 512 * 2 ** 20;

/** With folders where it was dropped or chosen in one. @param {File} file @returns {string} */
export const nameOf = (file) => file.webkitRelativePath || /** @type {any} */ (file).path || file.name;

/**
 * @param {Source} source
 * @param {{signal?: AbortSignal, onBytes?: (done: number, total: number) => void}} [options]
 * @returns {Promise<NamedBytes>}
 */
export async function bytesOf(source, { signal, onBytes } = {}) {
  throwIfStopped(signal);
  if (typeof source === 'string' || source instanceof URL) return download(source, signal, onBytes);
  if (source instanceof File) {
    const name = nameOf(source);
    checkSize(name, source.size);
    try {
      return { name, bytes: new Uint8Array(await source.arrayBuffer()) };
    } catch {
      throw new BettiscopeError('unreadable-file', `${name} cannot be read; it may have been moved or be open elsewhere: choose it again`);
    }
  }
  checkSize(source.name, source.bytes.byteLength);
  return { name: source.name, bytes: source.bytes.slice() };
}

/**
 * @param {string | URL} address
 * @param {AbortSignal} [signal]
 * @param {(done: number, total: number) => void} [onBytes]
 */
async function download(address, signal, onBytes) {
  const url = new URL(address, document.baseURI);
  const name = decodeURIComponent(url.pathname.split('/').pop() || url.host);
  let response;
  try {
    response = await fetch(url, url.origin === location.origin ? { signal } : { signal, credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch (error) {
    throwIfStopped(signal);
    throw new BettiscopeError('unreachable', url.origin === location.origin ? `${url.href} cannot be reached; check the address and the connection` : await foreignFailure(url, name), String(error));
  }
  if (!response.ok || !response.body) {
    throw new BettiscopeError('unreachable', `${url.href} answered ${response.status}; check the address`);
  }
  const total = Number(response.headers.get('content-length')) || 0;
  checkSize(name, total);
  const chunks = [];
  let done = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done: end, value } = await reader.read();
    if (end) break;
    chunks.push(value);
    done += value.byteLength;
    checkSize(name, done);
    onBytes?.(done, Math.max(total, done));
  }
  const bytes = new Uint8Array(done);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return { name, bytes };
}

/** Why another host's file cannot be read. @param {URL} url @param {string} name */
async function foreignFailure(url, name) {
  // An answer that may not be read tells that there is one. Isolated pages get none without consent of the host either.
  const answers = await fetch(url, { mode: 'no-cors', method: 'HEAD', credentials: 'omit', referrerPolicy: 'no-referrer' }).then(() => true, () => false);
  const cause = answers ? `${url.host} answers, but does not let pages of other sites read ${name}`
    : `${url.host} cannot be reached, or does not let pages of other sites read ${name}`;
  return `${cause} (it would have to send the header Access-Control-Allow-Origin: *); download the file and drop it here`;
}

/** @param {string} name @param {number} size */
function checkSize(name, size) {
  if (size <= MAX_FILE_BYTES) return;
  const [megabytes, limit] = [size, MAX_FILE_BYTES].map((n) => Math.round(n / 2 ** 20));
  throw new BettiscopeError('too-large', `${name} has ${megabytes} MB, more than the ${limit} MB this page reads; take a part of it`);
}

/** The first bytes of a file at hand that is not too large. @param {File | NamedBytes} source @param {number} length @returns {Promise<NamedBytes>} */
export async function headOf(source, length) {
  if (!(source instanceof File)) return { name: source.name, bytes: source.bytes.slice(0, length) };
  checkSize(nameOf(source), source.size);
  return bytesOf(Object.assign(new File([source.slice(0, length)], source.name), { path: nameOf(source) }));
}
