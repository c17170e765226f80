import { RunControl } from '../run.js';

/** The run button of a study: its progress is counted in layers of all networks. */
export class StudyControl extends RunControl {
  /** @param {any} progress of a study, or of what is loaded before it */
  report(progress) {
    const { stage, done, total, network, layer, fraction, secondsLeft } = progress;
    if (stage === 'opening') return this.say(done / total, `Opening stored report ${done + 1} of ${total}`);
    if (fraction === undefined) return super.report(progress);
    const left = typeof secondsLeft === 'number' ? `, about ${secondsLeft < 90 ? `${Math.max(1, Math.round(secondsLeft))} s` : `${Math.round(secondsLeft / 60)} min`} left` : '';
    const doing = { loading: 'Loading', running: 'Running', measuring: 'Measuring', comparing: 'Comparing layers of' }[/** @type {string} */ (stage)] ?? '';
    return this.say(fraction, `${doing} ${network ?? ''}${layer ? `, ${layer}` : ''}: ${done} of ${total} layers${left}`);
  }
}
