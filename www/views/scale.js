import { bettiNumbers, lastScale } from '../betti.js';
import { element, short } from '../dom.js';

const STEPS = 1000;
/** @type {Record<number, [string, string]>} */
const NOUNS = { 0: ['piece', 'pieces'], 1: ['loop', 'loops'], 2: ['hollow', 'hollows'] };

/** The scale as a slider, and the Betti numbers at it in large figures. */
export class ScaleControl {
  /** @param {HTMLElement} host @param {{name: string, onScale: (scale: number) => void}} options */
  constructor(host, { name, onScale }) {
    /** @type {import('../bettiscope.js').Barcode | null} */
    this.barcode = null;
    this.slider = element('input', { type: 'range', min: '0', max: String(STEPS), step: '1', id: `${name}-scale`, 'aria-label': 'Scale' });
    this.slider.addEventListener('input', () => onScale((Number(this.slider.value) / STEPS) * this.last()));
    this.readout = element('output', { className: 'readout', for: this.slider.id });
    host.append(element('div', { className: 'scale-row' }, element('label', { for: this.slider.id }, 'scale ε'), this.slider), this.readout);
  }

  last() {
    return this.barcode ? lastScale(this.barcode) : 1;
  }

  /** @param {import('../bettiscope.js').Barcode | null} barcode @param {number} scale */
  show(barcode, scale) {
    this.barcode = barcode;
    this.slider.disabled = !barcode;
    if (!barcode) return this.readout.replaceChildren();
    const betti = bettiNumbers(barcode, scale);
    this.slider.value = String(Math.round((scale / this.last()) * STEPS));
    this.slider.setAttribute('aria-valuetext', `${short(scale)}: ${betti.map((b, dim) => `Betti number ${dim} is ${b}`).join(', ')}`);
    this.readout.replaceChildren(
      ...betti.map((b, dim) => element('span', { className: 'betti' }, element('b', { className: `h${dim}` }, `β${'₀₁₂₃'[dim]} = ${b.toLocaleString('en')}`), NOUNS[dim]?.[b === 1 ? 0 : 1] ?? '')),
      element('span', { className: 'at', title: `exactly ${scale}` }, `at scale ${short(scale)} (Rips diameter)`),
    );
  }
}
