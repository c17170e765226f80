import { element, plural } from '../dom.js';
import { download } from '../export.js';
import { Runner } from '../runner.js';
import { RunControl } from '../views/run.js';
import { differences } from './differences.js';
import { STUDIES, describeStudy } from './studies.js';

/**
 * The studies behind a claim, each to be opened, saved, or run again in this tab.
 *
 * @typedef {import('./reports.js').Reports} Reports
 */
export class RunHere {
  /**
   * @param {HTMLElement} host
   * @param {{studies: string[], reports: Reports, scope: import('../bettiscope.js').Bettiscope, alerts: import('../views/alerts.js').Alerts,
   *   onReport: () => void, onOpen: (study: string) => void}} options
   */
  constructor(host, { studies, reports, scope, alerts, onReport, onOpen }) {
    this.studies = studies;
    this.reports = reports;
    this.scope = scope;
    this.onReport = onReport;
    this.onOpen = onOpen;
    this.choose = element('select', { 'aria-label': 'Which study' });
    const button = element('button', { type: 'button', className: 'run-here' }, 'Run it here');
    this.expect = element('span', { className: 'quiet' });
    const progress = element('div', { className: 'progress', hidden: true });
    this.outcome = element('div', { className: 'outcome', role: 'status' });
    this.list = element('div', {});
    this.control = new RunControl({ button, estimate: this.expect, progress }, { onRun: () => this.run(), onCancel: () => this.runner.cancel(), words: 'Run it here' });
    this.runner = new Runner(this.control, alerts);
    host.append(
      element('h3', {}, 'How this was made'),
      element('div', { className: 'row' }, ...(studies.length > 1 ? [this.choose] : []), button, this.expect),
      progress, this.outcome,
      element('details', { className: 'studies' }, element('summary', {}, studies.length > 1 ? `The ${studies.length} studies behind this claim` : 'The study behind this claim'), this.list),
    );
    this.choose.addEventListener('change', () => this.predict());
    this.show();
  }

  /** What is known of each study now. */
  show() {
    const all = this.studies.length > 1 ? [element('option', { value: '' }, `all ${this.studies.length} studies`)] : [];
    const chosen = this.choose.value || this.studies[0];
    this.choose.replaceChildren(...this.studies.map((id) => element('option', { value: id }, STUDIES[id].name)), ...all);
    this.choose.value = chosen;
    this.list.replaceChildren(...this.studies.map((id) => this.entry(id)));
    this.predict();
  }

  /** @param {string} id */
  entry(id) {
    const study = STUDIES[id];
    const entry = this.reports.entries.get(id);
    const report = this.reports.report(id);
    const made = this.reports.live.has(id) ? 'computed in this tab' : entry ? `stored report: computed in ${duration(entry.seconds)} with ${plural(entry.threads, 'thread')}` : 'no stored report yet';
    const button = (/** @type {string} */ words, /** @type {() => void} */ onclick) => element('button', { type: 'button', className: 'link', onclick }, words);
    return element('div', { className: 'study' },
      element('p', {}, element('b', {}, study.name), element('br', {}), describeStudy(study), element('br', {}), element('span', { className: 'quiet' }, made)),
      element('p', { className: 'links' },
        button('open in Study', () => this.onOpen(id)),
        button('study (JSON)', () => download(`${id}.study.json`, JSON.stringify(study, null, 2), 'application/json')),
        ...(report ? [button('report (JSON)', () => download(`${id}.report.json`, JSON.stringify(report.toJSON()), 'application/json')),
          button('numbers (CSV)', () => download(`${id}.csv`, report.csv(), 'text/csv'))] : [])));
  }

  chosen() {
    if (this.studies.length === 1) return this.studies;
    return this.choose.value ? [this.choose.value] : this.studies;
  }

  predict() {
    const entries = this.chosen().map((id) => this.reports.entries.get(id));
    const seconds = entries.reduce((sum, entry) => sum + (entry?.seconds ?? 0), 0);
    this.control.announce(entries.every(Boolean) && seconds ? `took ${duration(seconds)} when the stored report was made` : '');
  }

  async run() {
    const ids = this.chosen();
    const startedAt = performance.now();
    /** @type {import('./differences.js').Difference[]} */
    const found = [];
    await this.runner.run(async ({ signal, onProgress }) => {
      for (const id of ids) {
        const report = await this.scope.study(STUDIES[id], { signal, onProgress: (/** @type {any} */ progress) => onProgress(inWords(progress)) });
        this.reports.live.set(id, report);
        const stored = this.reports.stored.get(id);
        if (stored) found.push(differences(stored, report));
        this.say(found, ids.length, performance.now() - startedAt);
        this.onReport();
      }
    });
    this.show();
  }

  /** @param {import('./differences.js').Difference[]} found @param {number} nStudies @param {number} ms */
  say(found, nStudies, ms) {
    const sum = (/** @type {'n' | 'equal' | 'missing'} */ field) => found.reduce((total, one) => total + one[field], 0);
    const worst = found.reduce((a, b) => (b.largest > a.largest ? b : a), { largest: 0, where: '' });
    const [n, equal, missing] = [sum('n'), sum('equal'), sum('missing')];
    const of = nStudies > 1 ? `${found.length} of ${nStudies} studies` : 'The study was';
    const words = !n ? 'There was no stored report to compare with; figures and verdict now show these numbers.'
      : missing ? `${missing} of ${n.toLocaleString('en')} stored numbers are missing here.`
        : equal === n ? `All ${n.toLocaleString('en')} numbers agree with the stored report to the six digits it keeps.`
          : `${equal.toLocaleString('en')} of ${n.toLocaleString('en')} numbers agree with the stored report to six digits; the largest difference is ${percent(worst.largest)} (${worst.where}).`;
    this.outcome.replaceChildren(element('p', {}, `${nStudies > 1 ? `${of} were` : of} computed in this tab in ${duration(ms / 1000)}. ${words}`));
  }
}

/** @param {number} seconds */
const duration = (seconds) => (seconds < 1 ? 'under 1 s' : seconds < 100 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`);
/** @param {number} share */
const percent = (share) => `${(100 * share).toPrecision(2)} %`;

/** What a study says of its progress, as the progress bar says it. @param {any} progress */
function inWords({ stage, done, total, network, layer, secondsLeft }) {
  const left = secondsLeft === null || secondsLeft === undefined ? '' : `; about ${duration(Math.max(1, secondsLeft))} left`;
  return { stage: stage === 'loading' ? 'measuring' : stage, done, total, layer: `${[network, layer].filter(Boolean).join(', ')}${left}`, elapsedMs: 0 };
}
