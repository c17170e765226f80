import { percent } from '../catalog.js';
import { element } from '../dom.js';

/** Between two checkpoints of a walk. */
const STEP_MS = 1400;

/**
 * The checkpoints of one network along its training, to choose from and to walk along.
 *
 * @typedef {import('../catalog.js').BundledNetwork} BundledNetwork
 */
export class Training {
  /**
   * @param {HTMLElement} host
   * @param {{onChoose: (id: string) => void, run: (id: string) => Promise<boolean>, isKnown: (id: string) => boolean}} options
   */
  constructor(host, { onChoose, run, isKnown }) {
    this.host = host;
    this.onChoose = onChoose;
    this.run = run;
    this.isKnown = isKnown;
    this.playing = false;
    /** @type {BundledNetwork[]} */
    this.members = [];
    this.rail = element('div', { className: 'checkpoints', role: 'group', 'aria-label': 'Checkpoints' });
    this.button = element('button', { type: 'button', id: 'play', title: 'Walk through the checkpoints from first to last', onclick: () => (this.playing ? this.stop() : this.play()) }, '▶ Play');
    this.said = element('p', { className: 'quiet checkpoint-words' });
    host.append(element('div', { className: 'training-head' }, element('h2', {}, 'Training'), this.button, this.said), this.rail);
    this.host.hidden = true;
    this.rail.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** @param {BundledNetwork[]} members in their order @param {string} chosen */
  show(members, chosen) {
    this.members = members;
    this.host.hidden = members.length < 2;
    this.rail.style.setProperty('--count', String(members.length));
    this.rail.replaceChildren(...members.map((network) => this.dot(network, network.id === chosen)));
    const own = members.find(({ id }) => id === chosen);
    this.said.textContent = own ? `${own.stage}: ${percent(own.trainAccuracy)} of the training set right, ${percent(own.testAccuracy)} of the test set` : '';
    const button = /** @type {HTMLElement | null} */ (this.rail.querySelector('[aria-pressed=true]'));
    if (button && this.rail.scrollWidth > this.rail.clientWidth) this.rail.scrollLeft = button.offsetLeft - (this.rail.clientWidth - button.offsetWidth) / 2;
  }

  /** @param {BundledNetwork} network @param {boolean} isChosen */
  dot({ id, stage, testAccuracy }, isChosen) {
    const made = element('button', { type: 'button', className: 'checkpoint', 'data-network': id, 'aria-pressed': String(isChosen), tabindex: isChosen ? 0 : -1, title: `${stage}, test accuracy ${percent(testAccuracy)}` },
      element('i', { className: 'dot' }), element('b', {}, stage), element('span', {}, percent(testAccuracy)));
    made.style.setProperty('--accuracy', String(testAccuracy));
    made.classList.toggle('known', this.isKnown(id));
    made.addEventListener('click', () => {
      this.stop();
      this.onChoose(id);
    });
    return made;
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const { members } = this;
    const at = members.findIndex(({ id }) => this.rail.querySelector(`[data-network="${id}"]`) === document.activeElement);
    const next = step && members[at + step];
    if (!next) return;
    event.preventDefault();
    this.stop();
    this.onChoose(next.id);
    /** @type {HTMLElement | null} */ (this.rail.querySelector(`[data-network="${next.id}"]`))?.focus();
  }

  stop() {
    this.playing = false;
    this.button.textContent = '▶ Play';
  }

  async play() {
    this.playing = true;
    this.button.textContent = '■ Stop';
    for (const { id } of this.members) {
      if (!this.playing || !(await this.run(id))) break;
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
    this.stop();
  }
}
