/**
 * Results kept between visits, keyed by everything they depend on: the same network, data and settings need no second
 * computation. Lives in the browser's IndexedDB; where that is missing, refused or full, in memory until the page closes.
 */

const NAME = 'bettiscope';
/** `results` holds values by key, `entries` their sizes and last use, so that the size is known without reading results. */
const [RESULTS, ENTRIES] = ['results', 'entries'];
const MEGABYTE = 2 ** 20;
/** @type {{disk: number, memory: number}} the most that is kept, in bytes */
const LIMITS = { disk: 256 * MEGABYTE, memory: 64 * MEGABYTE };

/** @typedef {{key: string, bytes: number, used: number}} Entry */

export class Store {
  /**
   * Opens what earlier visits left. Never fails.
   * @param {{name?: string, limit?: number, factory?: IDBFactory | null}} [options] `limit`: the most bytes it keeps
   * @returns {Promise<Store>}
   */
  static async open({ name = NAME, limit, factory } = {}) {
    try {
      // Asking for it may throw already, where a browser blocks storage.
      const database = await openDatabase(factory === undefined ? globalThis.indexedDB : factory, name);
      const store = new Store(database, limit ?? LIMITS.disk);
      const entries = await wish(database.transaction(ENTRIES).objectStore(ENTRIES).getAll());
      for (const entry of /** @type {Entry[]} */ (entries)) store.entries.set(entry.key, entry);
      return store;
    } catch {
      return new Store(null, limit ?? LIMITS.memory);
    }
  }

  /** @param {IDBDatabase | null} database @param {number} limit */
  constructor(database, limit) {
    this.database = database;
    this.limit = limit;
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
    /** @type {Map<string, any>} values, where there is no database */
    this.values = new Map();
    // Another tab that deletes or renews the database must not wait for this one.
    if (database) database.onversionchange = () => this.degrade();
  }

  /** @returns {{kind: 'disk' | 'memory', entries: number, bytes: number, limit: number}} */
  get size() {
    let bytes = 0;
    for (const entry of this.entries.values()) bytes += entry.bytes;
    return { kind: this.database ? 'disk' : 'memory', entries: this.entries.size, bytes, limit: this.limit };
  }

  /** @param {string} key @returns {Promise<any>} `undefined` if it is not here */
  async get(key) {
    const { database } = this;
    if (!database) {
      this.touch(key);
      return this.values.get(key);
    }
    try {
      // Asked for even if this tab has not heard of it: another tab may have kept it.
      const value = await wish(database.transaction(RESULTS).objectStore(RESULTS).get(key));
      if (value !== undefined) this.touch(key);
      return value;
    } catch {
      this.degrade();
      return undefined;
    }
  }

  /** Keeps a value; the least recently used ones make room. @param {string} key @param {any} value what structured clone can copy */
  async put(key, value) {
    const entry = { key, bytes: sizeOf(value) + 2 * key.length, used: Date.now() };
    if (entry.bytes > this.limit / 4) return;
    await this.remove(this.surplus(entry));
    const { database } = this;
    if (database) {
      try {
        await write(database, (results, entries) => { results.put(value, key); entries.put(entry); });
        this.entries.set(key, entry);
        return;
      } catch (error) {
        if (error?.name !== 'QuotaExceededError') this.degrade();
        else await this.remove(this.oldest().slice(0, Math.ceil(this.entries.size / 2)));
        return; // a result that is not kept is computed again, nothing worse
      }
    }
    this.values.set(key, value);
    this.entries.set(key, entry);
  }

  /** Forgets everything. */
  async clear() {
    this.entries.clear();
    this.values.clear();
    try {
      if (this.database) await write(this.database, (results, entries) => { results.clear(); entries.clear(); });
    } catch {
      this.degrade();
    }
  }

  close() {
    this.database?.close();
  }

  /** From now on in memory. */
  degrade() {
    this.database?.close();
    this.database = null;
    this.limit = Math.min(this.limit, LIMITS.memory);
    this.entries.clear();
  }

  /** @param {string} key */
  touch(key) {
    const entry = this.entries.get(key);
    if (!entry) return;
    entry.used = Date.now();
    if (this.database) write(this.database, (_, entries) => entries.put({ ...entry })).catch(() => {});
  }

  oldest() {
    return [...this.entries.values()].sort((a, b) => a.used - b.used);
  }

  /** What has to go before `incoming` fits. @param {Entry} incoming @returns {Entry[]} */
  surplus(incoming) {
    let bytes = this.size.bytes + incoming.bytes - (this.entries.get(incoming.key)?.bytes ?? 0);
    const gone = [];
    for (const entry of this.oldest()) {
      if (bytes <= this.limit) break;
      if (entry.key === incoming.key) continue;
      gone.push(entry);
      bytes -= entry.bytes;
    }
    return gone;
  }

  /** @param {Entry[]} gone */
  async remove(gone) {
    if (gone.length === 0) return;
    for (const { key } of gone) {
      this.entries.delete(key);
      this.values.delete(key);
    }
    try {
      if (this.database) await write(this.database, (results, entries) => gone.forEach(({ key }) => { results.delete(key); entries.delete(key); }));
    } catch {
      this.degrade();
    }
  }
}

/**
 * A key for what depends on `parts` and nothing else: the SHA-256 of their JSON, fields in order of their names.
 * @param {any} parts
 * @returns {Promise<string | null>} `null` where the browser gives no SHA-256 (pages without https)
 */
export const contentKey = (parts) => sha256(new TextEncoder().encode(canonical(parts)));

/** @param {ArrayBufferView<ArrayBuffer>} bytes @returns {Promise<string | null>} hexadecimal */
export async function sha256(bytes) {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return null;
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {any} value @returns {string} JSON that does not depend on the order of fields */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.keys(value).filter((key) => value[key] !== undefined).sort();
  return `{${fields.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

/** About how many bytes a value takes. @param {any} value @returns {number} */
export function sizeOf(value) {
  if (ArrayBuffer.isView(value)) return value.byteLength + 16;
  if (typeof value === 'string') return 2 * value.length + 4;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.entries(value).reduce((sum, [key, part]) => sum + sizeOf(part) + (Array.isArray(value) ? 0 : 2 * key.length), 16);
}

/** @param {IDBFactory | null | undefined} factory @param {string} name @returns {Promise<IDBDatabase>} */
function openDatabase(factory, name) {
  if (!factory) return Promise.reject(new Error('there is no IndexedDB'));
  const request = factory.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(RESULTS);
    request.result.createObjectStore(ENTRIES, { keyPath: 'key' });
  };
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('another tab holds an older version'));
  });
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const wish = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** @param {IDBDatabase} database @param {(results: IDBObjectStore, entries: IDBObjectStore) => void} work @returns {Promise<void>} */
function write(database, work) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction([RESULTS, ENTRIES], 'readwrite');
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
    work(transaction.objectStore(RESULTS), transaction.objectStore(ENTRIES));
  });
}
