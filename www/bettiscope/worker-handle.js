import { BettiscopeError, asFailure, stopped, trapped } from './errors.js';

/**
 * What travels between page and worker. A request is `{id, type, ...payload}`; the answer is any number of
 * `{id, type: 'progress', …}` and `{id, type: 'intervals', …}` and exactly one `{id, type: 'done', value}` or `{id, type: 'failed', kind, message, details}`.
 * Typed arrays listed for transfer move: the sender must not use them afterwards. A worker that needs threads asks for each
 * with `{type: 'thread', number, address, setup}`; what the thread says comes back as a request `threadReported`.
 *
 * @typedef {{stage: string, done: number, total: number}} Progress
 * @typedef {{dims: Uint8Array, births: Float32Array, deaths: Float32Array}} Intervals
 * @typedef {{transfer?: Transferable[], onProgress?: (progress: Progress) => void, onIntervals?: (intervals: Intervals) => void}} RequestOptions
 */

/**
 * Every worker that has not ended. While a worker starts, nothing but its own listeners may refer to it, and Firefox has
 * taken workers that wait for something else for garbage (https://bugzilla.mozilla.org/show_bug.cgi?id=1702191).
 * @type {Set<WorkerHandle>}
 */
const alive = new Set();

/** The panic of a thread arrives that long after its end at the latest. */
const PANIC_MS = 1000;

/** One worker, its threads and the requests under way in it. Ends once, by `end`, a crash or a defect; then every request has its answer. */
export class WorkerHandle {
  /** @param {URL} scriptUrl */
  constructor(scriptUrl) {
    /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void, onProgress?: (p: Progress) => void, onIntervals?: (i: Intervals) => void}>} */
    this.pending = new Map();
    this.nextId = 1;
    this.ended = false;
    /** @type {Worker[]} */
    this.threads = [];
    this.worker = startWorker(scriptUrl);
    alive.add(this);
    this.worker.addEventListener('message', ({ data }) => this.receive(data));
    this.worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.end(new BettiscopeError('worker-failed', 'a background worker could not start or broke down; reload the page', event.message));
    });
  }

  /**
   * @param {string} type
   * @param {object} [payload]
   * @param {RequestOptions} [options]
   * @returns {Promise<any>}
   */
  request(type, payload = {}, { transfer = [], onProgress, onIntervals } = {}) {
    if (this.ended) return Promise.reject(stopped());
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject, onProgress, onIntervals });
      this.worker.postMessage({ id, type, ...payload }, transfer);
    });
  }

  /** @param {any} reply */
  receive(reply) {
    if (reply.type === 'thread') {
      this.startThread(reply);
      return;
    }
    const request = this.pending.get(reply.id);
    if (!request) return;
    if (reply.type === 'progress') {
      request.onProgress?.(reply.progress);
      return;
    }
    if (reply.type === 'intervals') {
      request.onIntervals?.(reply.intervals);
      return;
    }
    this.pending.delete(reply.id);
    if (reply.type === 'done') {
      request.resolve(reply.value);
      return;
    }
    const failure = asFailure(reply);
    request.reject(failure);
    // After a trap the module's memory is in no known state: whatever comes next needs a fresh worker.
    if (failure.kind === 'bug' || failure.kind === 'out-of-memory') this.end(failure);
  }

  /** @param {{number: number, address: string, setup: object}} thread */
  startThread({ number, address, setup }) {
    if (this.ended) return;
    const thread = new Worker(address, { type: 'module' });
    this.threads.push(thread);
    let runs = false;
    thread.addEventListener('message', ({ data }) => {
      runs = true;
      this.request('threadReported', { number, message: data }).catch(() => undefined);
    });
    thread.addEventListener('error', (event) => {
      event.preventDefault();
      if (!runs) this.end(new BettiscopeError('worker-failed', 'a thread could not start', event.message));
      // One that breaks down while it runs may have a panic to tell of, on a channel of its own.
      else setTimeout(() => this.end(asFailure({ ...trapped(event.message), details: event.message })), PANIC_MS);
    });
    thread.postMessage(setup);
  }

  /** @param {Error} [reason] given to the requests that are still open */
  end(reason = stopped()) {
    if (this.ended) return;
    this.ended = true;
    for (const worker of [this.worker, ...this.threads]) worker.terminate();
    alive.delete(this);
    for (const { reject } of this.pending.values()) reject(reason);
    this.pending.clear();
  }
}

/**
 * A worker that imports the script. A worker of a blob is under the page's Content-Security-Policy, where one with an
 * address is under its own.
 * @param {URL} scriptUrl
 */
function startWorker(scriptUrl) {
  const address = URL.createObjectURL(new Blob([`import ${JSON.stringify(scriptUrl.href)};`], { type: 'text/javascript' }));
  const worker = new Worker(address, { type: 'module' });
  worker.addEventListener('message', () => URL.revokeObjectURL(address), { once: true });
  return worker;
}
