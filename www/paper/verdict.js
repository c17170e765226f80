import { element, short } from '../dom.js';
import { badge } from './scorecard.js';

/**
 * A verdict with the rule that gave it and the numbers it was given.
 *
 * @typedef {import('./scorecard.js').Verdict} Verdict
 * @typedef {import('./scorecard.js').Quantity} Quantity
 *
 * @param {HTMLElement} host
 * @param {Verdict | undefined} verdict
 * @param {{title?: string, obstacle?: string}} [options] `obstacle`: why there is none
 */
export function showVerdict(host, verdict, { title = 'Verdict', obstacle = '' } = {}) {
  if (!verdict) return host.replaceChildren(element('h3', {}, title), element('p', { className: 'quiet' }, obstacle || 'being computed …'));
  host.replaceChildren(
    element('h3', {}, title, ' ', badge(verdict.verdict)),
    element('p', { className: 'rule' }, element('b', {}, 'Rule. '), verdict.rule),
    ...(verdict.quantities.length ? [wholeTable(verdict.quantities)] : []),
    ...(verdict.of.length ? partsOf(verdict) : []),
  );
}

/** Numbers of the whole: one a row. @param {Quantity[]} quantities */
function wholeTable(quantities) {
  const head = element('tr', {}, ...['', 'value', 'needed'].map((words) => element('th', { scope: 'col' }, words)));
  const rows = quantities.map((quantity) => element('tr', {}, element('th', { scope: 'row' }, quantity.name), element('td', {}, valueOf(quantity)), element('td', {}, quantity.needed)));
  return region(element('table', { className: 'facts wrapped' }, element('thead', {}, head), element('tbody', {}, ...rows)));
}

/** Numbers of parts: one part a row, a letter for each quantity, explained below. @param {Verdict} verdict @returns {HTMLElement[]} */
function partsOf({ of }) {
  const names = [...new Set(of.flatMap(({ quantities }) => quantities.map(({ name }) => name)))];
  const letter = (/** @type {number} */ i) => String.fromCharCode(97 + i);
  const needed = (/** @type {string} */ name) => of.flatMap(({ quantities }) => quantities).find((q) => q.name === name)?.needed ?? '';
  const head = element('tr', {}, element('th', { scope: 'col' }, ''), ...names.map((name, i) => element('th', { scope: 'col', title: name }, letter(i))));
  const rows = of.map(({ name, verdict, quantities }) => element('tr', {}, element('th', { scope: 'row' }, markOf(verdict), name),
    ...names.map((wanted) => {
      const found = quantities.find((q) => q.name === wanted);
      return element('td', {}, found ? valueOf(found) : '');
    })));
  return [
    region(element('table', { className: 'facts' }, element('thead', {}, head), element('tbody', {}, ...rows))),
    element('ol', { className: 'letters', type: 'a' }, ...names.map((name) => element('li', {}, name, element('span', { className: 'needed' }, `: ${needed(name)}`)))),
  ];
}

/** @param {HTMLElement} table */
const region = (table) => element('div', { className: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'The numbers behind the verdict' }, table);

/** @param {Quantity} quantity */
function valueOf({ value, holds }) {
  const mark = holds === null ? '' : holds ? ' ✓' : ' ✗';
  const words = holds === null ? '' : holds ? ', as needed' : ', not as needed';
  return element('span', { className: 'value', 'data-holds': String(holds), title: value === null ? 'undefined' : String(value) },
    value === null ? '–' : short(value), element('i', { 'aria-hidden': 'true' }, mark), element('span', { className: 'only-read' }, words));
}

/** The mark alone, where words would be too much. @param {import('./scorecard.js').Word} word */
function markOf(word) {
  const made = badge(word);
  const [mark, words] = made.childNodes;
  made.replaceChildren(mark, element('span', { className: 'only-read' }, `${words.textContent}: `));
  return made;
}
