import { stopped, throwIfStopped } from './errors.js';

/** @typedef {import('./worker-handle.js').WorkerHandle} WorkerHandle */
/**
 * @typedef {{ready: Promise<WorkerHandle>}} Slot a place in the pool and the worker that fills it
 * @typedef {{held: number}} Party work on several workers at once, and how many it has
 * @typedef {{turn: (slot: Slot) => void, party: Party | null}} Waiting
 */

/** A worker that works for one party while another has none is handed over after so long. */
const TURN_MS = 3000;

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
    /** @type {Waiting[]} */
    this.waiting = [];
    /** @type {Set<Party>} */
    this.parties = new Set();
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
   * @param {Party | null} [party] that the task is a part of
   * @returns {Promise<T>}
   */
  async run(task, signal, party = null) {
    throwIfStopped(signal);
    const slot = await this.take(signal, party);
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

  /**
   * Work in steps on several workers at once. Between two steps workers are handed over to others that wait, so that
   * everyone has a share: a long run never keeps a short one waiting.
   * @param {number} nLanes at most so many workers
   * @param {{begin: (worker: WorkerHandle) => Promise<void>, step: (worker: WorkerHandle) => Promise<void>, isDone: () => boolean}} work
   *   `begin` makes a worker ready, perhaps again; no step begins once `isDone`
   * @param {AbortSignal} [signal]
   */
  async spread(nLanes, { begin, step, isDone }, signal) {
    const party = { held: 0 };
    this.parties.add(party);
    const lane = async (/** @type {WorkerHandle} */ worker, /** @type {AbortSignal} */ s) => {
      if (isDone()) return;
      party.held += 1;
      const since = performance.now();
      try {
        await begin(worker);
        while (!isDone() && !s.aborted && !this.isWanted(party, since)) await step(worker);
      } finally {
        party.held -= 1;
      }
    };
    const lanes = Array.from({ length: nLanes }, () => async (/** @type {AbortSignal} */ s) => {
      while (!isDone()) await this.run((worker) => lane(worker, s), s, party);
    });
    try {
      await allOrStop(lanes, signal);
    } finally {
      this.parties.delete(party);
    }
  }

  /** Whether a party should hand over a worker that it has had for some time. @param {Party} party @param {number} since */
  isWanted(party, since) {
    const others = this.waiting.filter((waiting) => waiting.party !== party);
    if (others.length === 0) return false;
    const nAlone = others.filter((waiting) => !waiting.party).length;
    if (party.held > Math.max(1, Math.floor(this.size / (this.parties.size + nAlone)))) return true;
    return others.some((waiting) => !waiting.party?.held) && performance.now() - since > TURN_MS;
  }

  /** @param {AbortSignal | undefined} signal @param {Party | null} party @returns {Promise<Slot>} */
  take(signal, party) {
    const slot = this.idle.shift();
    if (slot) return Promise.resolve(slot);
    return new Promise((resolve, reject) => {
      const turn = (/** @type {Slot} */ free) => {
        signal?.removeEventListener('abort', leave);
        resolve(free);
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        reject(stopped());
      };
      const entry = { turn, party };
      signal?.addEventListener('abort', leave, { once: true });
      this.waiting.push(entry);
    });
  }

  /** @param {Slot} slot */
  giveBack(slot) {
    const next = this.waiting.shift();
    if (next) next.turn(slot);
    else this.idle.push(slot);
  }

  /** Ends every worker; open requests fail as stopped. */
  close() {
    this.closed = true;
    for (const { ready } of this.slots) ready.then((worker) => worker.end(), () => {});
  }
}

/**
 * Runs tasks side by side; the first failure stops the others.
 * @template T
 * @param {((signal: AbortSignal) => Promise<T>)[]} tasks
 * @param {AbortSignal} [signal]
 * @returns {Promise<T[]>}
 */
export async function allOrStop(tasks, signal) {
  const own = new AbortController();
  const stop = () => own.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.all(tasks.map((task) => task(own.signal)));
  } catch (error) {
    own.abort();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
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
