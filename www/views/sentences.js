import { element } from '../dom.js';

const EXAMPLES = [
  'a tall tree with needles that stay green in winter',
  'someone who writes books for children',
  'a small brown bird that sings at night',
  'the act of running away from danger',
];

/** A place to type or paste texts, one per line; shown for networks that read texts. */
export class Sentences {
  /** @param {HTMLDetailsElement} host @param {{onTexts: (text: string) => void}} options */
  constructor(host, { onTexts }) {
    this.host = host;
    this.text = element('textarea', { id: 'sentences-text', rows: 6, spellcheck: false, placeholder: EXAMPLES.join('\n'), 'aria-label': 'Your own texts, one per line' });
    this.count = element('span', { className: 'quiet' });
    const analyse = element('button', { type: 'button', id: 'sentences-analyse' }, 'Analyse');
    analyse.addEventListener('click', () => {
      host.open = false;
      onTexts(this.text.value.trim() ? this.text.value : EXAMPLES.join('\n'));
    });
    this.text.addEventListener('input', () => this.showCount());
    host.append(element('div', { className: 'sheet' },
      element('p', { className: 'quiet' }, 'One text per line. With a few texts every token becomes a point, with many every text. Nothing is uploaded.'),
      this.text, element('div', { className: 'row' }, analyse, this.count)));
    host.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      host.open = false;
      host.querySelector('summary')?.focus();
    });
    document.addEventListener('pointerdown', (event) => {
      if (host.open && event.target instanceof Node && !host.contains(event.target)) host.open = false;
    });
    this.showCount();
  }

  showCount() {
    const n = this.text.value.split('\n').filter((line) => line.trim()).length;
    this.count.textContent = n === 0 ? 'empty: the four grey examples' : `${n} ${n === 1 ? 'text' : 'texts'}`;
  }
}
