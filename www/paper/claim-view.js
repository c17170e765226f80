import { element } from '../dom.js';
import { COUNTER_CLAIMS } from './claims.js';
import { FIGURES } from './figures.js';
import { FigureView } from './figure-view.js';
import { paragraph, scrollingTable } from './prose.js';
import { CAVEAT, SOURCE, TABLES } from './published.js';
import { RunHere } from './run-here.js';
import { showVerdict } from './verdict.js';

/**
 * One claim: what is claimed, the verdict, the figures, what to keep in mind, the paper's numbers, and how it was made.
 *
 * @typedef {import('./claims.js').Claim} Claim
 */
export class ClaimView {
  /**
   * @param {Claim} claim
   * @param {(id: string) => void} onLink
   */
  constructor(claim, onLink) {
    this.claim = claim;
    const { id, name, lead, claimed, beware, counter } = claim;
    this.verdict = element('section', { className: 'verdict-card', 'aria-label': `Verdict on ${id}` });
    this.counter = element('div', { className: 'verdict-card counter' });
    this.figures = element('div', { className: 'figures' });
    this.how = element('section', { className: 'how', 'aria-label': `How the figures of ${id} were made` });
    const link = element('a', { className: 'anchor', href: `#v=1&place=paper&claim=${id}`, title: `Link to ${id}`, onclick: (/** @type {Event} */ event) => { event.preventDefault(); onLink(id); } }, id);
    this.host = element('article', { id: `claim-${id}`, className: 'claim', 'aria-labelledby': `name-${id}`, tabindex: -1 },
      element('h2', { id: `name-${id}` }, link, ' ', name),
      element('p', { className: 'lead' }, lead),
      element('div', { className: 'two' },
        element('section', { 'aria-label': `What ${id} claims` }, element('h3', {}, 'What is claimed'), ...claimed.map((text) => paragraph(text)), paragraph(`Source: ${SOURCE}.`, 'quiet')),
        this.verdict),
      this.figures,
      element('div', { className: 'two' },
        element('section', { 'aria-label': `What to keep in mind about ${id}` }, element('h3', {}, 'Keep in mind'), ...beware.map((text) => paragraph(text)), ...(counter ? [this.counter] : [])),
        element('section', { 'aria-label': `The paper’s numbers for ${id}` }, element('h3', {}, 'The paper’s numbers'), paragraph(CAVEAT, 'quiet'), ...TABLES[id].map(scrollingTable))),
      this.how,
    );
    showVerdict(this.verdict, undefined);
    /** @type {FigureView[]} */
    this.views = [];
  }

  /**
   * Gives the article its figures and its button, once the engine is there.
   * @param {{scope: import('../bettiscope.js').Bettiscope, reports: import('./reports.js').Reports, alerts: import('../views/alerts.js').Alerts,
   *   tip: import('../views/tip.js').Tip, onReport: () => void, onPoint: (network: string, layer: string) => void, onOpen: (study: string) => void}} tools
   */
  begin({ scope, reports, alerts, tip, onReport, onPoint, onOpen }) {
    this.views = this.claim.figures.map((name) => {
      const host = element('figure', { 'data-figure': name });
      this.figures.append(host);
      return new FigureView(host, { name: `${this.claim.id}-${name}`, draw: (figure) => scope.draw(figure), tip, onPoint });
    });
    this.run = new RunHere(this.how, { studies: this.claim.studies, reports, scope, alerts, onReport, onOpen });
  }

  /** @param {import('./figures.js').Source} source @param {Map<string, import('./scorecard.js').Verdict>} verdicts */
  async show(source, verdicts) {
    const { id, counter } = this.claim;
    const obstacle = 'There are no numbers yet.';
    showVerdict(this.verdict, verdicts.get(id), { obstacle });
    if (counter) showVerdict(this.counter, verdicts.get(counter), { obstacle, title: `${counter} · ${COUNTER_CLAIMS[counter].name}` });
    this.run?.show();
    for (const [i, name] of this.claim.figures.entries()) await this.views[i].show(FIGURES[name](source));
  }
}
