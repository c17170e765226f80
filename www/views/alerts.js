import { element } from '../dom.js';

/** Failures in words, one at a time, beside what is on screen. */
export class Alerts {
  /** @param {HTMLElement} host has `role=alert` */
  constructor(host) {
    this.host = host;
  }

  /** @param {any} failure anything with a message; its `action` {words, run} becomes a button */
  show(failure) {
    const words = String(failure?.message ?? failure);
    // File names keep their spelling.
    const sentence = words.replace(/^[a-z]+(?=[ ’])/, (word) => word.charAt(0).toUpperCase() + word.slice(1)) + (/[.!?]$/.test(words) ? '' : '.');
    const close = element('button', { type: 'button', className: 'close', 'aria-label': 'Dismiss', onclick: () => this.clear() }, '×');
    const { action } = failure ?? {};
    const act = action ? [element('button', { type: 'button', className: 'action', onclick: () => { this.clear(); action.run(); } }, action.words)] : [];
    this.host.replaceChildren(element('p', {}, sentence, ...act), close);
    this.host.dataset.kind = failure?.kind ?? 'note';
    if (failure?.details) {
      const details = String(failure.details);
      const copy = element('button', { type: 'button', onclick: () => navigator.clipboard?.writeText(details) }, 'Copy');
      this.host.append(element('details', {}, element('summary', {}, 'Details'), element('pre', {}, details), copy));
    }
    this.host.hidden = false;
    this.host.scrollIntoView({ block: 'nearest' });
  }

  /** One more sentence. @param {string} sentence */
  add(sentence) {
    this.host.querySelector('p')?.append(` ${sentence}`);
  }

  clear() {
    this.host.hidden = true;
    this.host.replaceChildren();
  }
}
