/**
 * Something long, one at a time: progress shown, failures worded, Cancel at hand.
 *
 * @typedef {{signal: AbortSignal, onProgress: (progress: any) => void}} TaskOptions
 */
export class Runner {
  /** @param {import('./views/run.js').RunControl} control @param {import('./views/alerts.js').Alerts} alerts */
  constructor(control, alerts) {
    this.control = control;
    this.alerts = alerts;
    /** @type {AbortController | null} */
    this.controller = null;
    /** @type {AbortController | null} */
    this.reading = null;
  }

  get busy() {
    return this.controller !== null;
  }

  /**
   * @param {(options: TaskOptions) => Promise<unknown>} work
   * @returns {Promise<boolean>} whether it succeeded and nothing newer has begun
   */
  async run(work) {
    this.controller?.abort();
    const controller = new AbortController();
    this.controller = controller;
    const current = () => this.controller === controller;
    this.alerts.clear();
    this.control.set('running');
    try {
      await work({ signal: controller.signal, onProgress: (progress) => current() && this.control.report(progress) });
      if (!current()) return false;
      this.control.set('done');
      return true;
    } catch (/** @type {any} */ failure) {
      if (!current()) return false;
      const stopped = failure?.kind === 'stopped';
      this.control.set(stopped ? 'cancelled' : 'failed');
      if (!stopped) this.alerts.show(failure);
      return false;
    } finally {
      if (current()) this.controller = null;
    }
  }

  /**
   * Something that is read before it runs: it does not disturb what is running, whatever becomes of it.
   * @template T
   * @param {(options: TaskOptions) => Promise<T>} read
   * @returns {Promise<T | null>} null if it failed, which has been said, or was cancelled
   */
  async aside(read) {
    /** @type {T | null} */
    let found = null;
    if (!this.busy) {
      const done = await this.run(async (options) => { found = await read(options); });
      return done ? found : null;
    }
    this.reading?.abort();
    const reading = new AbortController();
    this.reading = reading;
    this.alerts.show({ message: 'your files are being read while the run goes on', kind: 'note' });
    try {
      found = await read({ signal: reading.signal, onProgress: () => {} });
      return reading.signal.aborted ? null : found;
    } catch (/** @type {any} */ failure) {
      if (failure?.kind !== 'stopped') this.alerts.show(failure);
      return null;
    }
  }

  /** Ends what runs; what is finished stays. */
  cancel() {
    if (!this.controller) return;
    this.controller.abort();
    this.controller = null;
    this.control.set('cancelled');
  }
}
