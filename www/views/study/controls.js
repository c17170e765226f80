import { element } from '../../dom.js';
import { color } from '../../theme.js';
import { mainDescriptors } from './collection.js';
import { measureLabel } from './other-figures.js';
import { hasTraining } from './views.js';

/**
 * What can be chosen within a view: descriptors, lines, a layer, …
 *
 * @typedef {import('./views.js').Context} Context
 * @typedef {import('./views.js').Control} Control
 */

/**
 * @param {HTMLElement} host @param {Control[]} controls @param {Context} context @param {(changes: Record<string, any>) => void} set
 */
export function showControls(host, controls, context, set) {
  const focused = document.activeElement instanceof HTMLElement && host.contains(document.activeElement) ? document.activeElement.dataset.control : undefined;
  host.replaceChildren(...controls.map((name) => CONTROLS[name](context, set)).filter((control) => control !== null));
  if (focused) /** @type {HTMLElement | null} */ (host.querySelector(`[data-control="${CSS.escape(focused)}"]`))?.focus();
}

/** @param {string} label @param {string} name @param {[string, string][]} values @param {string} chosen @param {(value: string) => void} onChoose */
function select(label, name, values, chosen, onChoose) {
  const control = element('select', { 'data-control': name, onchange: () => onChoose(control.value) }, ...values.map(([value, words]) => element('option', { value }, words)));
  control.value = chosen;
  return element('label', { className: 'inline' }, element('span', {}, label), control);
}

/** @param {string} name @param {string} words @param {boolean} pressed @param {() => void} onclick @param {string} [swatch] @param {string} [title] */
function chip(name, words, pressed, onclick, swatch, title) {
  const mark = swatch ? [element('i', { className: 'swatch' })] : [];
  if (mark[0]) mark[0].style.background = color(String(swatch));
  return element('button', { type: 'button', className: 'class', 'data-control': name, 'aria-pressed': String(pressed), title, onclick }, ...mark, words);
}

/** @type {Record<Control, (context: Context, set: (changes: Record<string, any>) => void) => HTMLElement | null>} */
const CONTROLS = {
  descriptors({ collection, descriptors }, set) {
    const all = collection.descriptors;
    if (all.length < 2) return null;
    const main = JSON.stringify(mainDescriptors(collection));
    const toggle = (/** @type {string} */ name) => {
      const next = all.map((entry) => entry.name).filter((it) => (it === name ? !descriptors.includes(it) : descriptors.includes(it)));
      if (next.length) set({ descriptors: JSON.stringify(next) === main ? null : next });
    };
    return element('div', { className: 'chips', role: 'group', 'aria-label': 'Descriptors shown' },
      ...all.map(({ name, label, formula }) => chip(`d ${name}`, label, descriptors.includes(name), () => toggle(name), undefined, formula)));
  },
  descriptor: ({ collection, descriptor }, set) => select('descriptor', 'descriptor', collection.descriptors.map(({ name, label }) => [name, label]), descriptor, (value) => set({ descriptor: value })),
  family: ({ collection, family }, set) => select('network', 'family', collection.families.filter(hasTraining).map(({ id, name }) => [id, name]), family?.id ?? '', (value) => set({ family: value, step: null })),
  layer({ collection, layer }, set) {
    const layers = [...new Set(collection.members.flatMap(({ network }) => network.layers.map(({ id }) => id)))];
    return select('at layer', 'layer', layers.map((id) => [id, id]), layer, (value) => set({ studyLayer: value }));
  },
  lines({ view, collection, lines }, set) {
    const shown = collection.members.length <= 16 ? collection.members : collection.members.filter((member) => lines.includes(member) || collection.families.some(({ members }) => members[members.length - 1] === member));
    const toggle = (/** @type {import('./collection.js').Member} */ member) => {
      const next = collection.members.filter((it) => (it === member ? !lines.includes(it) : lines.includes(it)));
      if (next.length) set({ lines: next.map(({ key }) => key) });
    };
    const chips = shown.map((member) => {
      const at = lines.indexOf(member);
      const { network } = member;
      const words = view.nameOf?.(member, collection.members) ?? network.name ?? member.key;
      return chip(`l ${member.key}`, words, at >= 0, () => toggle(member), at >= 0 && !network.attack ? `class${at % 10}` : undefined, network.name ?? member.key);
    });
    const rest = collection.members.filter((member) => !shown.includes(member));
    const more = rest.length ? [select('add', 'add line', [['', '…'], ...rest.map(({ key, network }) => /** @type {[string, string]} */ ([key, network.name ?? key]))], '', (value) => value && set({ lines: collection.members.filter((it) => lines.includes(it) || it.key === value).map(({ key }) => key) }))] : [];
    return element('div', { className: 'chips', role: 'group', 'aria-label': 'Networks shown' }, ...chips, ...more);
  },
  bands({ collection, bands, lines }, set) {
    const many = lines.length ? false : collection.members.length > 1;
    return select('spread over classes', 'bands', many ? [['trained', 'of the best'], ['all', 'of all'], ['none', 'hidden']] : [['trained', 'hidden'], ['all', 'shown']], bands === 'none' && !many ? 'trained' : bands, (value) => set({ bands: value }));
  },
  measure({ collection, measure }, set) {
    const measures = [...new Set(collection.reports.flatMap(({ matrices }) => matrices.map((matrix) => matrix.measure)))];
    return measures.length > 1 ? select('measure', 'measure', measures.map((name) => [name, measureLabel(name)]), measure, (value) => set({ measure: value })) : null;
  },
};

