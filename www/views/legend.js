import { element } from '../dom.js';
import { color } from '../theme.js';

/**
 * The classes of a cloud: which colour is which, and a button each to look at one class alone.
 *
 * @param {HTMLElement} host
 * @param {{classes: string[], present: Set<number>, chosen: string, onClass?: (label: number | null) => void}} options `chosen` is a class or empty
 */
export function showLegend(host, { classes, present, chosen, onClass }) {
  if (present.size < 2 && !chosen) return host.replaceChildren();
  const button = (/** @type {string} */ words, /** @type {boolean} */ pressed, /** @type {number | null} */ label) => {
    const made = element('button', { type: 'button', className: 'class', 'aria-pressed': String(pressed) }, ...(label === null ? [] : [swatch(label)]), words);
    made.title = label === null ? 'The cloud of all classes together' : `Only ${words}: its own cloud and barcode`;
    made.addEventListener('click', () => onClass?.(pressed ? null : label));
    return made;
  };
  const named = classes.map((name, label) => ({ name, label })).filter(({ label }) => present.has(label));
  if (!onClass) return host.replaceChildren(...named.map(({ name, label }) => element('span', { className: 'class' }, swatch(label), name)));
  host.replaceChildren(button('all', chosen === '', null), ...named.map(({ name, label }) => button(name, name === chosen, label)));
}

/** @param {number} label */
function swatch(label) {
  const made = element('i', { className: 'swatch' });
  made.style.background = color(`class${label % 10}`);
  return made;
}
