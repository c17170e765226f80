import { element } from '../dom.js';

const LINK = /\[([^\]]+)\]\(([^)\s]+)\)/g;

/**
 * A paragraph; `[words](address)` in it is a link.
 * @param {string} text
 * @param {string} [className]
 * @returns {HTMLParagraphElement}
 */
export function paragraph(text, className = '') {
  /** @type {(Node | string)[]} */
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(end, found.index), element('a', { href: found[2] }, found[1]));
    end = found.index + found[0].length;
  }
  return element('p', { className }, ...parts, text.slice(end));
}

/**
 * A table with a caption, in a region of its own that scrolls sideways where it is too wide.
 * @param {{caption: string, columns: string[], rows: (string | number)[][]}} table
 * @returns {HTMLElement}
 */
export function scrollingTable({ caption, columns, rows }) {
  const head = element('tr', {}, ...columns.map((name) => element('th', { scope: 'col' }, name)));
  const body = rows.map(([first, ...rest]) => element('tr', {}, element('th', { scope: 'row' }, String(first)), ...rest.map((cell) => element('td', {}, String(cell)))));
  return element('div', { className: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    element('table', { className: 'facts' }, element('caption', {}, caption), element('thead', {}, head), element('tbody', {}, ...body)));
}
