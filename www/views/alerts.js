import { element } from '../dom.js';

/** Failures in words, one at a time, beside what is on screen. */
export class Alerts {
  /** @param {HTMLElement} host has `role=alert` */
  constructor(host) {
    this.host = host;
  }

  /** @param {any} failure anything with a message; its `action` {words, run} becomes a button */
  show(failure) {
    const sentence = sentenceOf(String(failure?.message ?? failure));
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

  /** One more sentence. @param {string} words */
  add(words) {
    const shown = this.host.querySelector('p');
    shown?.insertBefore(document.createTextNode(` ${sentenceOf(words)}`), shown.querySelector('button'));
  }

  clear() {
    this.host.hidden = true;
    this.host.replaceChildren();
  }
}

/** Begins with a capital, but for file names, and ends with a full stop. @param {string} words */
const sentenceOf = (words) => words.replace(/^[a-z]+(?=[ ’])/, (word) => word.charAt(0).toUpperCase() + word.slice(1)) + (/[.!?]$/.test(words) ? '' : '.');
