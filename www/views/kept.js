import { element, plural } from '../dom.js';

/** What the browser keeps of earlier studies: how much it is, and a way to forget it. */
export class Kept {
  /** @param {HTMLElement} host @param {import('../bettiscope.js').Bettiscope} scope */
  constructor(host, scope) {
    this.scope = scope;
    this.words = element('span', {});
    this.button = element('button', { type: 'button' }, 'Forget them');
    this.button.addEventListener('click', async () => {
      await (await scope.store()).clear();
      await this.show();
    });
    host.append(this.words, this.button);
  }

  /** To be called when a study ends. */
  async show() {
    const { kind, entries, bytes, limit } = (await this.scope.store()).size;
    const megabytes = (/** @type {number} */ n) => `${(n / 2 ** 20).toFixed(n < 10 * 2 ** 20 ? 1 : 0)} MB`;
    this.button.hidden = entries === 0;
    this.words.textContent = entries === 0
      ? (kind === 'disk' ? 'No results are kept yet.' : 'This browser keeps no results; they last until the page is closed.')
      : `${plural(entries, 'result')} kept ${kind === 'disk' ? 'in this browser' : 'until the page is closed'}: ${megabytes(bytes)} of at most ${megabytes(limit)}. `;
  }
}
