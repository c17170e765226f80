import { element } from '../dom.js';

/** Between two checkpoints of a walk. */
const STEP_MS = 1400;

/**
 * The checkpoints of one network along its training, to choose from and to walk along.
 *
 * @typedef {import('../session.js').BundledNetwork} BundledNetwork
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
    this.rail = element('div', { className: 'checkpoints', role: 'group', 'aria-label': 'Checkpoints' });
    this.button = element('button', { type: 'button', id: 'play', title: 'Walk through the checkpoints from first to last', onclick: () => (this.playing ? this.stop() : this.play()) }, '▶ Play');
    host.append(element('h2', {}, 'Training'), this.rail, this.button);
    this.host.hidden = true;
  }

  /** @param {BundledNetwork[]} members by epoch @param {string} chosen */
  show(members, chosen) {
    this.members = members;
    this.host.hidden = members.length < 2;
    this.rail.replaceChildren(...members.map(({ id, checkpoint, epoch, testAccuracy }) => {
      const made = element('button', { type: 'button', className: 'checkpoint', 'data-network': id, 'aria-pressed': String(id === chosen) },
        element('i', { className: 'dot' }), element('b', {}, checkpoint), element('span', {}, `epoch ${epoch} · test accuracy ${(100 * testAccuracy).toFixed(1)} %`));
      made.style.setProperty('--accuracy', String(testAccuracy));
      made.classList.toggle('known', this.isKnown(id));
      made.addEventListener('click', () => {
        this.stop();
        this.onChoose(id);
      });
      return made;
    }));
  }

  stop() {
    this.playing = false;
    this.button.textContent = '▶ Play';
  }

  async play() {
    this.playing = true;
    this.button.textContent = '■ Stop';
    for (const { id } of this.members ?? []) {
      if (!this.playing || !(await this.run(id))) break;
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
    this.stop();
  }
}
