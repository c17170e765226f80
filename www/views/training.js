import { percent } from '../catalog.js';
import { closeLikeAMenu, element } from '../dom.js';

/** Between two checkpoints of a walk. */
const STEP_MS = 1400;

/**
 * The checkpoints of one network along its training, to choose from and to walk along. The user's own can be put in
 * another order and be named.
 *
 * @typedef {{id: string, label: string, number: number | null, accuracy: number | null, words: string, file: string}} Stage
 */
export class Training {
  /**
   * @param {HTMLElement} host
   * @param {{onChoose: (id: string) => void, run: (id: string) => Promise<boolean>, isKnown: (id: string) => boolean,
   *   onArrange: (members: import('../session.js').Checkpoint[]) => void}} options
   */
  constructor(host, { onChoose, run, isKnown, onArrange }) {
    this.host = host;
    this.onChoose = onChoose;
    this.run = run;
    this.isKnown = isKnown;
    this.onArrange = onArrange;
    this.playing = false;
    /** @type {Stage[]} */
    this.members = [];
    this.rail = element('div', { className: 'checkpoints', role: 'group', 'aria-label': 'Checkpoints' });
    this.button = element('button', { type: 'button', id: 'play', title: 'Walk through the checkpoints from first to last', onclick: () => (this.playing ? this.stop() : this.play()) }, '▶ Play');
    this.said = element('p', { className: 'quiet checkpoint-words' });
    this.list = element('ol', {});
    this.order = element('details', { className: 'order' }, element('summary', {}, 'order, names …'), element('div', { className: 'sheet' },
      element('p', { className: 'quiet' }, 'Checkpoints from first to last. Drag a row or use its arrows; names can be changed.'), this.list));
    this.list.addEventListener('dragover', (event) => { if (this.dragged >= 0) event.preventDefault(); });
    this.dragged = -1;
    closeLikeAMenu(this.order);
    host.append(element('div', { className: 'training-head' }, element('h2', {}, 'Training'), this.button, this.said, this.order), this.rail);
    this.host.hidden = true;
    this.rail.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** @param {Stage[]} members in their order @param {string} chosen @param {{isOwn?: boolean}} [whose] */
  show(members, chosen, { isOwn = false } = {}) {
    this.members = members;
    this.host.hidden = members.length < 2;
    this.rail.style.setProperty('--count', String(members.length));
    this.rail.replaceChildren(...members.map((network) => this.dot(network, network.id === chosen)));
    const own = members.find(({ id }) => id === chosen);
    this.said.textContent = own?.words ?? '';
    this.order.hidden = !isOwn;
    if (isOwn) this.showOrder();
    const button = /** @type {HTMLElement | null} */ (this.rail.querySelector('[aria-pressed=true]'));
    if (button && this.rail.scrollWidth > this.rail.clientWidth) this.rail.scrollLeft = button.offsetLeft - (this.rail.clientWidth - button.offsetWidth) / 2;
  }

  /** The list to change. */
  showOrder() {
    const arrange = (/** @type {Stage[]} */ members) => this.onArrange(members.map(({ id, label, number }) => ({ key: id, label, number })));
    const move = (/** @type {number} */ from, /** @type {number} */ to) => {
      const members = this.members.slice();
      members.splice(to, 0, ...members.splice(from, 1));
      arrange(members);
      /** @type {HTMLElement | null} */ (this.list.children[to]?.querySelector(`[data-move='${to < from ? 'up' : 'down'}']:not(:disabled), [data-move]:not(:disabled)`))?.focus();
    };
    const button = (/** @type {string} */ sign, /** @type {'up' | 'down'} */ way, /** @type {Stage} */ { label }, /** @type {number} */ i) => element('button', {
      type: 'button', 'data-move': way, disabled: way === 'up' ? i === 0 : i === this.members.length - 1, 'aria-label': `Move ${label} ${way === 'up' ? 'earlier' : 'later'}`, onclick: () => move(i, i + (way === 'up' ? -1 : 1)),
    }, sign);
    this.list.replaceChildren(...this.members.map((stage, i) => {
      const name = element('input', { type: 'text', value: stage.label, 'aria-label': `Name of ${stage.file}`, onchange: () => arrange(this.members.map((it) => (it === stage ? { ...it, label: name.value.trim() || it.label } : it))) });
      const row = element('li', { draggable: true, title: stage.file }, name, button('↑', 'up', stage, i), button('↓', 'down', stage, i));
      row.addEventListener('dragstart', (event) => { this.dragged = i; event.dataTransfer?.setData('text/x-checkpoint', String(i)); });
      row.addEventListener('dragend', () => { this.dragged = -1; });
      row.addEventListener('drop', (event) => {
        if (this.dragged < 0) return;
        event.preventDefault();
        event.stopPropagation();
        move(this.dragged, i);
      });
      return row;
    }));
  }

  /** @param {Stage} stage @param {boolean} isChosen */
  dot({ id, label, accuracy, file }, isChosen) {
    const title = accuracy === null ? file || label : `${label}, ${file ? 'accuracy on these samples' : 'test accuracy'} ${percent(accuracy)}`;
    const made = element('button', { type: 'button', className: 'checkpoint', 'data-network': id, 'aria-pressed': String(isChosen), tabindex: isChosen ? 0 : -1, title },
      element('i', { className: 'dot' }), element('b', {}, label), element('span', {}, accuracy === null ? '' : percent(accuracy)));
    made.style.setProperty('--accuracy', String(accuracy ?? 0.5));
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
