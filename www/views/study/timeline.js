import { element, short } from '../../dom.js';
import { stageName } from './collection.js';
import { percent } from './profiles.js';

/** Between two checkpoints of a walk. */
const STEP_MS = 900;

/**
 * The checkpoints of one network along its training: scrub, step or play.
 *
 * @typedef {import('./collection.js').Member} Member
 */
export class Timeline {
  /** @param {HTMLElement} host @param {{onStep: (step: number) => void}} options */
  constructor(host, { onStep }) {
    this.onStep = onStep;
    this.step = 0;
    this.timer = 0;
    /** @type {Member[]} */
    this.members = [];
    this.button = element('button', { type: 'button', className: 'play', onclick: () => (this.timer ? this.stop() : this.play()) }, '▶ Play');
    this.slider = element('input', { type: 'range', min: '0', step: '1', 'aria-label': 'Checkpoint', oninput: () => { this.stop(); this.onStep(Number(this.slider.value)); } });
    this.words = element('output', {});
    this.ticks = element('div', { className: 'timeline-ticks', 'aria-hidden': 'true' });
    host.append(this.button, element('div', { className: 'timeline-rail' }, this.slider, this.ticks), this.words);
  }

  /** @param {Member[]} members in order @param {number} step */
  show(members, step) {
    this.members = members;
    this.step = step;
    this.slider.max = String(members.length - 1);
    this.slider.value = String(step);
    const { network, accuracy } = members[step];
    const words = `${stageName(network)}${typeof network.epoch === 'number' && !stageName(network).includes('epoch') ? `, epoch ${short(network.epoch)}` : ''}`;
    this.words.replaceChildren(element('b', {}, words), ` test accuracy ${percent(accuracy)}`);
    this.slider.setAttribute('aria-valuetext', `${words}, test accuracy ${percent(accuracy)}`);
    this.ticks.replaceChildren(...members.map(({ network: { epoch, checkpoint } }) => element('span', {}, typeof epoch === 'number' ? short(epoch) : String(checkpoint ?? ''))));
  }

  play() {
    const next = () => {
      if (this.step >= this.members.length - 1) return this.stop();
      this.onStep(this.step + 1);
      this.timer = window.setTimeout(next, STEP_MS);
    };
    this.button.textContent = '■ Stop';
    this.timer = window.setTimeout(next, this.step >= this.members.length - 1 ? 0 : STEP_MS / 3);
    if (this.step >= this.members.length - 1) {
      clearTimeout(this.timer);
      this.onStep(0);
      this.timer = window.setTimeout(next, STEP_MS);
    }
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.button.textContent = '▶ Play';
  }
}
