import { element } from '../dom.js';

/** Milliseconds between two announcements to screen readers. */
const SPEAK_EVERY_MS = 4000;

/** The run button, its estimate, and the progress of what runs. */
export class RunControl {
  /**
   * @param {{button: HTMLButtonElement, estimate: HTMLElement, progress: HTMLElement}} hosts
   * @param {{onRun: () => void, onCancel: () => void, words?: string}} options `words`: on the button while nothing runs
   */
  constructor({ button, estimate, progress }, { onRun, onCancel, words = 'Run' }) {
    this.button = button;
    this.estimate = estimate;
    this.host = progress;
    this.idle = words;
    this.running = false;
    this.need = '';
    /** @type {{words: string, run: () => void}[]} */
    this.offers = [];
    this.bar = element('progress', { max: 1, value: 0, 'aria-label': 'Progress' });
    this.words = element('span', {});
    this.live = element('span', { className: 'only-read', role: 'status' });
    progress.append(this.bar, this.words);
    progress.after(this.live);
    this.spokenAt = 0;
    button.addEventListener('click', () => (this.running ? onCancel() : onRun()));
  }

  /** @param {'opening' | 'running' | 'done' | 'failed' | 'cancelled' | 'changed'} state */
  set(state) {
    this.running = state === 'running';
    document.documentElement.dataset.state = state;
    this.button.textContent = this.running ? 'Cancel' : this.idle;
    this.button.classList.toggle('wanted', state === 'changed');
    this.host.hidden = !this.running;
    this.bar.value = 0;
    if (this.running) this.words.textContent = 'starting';
    else this.live.textContent = { done: 'Done.', failed: 'Failed.', cancelled: 'Cancelled; finished layers stay.' }[/** @type {string} */ (state)] ?? '';
    this.state = state;
    this.sayNeed();
  }

  /** @param {import('../bettiscope.js').Progress} progress */
  report({ stage, done, total, layer, elapsedMs }) {
    const share = total > 0 ? done / total : 0;
    const left = stage !== 'measuring' && share > 0.05 && elapsedMs > 1500 ? `, about ${Math.max(1, Math.round(((elapsedMs / share) * (1 - share)) / 1000))} s left` : '';
    const words = {
      loading: `Loading the network module: ${megabytes(done)} of ${megabytes(total)}`,
      reading: total > 1000 ? `Loading: ${megabytes(done)} of ${megabytes(total)}` : `Reading file ${done} of ${total}`,
      running: `Running the network: sample ${done} of ${total}${left}`,
      measuring: `Measuring: layer ${done} of ${total}${layer ? ` (${layer})` : ''}${left}`,
      reducing: `${{ distances: `Distances: point ${done} of ${total}`, H0: 'Pieces', loops: `Loops: ${done} of ${total} filled in` }[layer ?? ''] ?? `${layer}: ${Math.round(100 * share)} %`}${left}`,
      comparing: 'Comparing layers',
    }[stage];
    this.say(share, words ?? '');
  }

  /** @param {number} share @param {string} words */
  say(share, words) {
    this.bar.value = share;
    this.words.textContent = words;
    const now = performance.now();
    if (now - this.spokenAt < SPEAK_EVERY_MS) return;
    this.spokenAt = now;
    this.live.textContent = words;
  }

  /**
   * @param {Pick<import('../bettiscope.js').Estimate, 'seconds' | 'megabytes' | 'limitMegabytes' | 'fits'> & Partial<import('../bettiscope.js').Estimate>} estimate
   * @param {{words: string, run: () => void}[]} [offers] what to do instead of what would not fit into memory
   */
  predict({ seconds, megabytes: need, limitMegabytes, fits, batch = 0, networkMegabytes = 0 }, offers = []) {
    const over = need > limitMegabytes;
    const atMost = offers.length || need <= networkMegabytes ? '' : `; at most ${fits} points per cloud fit`;
    const words = needWords({ seconds, megabytes: need, limitMegabytes, fits });
    this.announce(over ? `needs ${need.toLocaleString('en')} MB of the ${limitMegabytes.toLocaleString('en')} there are${atMost}` : words, offers);
    this.estimate.title = networkMegabytes ? `The network takes about ${networkMegabytes} MB in each worker; ${batch} samples run together` : '';
    this.estimate.classList.toggle('over', over);
  }

  /** @param {string} need in words, empty where nothing is predicted @param {{words: string, run: () => void}[]} [offers] */
  announce(need, offers = []) {
    this.need = need;
    this.offers = offers;
    this.estimate.title = '';
    this.estimate.classList.remove('over');
    this.sayNeed();
  }

  sayNeed() {
    const before = this.state === 'changed' ? 'settings changed' : this.state === 'cancelled' ? 'cancelled' : '';
    const offers = this.offers.map(({ words, run }) => element('button', { type: 'button', className: 'link', onclick: run }, words));
    this.estimate.replaceChildren(...[before, this.need].filter(Boolean).map((words) => element('span', {}, words)), ...offers);
  }
}

/** @param {number} bytes */
const megabytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MB`;

/** What a run needs. @param {{seconds: number, megabytes: number, limitMegabytes: number, fits: number}} estimate @returns {string} */
export function needWords({ seconds, megabytes: need, limitMegabytes, fits }) {
  const time = seconds < 1 ? 'under 1 s' : seconds < 90 ? `about ${Math.round(seconds)} s` : `about ${Math.round(seconds / 60)} min`;
  return need > limitMegabytes ? `needs ${need} MB; at most ${fits} points per cloud fit` : `${time} · ${Math.max(1, need)} MB`;
}
