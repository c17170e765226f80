import { element, short } from '../dom.js';
import { badge } from './scorecard.js';

/**
 * A verdict with the rule that gave it and the numbers it was given.
 *
 * @param {HTMLElement} host
 * @param {import('./scorecard.js').Verdict | undefined} verdict
 * @param {{title?: string, obstacle?: string}} [options] `obstacle`: why there is none
 */
export function showVerdict(host, verdict, { title = 'Verdict', obstacle = '' } = {}) {
  if (!verdict) return host.replaceChildren(element('h3', {}, title), element('p', { className: 'quiet' }, obstacle || 'being computed …'));
  const parts = verdict.of.length ? verdict.of : [{ name: 'all', verdict: verdict.verdict, quantities: verdict.quantities }];
  host.replaceChildren(
    element('h3', {}, title, ' ', badge(verdict.verdict)),
    element('p', { className: 'rule' }, element('b', {}, 'Rule. '), verdict.rule),
    ...(verdict.of.length && verdict.quantities.length ? [quantityList(verdict.quantities)] : []),
    partsTable(parts),
  );
}

/** @param {import('./scorecard.js').Quantity[]} quantities */
function quantityList(quantities) {
  return element('ul', { className: 'quantities' }, ...quantities.map((q) => element('li', {}, `${q.name}: `, valueOf(q), ` (needed: ${q.needed})`)));
}

/** @param {import('./scorecard.js').Quantity} quantity */
function valueOf({ value, holds }) {
  const mark = holds === null ? '' : holds ? ' ✓' : ' ✗';
  const words = holds === null ? '' : holds ? ', as needed' : ', not as needed';
  return element('span', { className: 'value', 'data-holds': String(holds), title: value === null ? 'undefined' : String(value) },
    value === null ? '–' : short(value), element('i', { 'aria-hidden': 'true' }, mark), element('span', { className: 'only-read' }, words));
}

/** One row for each family, one column for each quantity. @param {import('./scorecard.js').Verdict['of']} parts */
function partsTable(parts) {
  const names = [...new Set(parts.flatMap(({ quantities }) => quantities.map(({ name }) => name)))];
  const needed = (/** @type {string} */ name) => parts.flatMap(({ quantities }) => quantities).find((q) => q.name === name)?.needed ?? '';
  const head = element('tr', {}, element('th', { scope: 'col' }, ''), ...names.map((name) => element('th', { scope: 'col' }, name, element('small', {}, needed(name)))));
  const rows = parts.map(({ name, verdict, quantities }) => element('tr', {},
    element('th', { scope: 'row', title: verdict }, badgeMark(verdict), ' ', name),
    ...names.map((wanted) => {
      const found = quantities.find((q) => q.name === wanted);
      return element('td', {}, found ? valueOf(found) : '');
    })));
  return element('div', { className: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'The numbers behind the verdict' },
    element('table', { className: 'numbers' }, element('thead', {}, head), element('tbody', {}, ...rows)));
}

/** The mark alone, where the column of words would be too much. @param {import('./scorecard.js').Word} word */
function badgeMark(word) {
  const made = badge(word);
  const [mark, words] = made.childNodes;
  made.replaceChildren(mark, element('span', { className: 'only-read' }, String(words.textContent)));
  return made;
}
