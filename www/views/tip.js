import { element } from '../dom.js';
import { sampleView } from './sample.js';

/** At most this many samples are shown. */
const MAX_SAMPLES = 8;
const MAX_TEXTS = 4;

/**
 * The small card beside the pointer, or beside what the keyboard has reached.
 *
 * @typedef {{x: number, y: number}} Place in the window
 */
export class Tip {
  constructor() {
    this.host = element('div', { className: 'tip', hidden: true, role: 'status' });
    document.body.append(this.host);
  }

  /**
   * @param {Place} place
   * @param {string[]} lines
   * @param {import('./sample.js').Sample[]} samples
   */
  show(place, lines, samples) {
    const most = samples[0]?.data.kind === 'texts' ? MAX_TEXTS : MAX_SAMPLES;
    const pictures = samples.slice(0, most).map(sampleView).filter((view) => view !== null);
    const words = element('div', {}, ...lines.map((line) => element('p', {}, line)));
    this.host.replaceChildren(words, ...(pictures.length ? [element('div', { className: 'pictures-row' }, ...pictures)] : []));
    this.host.hidden = false;
    const { width, height } = this.host.getBoundingClientRect();
    const left = Math.max(8, Math.min(place.x + 14, window.innerWidth - width - 8));
    const below = place.y + 18;
    const top = below + height > window.innerHeight ? place.y - height - 12 : below;
    Object.assign(this.host.style, { left: `${left}px`, top: `${Math.max(8, top)}px` });
  }

  hide() {
    this.host.hidden = true;
  }
}
