import { closeLikeAMenu, element, plural } from '../../dom.js';
import { VIEWS } from './views.js';

/**
 * The elements of the Study place: what to run, the questions, room for figures, words and numbers.
 *
 * @typedef {import('./views.js').View} View
 */
export class StudyFrame {
  /**
   * @param {HTMLElement} host
   * @param {{onQuestion: (id: string) => void, onFiles: (files: File[]) => void, onSave: (what: 'report' | 'numbers' | 'study') => void,
   *   onReports: (ids: string[]) => void, onLive: () => void}} options
   */
  constructor(host, options) {
    this.options = options;
    const summaryOf = (/** @type {string} */ label) => element('span', { className: 'summary-words' }, label);
    const sheet = (/** @type {string} */ label, /** @type {string} */ className) => {
      const summary = summaryOf('');
      const inside = element('div', { className: `study-sheet ${className}` });
      const details = element('details', { className: 'measure' }, element('summary', {}, element('span', { className: 'only-read' }, `${label}: `), summary), inside);
      closeLikeAMenu(details);
      return { summary, inside, choice: element('div', { className: 'choice' }, element('span', { className: 'label', 'aria-hidden': 'true' }, label), details) };
    };
    const reports = sheet('Report', 'reports-sheet');
    const networks = sheet('Networks', 'networks-sheet');
    const measure = sheet('Measure', 'measure-study');
    const data = element('div', { className: 'data-choice' });
    const run = element('button', { type: 'button', className: 'run' }, 'Run');
    const estimate = element('span', { className: 'quiet estimate' });
    const progress = element('div', { className: 'progress', hidden: true });
    const save = (/** @type {string} */ words, /** @type {string} */ title, /** @type {'report' | 'numbers' | 'study'} */ what) => element('button', { type: 'button', className: 'save', title, 'aria-label': title, onclick: () => options.onSave(what) }, words);
    const file = element('input', { type: 'file', multiple: true, accept: '.json', 'aria-label': 'Open a report or a study (JSON)', onchange: () => { const files = [...(file.files ?? [])]; file.value = ''; if (files.length) options.onFiles(files); } });
    this.tabs = element('div', { className: 'tabs questions', role: 'group', 'aria-label': 'Questions' }, ...VIEWS.map(({ id, label, question }) =>
      element('button', { type: 'button', 'data-question': id, title: question, 'aria-pressed': 'false', onclick: () => options.onQuestion(id) }, label)));
    this.question = element('h2', { className: 'question' });
    this.saves = element('span', { className: 'saves' }, save('report', 'Save the report as JSON', 'report'), save('CSV', 'Save all numbers as CSV', 'numbers'), save('study', 'Save the study, to be run again, as JSON', 'study'));
    this.hosts = {
      networks: networks.inside, networksSummary: networks.summary, data, measure: measure.inside, measureSummary: measure.summary, run, estimate, progress,
      controls: element('div', { className: 'study-controls' }), timeline: element('div', { className: 'timeline', hidden: true }),
      figures: element('div', { className: 'study-figures' }), barcode: element('section', { className: 'study-figure training-barcode', 'aria-label': 'Barcode of the chosen checkpoint', hidden: true }),
      ask: element('div', { className: 'ask', hidden: true }), words: element('aside', { className: 'words', 'data-panel': 'words', 'aria-label': 'What am I seeing?' }),
      numbers: element('div', { className: 'numbers' }), kept: element('p', { className: 'quiet kept' }),
    };
    this.reports = reports;
    this.file = element('label', { className: 'file', title: 'Open a report or a study; it can also be dropped anywhere' }, 'Open …', file);
    this.lack = element('div', { className: 'lack', hidden: true });
    this.hosts.figures.append(this.hosts.barcode);
    host.append(
      element('h1', { className: 'only-read' }, 'How shape changes over depth, training and architectures'),
      element('div', { className: 'bar' },
        element('details', { className: 'fold', open: !window.matchMedia('(max-width: 760px)').matches }, element('summary', {}, 'Report, networks, data, measure'),
          element('div', { className: 'choices' }, reports.choice, networks.choice,
            element('div', { className: 'choice' }, element('span', { className: 'label', 'aria-hidden': 'true' }, 'Data'), data), measure.choice)),
        element('div', { className: 'choice go' }, run, estimate)),
      progress,
      element('div', { className: 'bench points study-bench' },
        element('div', { className: 'pictures' }, this.tabs,
          element('div', { className: 'panel-head' }, this.question, this.saves),
          this.hosts.controls, this.hosts.timeline, this.lack, this.hosts.ask, this.hosts.figures,
          element('details', { className: 'layer-table', 'data-panel': 'table' }, element('summary', {}, 'Numbers of these figures'), this.hosts.numbers),
          this.hosts.kept),
        this.hosts.words),
    );
  }

  /**
   * @param {{view: View, lack: string, shown: string, live: string, stored: Map<string, {seconds: number}>, nameOf: (id: string) => string,
   *   reports: import('../../bettiscope/report.js').Report[], running: boolean, setUp: string}} now `setUp`: name of the study that Run would run
   */
  show({ view, lack, shown, live, stored, nameOf, reports, running, setUp }) {
    for (const tab of /** @type {NodeListOf<HTMLElement>} */ (this.tabs.querySelectorAll('[data-question]'))) tab.setAttribute('aria-pressed', String(tab.dataset.question === view.id));
    this.question.textContent = view.question;
    this.saves.hidden = reports.length === 0;
    this.lack.hidden = !lack;
    this.lack.replaceChildren(element('p', {}, running ? 'The first layers are on their way …' : reports.length === 0 && setUp ? `No report is stored for this question. The study “${setUp}” is set up: press Run to compute it here.` : lack), ...(running ? [] : [element('p', { className: 'quiet' }, 'Choose networks, data and settings above and press Run, or open a stored report. What finishes is drawn at once; the rest follows.')]));
    const open = shown.startsWith('[') ? /** @type {string[]} */ (JSON.parse(shown)) : [];
    this.reports.summary.textContent = open.length === 1 ? nameOf(open[0]) : open.length ? `${plural(open.length, 'stored report')}` : reports.length ? live || 'computed here' : 'none yet';
    const box = (/** @type {string} */ id) => {
      const input = element('input', { type: 'checkbox', checked: open.includes(id), onchange: () => this.options.onReports([...stored.keys()].filter((it) => (it === id ? input.checked : open.includes(it)))) });
      return element('label', {}, input, element('span', {}, nameOf(id)));
    };
    const families = [...stored.keys()].filter((id) => id.startsWith('profiles-'));
    this.reports.inside.replaceChildren(
      element('div', { className: 'row' }, ...(families.length > 1 ? [element('button', { type: 'button', onclick: () => this.options.onReports(families) }, 'all families')] : []),
        ...(live ? [element('button', { type: 'button', 'aria-pressed': String(open.length === 0), onclick: () => this.options.onLive() }, live)] : []), this.file),
      element('div', { className: 'layer-list' }, ...[...stored.keys()].map(box)),
      ...(stored.size ? [] : [element('p', { className: 'quiet' }, 'No reports are stored with this copy of the page.')]));
  }
}
