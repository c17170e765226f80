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

  /** Ends what runs; what is finished stays. */
  cancel() {
    if (!this.controller) return;
    this.controller.abort();
    this.controller = null;
    this.control.set('cancelled');
  }
}
