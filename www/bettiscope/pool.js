import { stopped, throwIfStopped } from './errors.js';

/** @typedef {import('./worker-handle.js').WorkerHandle} WorkerHandle */
/** @typedef {{ready: Promise<WorkerHandle>}} Slot a place in the pool and the worker that fills it */

/**
 * A fixed number of workers of one kind, each used by one task at a time. Stopping a task ends its worker (the one way to
 * stop synchronous WebAssembly); a fresh one takes its place in the background.
 */
export class Pool {
  /**
   * @param {() => Promise<WorkerHandle>} spawn starts a worker and resolves once it can take requests
   * @param {number} size
   */
  constructor(spawn, size) {
    this.spawn = spawn;
    this.size = size;
    this.closed = false;
    /** @type {((slot: Slot) => void)[]} */
    this.waiting = [];
    /** @type {Slot[]} */
    this.slots = Array.from({ length: size }, () => ({ ready: this.start() }));
    this.idle = [...this.slots];
  }

  /** @returns {Promise<WorkerHandle>} */
  start() {
    const ready = this.spawn().then((worker) => {
      if (this.closed) worker.end();
      return worker;
    });
    ready.catch(() => {}); // the task that takes this worker sees the failure
    return ready;
  }

  /**
   * Gives `task` a worker of its own.
   * @template T
   * @param {(worker: WorkerHandle) => Promise<T>} task
   * @param {AbortSignal} [signal]
   * @returns {Promise<T>}
   */
  async run(task, signal) {
    throwIfStopped(signal);
    const slot = await this.take(signal);
    let broken = false;
    try {
      const worker = await untilStopped(slot.ready.catch((error) => { broken = true; throw error; }), signal);
      const end = () => worker.end();
      signal?.addEventListener('abort', end, { once: true });
      try {
        throwIfStopped(signal);
        return await task(worker);
      } finally {
        signal?.removeEventListener('abort', end);
        broken = worker.ended;
      }
    } finally {
      if (broken && !this.closed) slot.ready = this.start();
      this.giveBack(slot);
    }
  }

  /** @param {AbortSignal} [signal] @returns {Promise<Slot>} */
  take(signal) {
    const slot = this.idle.shift();
    if (slot) return Promise.resolve(slot);
    return new Promise((resolve, reject) => {
      const turn = (/** @type {Slot} */ free) => {
        signal?.removeEventListener('abort', leave);
        resolve(free);
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(turn), 1);
        reject(stopped());
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.waiting.push(turn);
    });
  }

  /** @param {Slot} slot */
  giveBack(slot) {
    const next = this.waiting.shift();
    if (next) next(slot);
    else this.idle.push(slot);
  }

  /** Ends every worker; open requests fail as stopped. */
  close() {
    this.closed = true;
    for (const { ready } of this.slots) ready.then((worker) => worker.end(), () => {});
  }
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
function untilStopped(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(stopped());
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
