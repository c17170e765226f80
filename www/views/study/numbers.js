import { element, short } from '../../dom.js';
import { axisLabel, descriptorOf, familyName, profileOf, stageName } from './collection.js';
import { measureLabel, relationPoints } from './other-figures.js';
import { percent } from './profiles.js';

/**
 * The numbers of what is drawn, as tables: the figures' equivalent for whoever cannot see them.
 * @param {HTMLElement} host
 * @param {{view: string, context: import('./views.js').Context} | null} shown
 */
export function showNumbers(host, shown) {
  host.replaceChildren(...(shown ? tablesOf(shown.view, shown.context) : []));
}

/** @param {string} view @param {import('./views.js').Context} context */
function tablesOf(view, context) {
  const { collection, descriptors, descriptor, family, lines, layer, measure } = context;
  if (view === 'similarity') {
    return collection.reports.flatMap(({ matrices }) => matrices).filter((matrix) => matrix.measure === measure)
      .map(({ a, b, rows, columns, values }) => table(`${measureLabel(measure)}: rows ${a}, columns ${b}`, ['layer', ...columns], rows.map((row, r) => [row, ...values[r]])));
  }
  if (view === 'generalisation') {
    const { label } = descriptorOf(collection, descriptor);
    return [table(`${label} at ${layer} and test error`, ['network', label, 'test error'], relationPoints(collection.members, descriptor, layer).map(({ member, row, error }) => [member.network.name ?? member.key, row.value, percent(error)]))];
  }
  const members = view === 'training' ? (family?.members ?? []) : lines.length ? lines : collection.members;
  const names = view === 'training' ? [descriptor] : descriptors;
  return names.map((name) => {
    const entry = descriptorOf(collection, name);
    const profiles = members.map((member) => profileOf(member, name));
    const layers = [...new Map(profiles.flatMap(({ rows }) => rows.map((row) => [row.layer, row.depth]))).entries()].toSorted((a, b) => a[1] - b[1]).map(([id]) => id);
    return table(`${entry.label} (${axisLabel(entry, profiles[0]?.cloud ?? '')})`, ['network', 'test accuracy', ...layers],
      profiles.map(({ member, rows }) => [`${familyName(member.network)}, ${stageName(member.network)}`, percent(member.accuracy), ...layers.map((id) => rows.find((row) => row.layer === id)?.value ?? null)]));
  });
}

/** @param {string} caption @param {string[]} columns @param {(string | number | null)[][]} rows */
function table(caption, columns, rows) {
  const cell = (/** @type {string | number | null} */ value) => (typeof value === 'number' ? element('td', { title: String(value) }, short(value)) : element('td', {}, value ?? '–'));
  return element('div', { className: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption }, element('table', {},
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...columns.map((words) => element('th', { scope: 'col' }, words)))),
    element('tbody', {}, ...rows.map(([first, ...rest]) => element('tr', {}, element('th', { scope: 'row' }, String(first)), ...rest.map(cell))))));
}
