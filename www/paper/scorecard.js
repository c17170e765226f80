import { element } from '../dom.js';

/**
 * What a rule found, as the engine says it.
 *
 * @typedef {'holds' | 'partly' | 'fails' | 'undecided'} Word
 * @typedef {{name: string, value: number | null, needed: string, holds: boolean | null}} Quantity
 * @typedef {{id: string, verdict: Word, rule: string, quantities: Quantity[], of: {name: string, verdict: Word, quantities: Quantity[]}[]}} Verdict
 */

/** A mark and words for each verdict; never colour alone. @type {Record<Word, [string, string]>} */
export const WORDS = {
  holds: ['●', 'holds here'],
  partly: ['◐', 'holds partly here'],
  fails: ['○', 'does not hold here'],
  undecided: ['–', 'cannot be decided here'],
};

/** @param {Word} word @returns {HTMLElement} */
export function badge(word) {
  const [mark, words] = WORDS[word];
  return element('span', { className: 'verdict', 'data-verdict': word }, element('i', { 'aria-hidden': 'true' }, mark), words);
}

/** How many of the parts hold. @param {Verdict} verdict */
export function countOf({ of }) {
  if (of.length < 2) return '';
  const holding = of.filter(({ verdict }) => verdict === 'holds').length;
  return `${holding} of ${of.length}`;
}

/**
 * All claims and their verdicts at a glance, and those of the critics below them.
 * @param {import('./claims.js').Claim[]} claims
 * @param {typeof import('./claims.js').COUNTER_CLAIMS} counterClaims
 * @param {Map<string, Verdict>} verdicts
 * @param {(id: string) => void} onClaim
 */
export function scorecard(claims, counterClaims, verdicts, onClaim) {
  /** @param {string} id @param {string} name @param {string} lead @param {string} claim to which the line leads */
  const line = (id, name, lead, claim) => {
    const verdict = verdicts.get(id);
    const link = element('a', { href: `#v=1&place=paper&claim=${claim}`, onclick: (/** @type {Event} */ event) => { event.preventDefault(); onClaim(claim); } },
      element('b', {}, id), element('span', { className: 'name' }, name));
    return element('li', { 'data-claim': id }, link, element('span', { className: 'lead' }, lead), verdict ? badge(verdict.verdict) : element('span', { className: 'quiet' }, '…'),
      element('span', { className: 'count quiet' }, verdict ? countOf(verdict) : ''));
  };
  return element('div', {},
    element('ol', { className: 'scorecard' }, ...claims.map(({ id, name, lead }) => line(id, name, lead, id))),
    element('h3', { className: 'critics' }, 'And what critics say'),
    element('ol', { className: 'scorecard' }, ...Object.entries(counterClaims).map(([id, { name, lead, of }]) => line(id, name, lead, of))));
}
