import { byId, element } from './dom.js';
import { ClaimView } from './paper/claim-view.js';
import { CLAIMS, COUNTER_CLAIMS } from './paper/claims.js';
import { FIGURES } from './paper/figures.js';
import { FigureView } from './paper/figure-view.js';
import { paragraph } from './paper/prose.js';
import { Reports } from './paper/reports.js';
import { scorecard } from './paper/scorecard.js';
import { STUDIES } from './paper/studies.js';
import { questionOf } from './views/study/views.js';
import { Tip } from './views/tip.js';

const INTRODUCTION = [
  'What does a trained network do to the shape of data? [Magai (2023)](https://arxiv.org/abs/2306.03406), after [Magai and Ayzenberg (2022)](https://arxiv.org/abs/2204.08624), followed clouds of activations through the layers, took their persistence barcodes, and reported regularities. Here nine of them are put to the test on networks small enough for a browser.',
  'Figures are drawn from stored reports, so that the page reads at once; each can be computed again in this tab. Verdicts are computed from the same numbers by rules that stand beside them. None is written by hand, and “does not hold here” is an answer like any other: these are small networks on small images and short texts.',
];
const YARDSTICKS = [
  ['H0 lifespan sum', 'The lengths of all bars of connected pieces, added up: the length of the shortest tree that joins the points. It falls as a cloud contracts.'],
  ['H1 lifespan sum', 'The same for loops. It falls as loops fill in or become short.'],
  ['PH dimension', 'How fast the H0 sum grows with more points: like n to the power 1 − 1/d in dimension d.'],
];

/** Which claims of the paper hold? */
export class PaperPlace {
  /**
   * Its words stand at once; figures and verdicts come with `begin`.
   * @param {import('./state.js').State} state
   * @param {import('./views/alerts.js').Alerts} alerts
   */
  constructor(state, alerts) {
    this.state = state;
    this.alerts = alerts;
    this.reports = new Reports();
    /** @type {Map<string, import('./paper/scorecard.js').Verdict>} */
    this.verdicts = new Map();
    /** @type {import('./bettiscope.js').Bettiscope | null} */
    this.scope = null;
    this.turn = 0;
    this.card = element('div', {});
    this.main = element('figure', { className: 'main-figure', 'data-figure': 'main' });
    this.claims = CLAIMS.map((claim) => new ClaimView(claim, (id) => this.go(id)));
    this.contents = element('nav', { className: 'contents', 'aria-label': 'Claims' }, ...CLAIMS.map(({ id, name }) => element('a', { href: `#v=1&place=paper&claim=${id}`, 'data-claim': id, onclick: (/** @type {Event} */ event) => { event.preventDefault(); this.go(id); } }, element('b', {}, id), element('span', {}, name))));
    byId('paper-place').append(this.contents, element('div', { className: 'paper' },
      element('header', { className: 'opening' },
        element('h1', {}, 'The paper in your browser'),
        ...INTRODUCTION.map((text) => paragraph(text)),
        element('dl', { className: 'yardsticks' }, ...YARDSTICKS.map(([term, words]) => element('div', {}, element('dt', {}, term), element('dd', {}, words)))),
        element('h2', {}, 'Which claims hold here?'),
        this.card),
      this.main,
      ...this.claims.map(({ host }) => host)));
    this.showVerdicts();
    this.choosePart();
    state.onChange((changed) => {
      if (changed.includes('show') || changed.includes('embed')) this.choosePart();
      if (state.choices.place === 'paper' && (changed.includes('claim') || changed.includes('place'))) this.mark();
    });
    window.addEventListener('beforeprint', () => this.open(true));
    window.addEventListener('afterprint', () => this.open(false));
  }

  /** @param {import('./bettiscope.js').Bettiscope} scope */
  begin(scope) {
    this.scope = scope;
    const tip = new Tip();
    const onPoint = (/** @type {string} */ network, /** @type {string} */ layer) => this.state.set({ place: 'network', network, layer, clouds: 'per-class' }, { step: true });
    const onOpen = (/** @type {string} */ id) => this.state.set({ place: 'study', question: questionOf(id), reports: [id], study: '', point: null }, { step: true });
    this.opening = new FigureView(this.main, { name: 'paper-main', draw: (figure) => scope.draw(figure), tip, onPoint });
    const tools = { scope, reports: this.reports, alerts: this.alerts, tip, onPoint, onOpen, onReport: () => this.show() };
    for (const claim of this.claims) claim.begin(tools);
  }

  async enter() {
    this.mark();
    document.documentElement.dataset.state = 'running';
    try {
      await this.reports.load();
      await this.show();
      this.mark();
      document.documentElement.dataset.state = 'done';
    } catch (failure) {
      document.documentElement.dataset.state = 'failed';
      this.alerts.show(failure);
    }
  }

  /** Draws everything from the newest reports, the claim of the link first. */
  async show() {
    const turn = ++this.turn;
    const { scope } = this;
    if (!scope) return;
    const source = { rows: (/** @type {string[]} */ studies) => this.reports.rows(studies) };
    const verdicts = await scope.judgeClaims(this.reports.rows(Object.keys(STUDIES))).catch((failure) => {
      this.alerts.show(failure); // figures can do without
      return [];
    });
    if (turn !== this.turn) return;
    this.verdicts = new Map(verdicts.map((/** @type {any} */ verdict) => [verdict.id, verdict]));
    this.showVerdicts();
    const first = this.claims.filter(({ claim }) => claim.id === this.state.choices.claim);
    const views = [...first, null, ...this.claims.filter((view) => !first.includes(view))];
    for (const view of views) {
      if (turn !== this.turn) return;
      if (view) await view.show(source, this.verdicts);
      else await this.opening?.show(FIGURES.main(source));
    }
  }

  showVerdicts() {
    this.card.replaceChildren(scorecard(CLAIMS, COUNTER_CLAIMS, this.verdicts, (id) => this.go(id)));
  }

  /** @param {string} id */
  go(id) {
    if (this.state.choices.claim === id) this.mark();
    else this.state.set({ claim: id }, { step: true });
  }

  /** The claim of the link is in view. */
  mark() {
    const { claim } = this.state.choices;
    for (const link of /** @type {NodeListOf<HTMLElement>} */ (this.contents.querySelectorAll('[data-claim]'))) {
      if (link.dataset.claim === claim) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
    if (claim) byId(`claim-${claim}`).scrollIntoView({ block: 'start' });
  }

  /** Inside another page: only the claims that are asked for. */
  choosePart() {
    const { embed, show, claim } = this.state.choices;
    const asked = embed === 1 || document.documentElement.classList.contains('embedded');
    const wanted = asked ? (show ?? (claim ? [claim] : [])).filter((/** @type {string} */ part) => CLAIMS.some(({ id }) => id === part)) : [];
    byId('paper-place').classList.toggle('part', wanted.length > 0);
    for (const { claim: { id }, host } of this.claims) host.hidden = wanted.length > 0 && !wanted.includes(id);
  }

  /** On paper nothing is folded away. @param {boolean} printing */
  open(printing) {
    for (const fold of /** @type {NodeListOf<HTMLDetailsElement>} */ (byId('paper-place').querySelectorAll('details'))) {
      if (printing && !fold.open) fold.dataset.opened = 'for print';
      if (printing) fold.open = true;
      else if (fold.dataset.opened) {
        fold.open = false;
        delete fold.dataset.opened;
      }
    }
  }
}
