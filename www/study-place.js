import { BettiscopeError } from './bettiscope/errors.js';
import { USUAL } from './bettiscope/input.js';
import { Report, isReport, openReport, unfold } from './bettiscope/report.js';
import { compactStudy, decodeStudy, encodeStudy, parseStudy } from './bettiscope/study.js';
import { byId, element, plural } from './dom.js';
import { download } from './export.js';
import { STUDIES } from './paper/studies.js';
import { sortFiles } from './intake.js';
import { Runner } from './runner.js';
import { OWN } from './session.js';
import { toHash } from './state.js';
import { Kept } from './views/kept.js';
import { Tip } from './views/tip.js';
import { Collection, mainDescriptors, stageName } from './views/study/collection.js';
import { showControls } from './views/study/controls.js';
import { estimateStudy } from './views/study/estimate.js';
import { FigurePanel } from './views/study/figure-panel.js';
import { StudyFrame } from './views/study/frame.js';
import { MovingBarcode } from './views/study/moving-barcode.js';
import { showNumbers } from './views/study/numbers.js';
import { relationPoints } from './views/study/other-figures.js';
import { StudyControl } from './views/study/progress.js';
import { Selection } from './views/study/selection.js';
import { sentences } from './views/study/sentences.js';
import { Setup } from './views/study/setup.js';
import { StoredReports, studyName } from './views/study/stored.js';
import { Timeline } from './views/study/timeline.js';
import { hasTraining, viewOf } from './views/study/views.js';

/** Between two drawings of a report that still grows. */
const REDRAW_MS = 400;
/** A linked study that takes less than this is run at once. */
const SECONDS_WITHOUT_ASKING = 20;
const DEBOUNCE_MS = 250;
/** Choices that say which numbers are shown; all others say how. */
const SOURCES = ['reports', 'study', 'question'];

/**
 * How does shape change over depth, training, architectures? Stored reports, and studies run in this tab.
 *
 * @typedef {import('./views/study/collection.js').Member} Member
 * @typedef {import('./views/study/profiles.js').Point} Point
 * @typedef {import('./bettiscope.js').Barcode} Barcode
 * @typedef {import('./bettiscope/report.js').LayerRecord} LayerRecord
 */
export class StudyPlace {
  /**
   * @param {import('./bettiscope.js').Bettiscope} scope
   * @param {import('./state.js').State} state
   * @param {import('./views/alerts.js').Alerts} alerts
   * @param {import('./session.js').Session} session holds the user's own networks and data
   */
  constructor(scope, state, alerts, session) {
    this.scope = scope;
    this.state = state;
    this.alerts = alerts;
    this.session = session;
    this.stored = new StoredReports();
    this.collection = new Collection([]);
    /** @type {{reports: Report[], name: string} | null} computed in this tab, or opened from files */
    this.live = null;
    /** Study or stored reports that are on screen. */
    this.shown = '';
    /** @type {WeakMap<Report, Map<string, LayerRecord>>} what is behind numbers of reports that keep no barcodes, computed here */
    this.details = new WeakMap();
    /** @type {Map<string, any>} */
    this.correlations = new Map();
    /** @type {Map<string, FigurePanel>} */
    this.panels = new Map();
    this.entered = false;
    /** @type {Promise<import('./bettiscope/catalog.js').Catalog> | null} */
    this.preparing = null;
    /** @type {import('./bettiscope/catalog.js').Catalog | null} */
    this.catalog = null;
    /** @type {{networks: Record<string, any>, data: Record<string, any>}} own ones that are in memory, by their keys */
    this.own = { networks: {}, data: {} };
    this.timer = 0;
    this.tip = new Tip();
    const draw = (/** @type {any} */ figure) => scope.draw(figure);
    this.draw = draw;
    this.frame = new StudyFrame(byId('study-place'), {
      onQuestion: (question) => state.set({ question }, { step: true }),
      onFiles: (files) => this.openFiles(files),
      onSave: (what) => this.save(what),
      onReports: (reports) => state.set({ reports, study: '', point: null }, { step: true }),
      onLive: () => this.showLive(),
    });
    const { hosts } = this.frame;
    const control = new StudyControl({ button: hosts.run, estimate: hosts.estimate, progress: hosts.progress }, { onRun: () => this.run(), onCancel: () => this.runner.cancel() });
    this.runner = new Runner(control, alerts);
    this.kept = new Kept(hosts.kept, scope);
    this.setup = new Setup(hosts, { onChange: () => this.changed(), onOpen: async (files) => this.openOwn(await sortFiles(files)) });
    this.selection = new Selection(hosts.words, {
      draw,
      onClass: (studyCloud) => state.set({ studyCloud }),
      onCloud: (member, layer, name) => this.openCloud(member, layer, name),
      onDetails: (member, layer) => this.computeDetails([member], layer),
    });
    this.timeline = new Timeline(hosts.timeline, { onStep: (step) => state.set({ step, point: this.pointAt(step) }) });
    this.barcode = new MovingBarcode(hosts.barcode, { draw, name: 'study-training-barcode' });
    state.onChange((changed) => this.onChoices(changed));
  }

  /** What the page has, and what can be measured. */
  prepare() {
    this.preparing ??= Promise.all([this.scope.catalog(), this.scope.descriptors(), this.stored.loadIndex()]).then(([catalog, descriptors]) => {
      this.catalog = catalog;
      this.setup.offer(catalog, descriptors);
      return catalog;
    });
    return this.preparing;
  }

  /** The place has come into view. */
  async enter() {
    await this.prepare();
    this.entered = true;
    this.kept.show();
    await this.open();
  }

  get view() {
    return viewOf(this.state.choices.question);
  }

  /** @param {string[]} changed */
  onChoices(changed) {
    if (!this.entered || this.state.choices.place !== 'study') return;
    if (changed.includes('question') && !changed.some((name) => name === 'reports' || name === 'study')) this.timeline.stop();
    if (changed.some((name) => SOURCES.includes(name) || name === 'step')) this.tip.hide();
    if (changed.some((name) => SOURCES.includes(name))) this.open();
    else this.show();
  }

  /** The stored reports that a view opens with. @param {import('./views/study/views.js').View} view @returns {string[]} */
  defaultsOf(view) {
    const all = Object.keys(STUDIES).filter(view.stored);
    return view.id === 'profile' ? all.slice(0, 1) : all;
  }

  /** Brings on screen what the choices ask for. */
  async open() {
    const { choices } = this.state;
    if (choices.study) return this.openLinked(choices.study);
    const { view } = this;
    const asked = choices.reports ?? (this.live && this.shown === 'live' && !view.lacks(this.collection) ? null : this.fitting(view));
    if (asked === null) return this.show();
    const available = asked.filter((/** @type {string} */ id) => this.stored.entries.has(id));
    const unknown = (choices.reports ?? []).filter((/** @type {string} */ id) => !this.stored.entries.has(id) && !STUDIES[id]);
    if (unknown.length) this.alerts.show({ message: `there is no stored report “${unknown.join('”, “')}”`, kind: 'note' });
    if (available.length === 0) return this.offer(asked);
    const key = JSON.stringify(available);
    if (this.shown === key) return this.show();
    this.runner.cancel();
    await this.runner.run(async ({ signal, onProgress }) => {
      /** @type {Report[]} */
      const reports = [];
      for (const id of available) {
        onProgress({ stage: 'opening', done: reports.length, total: available.length });
        reports.push(await this.stored.load(id, signal));
        // What has arrived is shown; the rest follows.
        this.collection = new Collection(reports.slice());
        if (reports.length < available.length) this.show();
      }
      this.shown = key;
      this.showSetup(merged(reports));
      this.show();
    });
    this.predict();
  }

  /** Open reports that answer a view's question stay; else those it opens with. @param {import('./views/study/views.js').View} view @returns {string[] | null} */
  fitting(view) {
    const isOpen = this.shown !== '' && this.shown !== 'live' && !this.shown.startsWith('study');
    if (!isOpen) return this.defaultsOf(view);
    const open = /** @type {string[]} */ (JSON.parse(this.shown));
    const wanted = this.defaultsOf(view).filter((id) => this.stored.entries.has(id));
    return view.lacks(this.collection) || (view.id === 'architectures' && open.length < wanted.length) ? this.defaultsOf(view) : open;
  }

  /** Nothing is stored for a question: its study is set up, to be run. @param {string[]} ids */
  offer(ids) {
    const documents = ids.map((id) => STUDIES[id]).filter(Boolean);
    const study = documents.length ? merged(documents.map((study) => ({ study }))) : this.setup.document;
    const fallback = { networks: this.catalog?.networks.slice(-1).map(({ id }) => id) ?? [] };
    this.collection = new Collection([]);
    this.shown = '';
    this.showSetup(study ? this.possible(study) ?? fallback : fallback);
    this.runner.control.set('changed');
    this.show();
    this.predict();
  }

  /** A study without the networks that this page lacks. @param {any} study */
  possible(study) {
    const known = new Set([...(this.catalog?.networks.map(({ id }) => id) ?? []), ...Object.keys(this.own.networks)]);
    const networks = study.networks.filter((/** @type {any} */ network) => known.has(network.id ?? network) || network.url);
    return networks.length ? { ...study, networks } : null;
  }

  /** @param {any} document */
  showSetup(document) {
    try {
      this.setup.show(document, this.own);
    } catch (failure) {
      this.alerts.show(failure);
    }
  }

  /** @param {string} encoded */
  async openLinked(encoded) {
    if (this.shown === `study ${encoded}`) return this.show();
    try {
      const study = await decodeStudy(encoded);
      const possible = this.possible(study);
      if (!possible) throw new Error('the study in this link names networks that are not here: own networks never leave the tab they were opened in');
      this.showSetup(compactStudy({ ...study, networks: possible.networks }));
      this.shown = '';
      this.collection = new Collection([]);
      this.show();
      const { seconds } = await this.predict();
      if (seconds <= SECONDS_WITHOUT_ASKING) await this.run();
      else this.runner.control.set('changed');
    } catch (failure) {
      this.state.choices.study = '';
      history.replaceState(null, '', toHash(this.state.choices));
      await this.open();
      this.alerts.show(failure);
    }
  }

  /** Takes over what was opened in the Network place. */
  async adoptOwn() {
    const loaded = async (/** @type {Map<string, Promise<any>>} */ map) => Object.fromEntries(await Promise.all([...map].filter(([key]) => key.startsWith(OWN)).map(async ([key, value]) => [key, await value])));
    const [networks, data] = await Promise.all([loaded(this.session.networks), loaded(this.session.data)]);
    this.own = { networks, data };
    byId('study-place').dataset.own = String(this.setup.study?.networks.some(({ id }) => id?.startsWith(OWN)) ?? false);
  }

  /** The user's own networks and data become part of the study that is set up. @param {import('./intake.js').Sorted} sorted @param {string[]} [remarks] */
  async openOwn({ networks, data }, remarks = []) {
    const notes = [...remarks];
    const read = await this.runner.aside(async (options) => {
      const added = networks.length ? await this.session.addNetworks(networks, options) : { keys: [], failures: [] };
      notes.push(...added.failures.map(({ message }) => message));
      return { keys: added.keys, brought: data.length ? await this.session.addData(data, options) : null };
    });
    if (!read) return;
    const { keys, brought } = read;
    if (brought && !brought.key) return this.alerts.show({ message: `${brought.data.name} is a distance matrix; open it in Points, no network can run on distances`, kind: 'note' });
    await this.adoptOwn();
    const { name: _name, ...now } = this.setup.document ?? {};
    const stored = brought?.data.kind === 'activations' ? (this.session.seriesOf(brought.key)?.members.map(({ key }) => key) ?? [brought.key]) : [];
    const added = [...keys, ...stored.map((key) => ({ id: key, data: key }))];
    // The user's networks begin a study of their own; more of them join it.
    const mine = (now.networks ?? []).filter((/** @type {any} */ choice) => String(choice.id ?? choice).startsWith(OWN));
    this.showSetup({ ...now, ...(added.length ? { networks: [...mine, ...added] } : {}), ...(brought && !stored.length ? { data: brought.key } : {}) });
    if (added.length && !mine.length) notes.push('the study now has your networks; others can join it under Networks');
    this.state.set({ place: 'study' });
    if (notes.length) this.alerts.show({ message: notes.join('; '), kind: 'note' });
    this.changed();
  }

  /** Reports and studies that were dropped or chosen. @param {File[]} files */
  async openFiles(files) {
    await this.prepare();
    this.entered = true;
    this.alerts.clear();
    try {
      /** @type {Report[]} */
      const reports = [];
      for (const file of files) {
        if (await isReport(file)) reports.push(await openReport(file));
        else return await this.openStudyFile(file);
      }
      this.live = { reports, name: files.map(({ name }) => name).join(', ') };
      this.state.set({ place: 'study', reports: null, study: '', point: null });
      this.showLive();
    } catch (failure) {
      this.alerts.show(failure);
    }
  }

  /** @param {File} file */
  async openStudyFile(file) {
    let study;
    try {
      study = parseStudy(await file.text());
    } catch (/** @type {any} */ failure) {
      throw new BettiscopeError(failure.kind, `${file.name}: ${failure.message}`);
    }
    this.state.set({ place: 'study', reports: null, point: null });
    this.state.set({ study: await encodeStudy(study) });
  }

  showLive() {
    if (!this.live) return;
    this.runner.cancel();
    this.shown = 'live';
    this.collection = new Collection(this.live.reports);
    this.showSetup(merged(this.live.reports));
    if (this.state.choices.reports || this.state.choices.study) this.state.set({ reports: null, study: '' });
    this.runner.control.set('done');
    this.show();
    this.predict();
  }

  /** The user has set up something else. */
  changed() {
    if (!this.runner.busy) this.runner.control.set('changed');
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.predict(), DEBOUNCE_MS);
  }

  async predict() {
    const { study } = this.setup;
    const none = { seconds: 0, megabytes: 0, limitMegabytes: 0, fits: 0 };
    if (!study || !this.catalog || study.networks.length === 0) {
      this.runner.control.announce('choose at least one network');
      return none;
    }
    const estimate = await estimateStudy(this.scope, study, this.catalog, this.own).catch(() => none);
    if (estimate.seconds) this.runner.control.predict(estimate);
    return estimate;
  }

  async run() {
    const document = this.setup.document;
    if (!document?.networks.length) return this.alerts.show({ message: 'no network is chosen; choose at least one under Networks', kind: 'note' });
    const before = { collection: this.collection, shown: this.shown };
    /** @type {Report | null} */
    let partial = null;
    let drawn = 0;
    const done = await this.runner.run(async (options) => {
      await this.adoptOwn();
      this.shown = 'running';
      this.show();
      const onLayer = (/** @type {{report: Report}} */ { report }) => {
        partial = report;
        if (performance.now() - drawn < REDRAW_MS) return;
        drawn = performance.now();
        this.collection = new Collection([report]);
        this.show();
      };
      const report = await this.scope.study(document, { ...options, onLayer, ...this.own });
      partial = report;
      this.keep(report);
      const link = await encodeStudy(report.study).catch(() => '');
      this.shown = link ? `study ${link}` : 'live';
      this.state.set({ reports: null, study: link });
    });
    this.kept.show();
    if (done) {
      // The setup may have gone on while this ran.
      if (JSON.stringify(this.setup.document) !== JSON.stringify(document)) this.runner.control.set('changed');
      return this.show();
    }
    if (!['cancelled', 'failed'].includes(this.runner.control.state ?? '')) return;
    const found = /** @type {Report | null} */ (partial);
    if (found) this.keep(found);
    else Object.assign(this, before);
    if (found) this.shown = 'live';
    this.show();
  }

  /** @param {Report} report */
  keep(report) {
    this.live = { reports: [report], name: report.study.name || 'computed here' };
    this.collection = new Collection([report]);
    this.show();
  }

  /** Everything that is chosen, with what is default where nothing is. */
  context() {
    const { collection, view } = this;
    const { choices } = this.state;
    const names = collection.descriptors.map(({ name }) => name);
    const chosen = (choices.descriptors ?? []).filter((/** @type {string} */ name) => names.includes(name));
    const main = mainDescriptors(collection);
    const families = collection.families;
    const trainable = families.filter(hasTraining);
    const family = trainable.find(({ id }) => id === choices.family) ?? trainable[0];
    const lines = (choices.lines ?? []).map((/** @type {string} */ key) => collection.member(key)).filter(Boolean);
    const layers = collection.members[0]?.network.layers ?? [];
    const measures = collection.reports.flatMap(({ matrices }) => matrices.map(({ measure }) => measure));
    const descriptor = names.includes(choices.descriptor) ? choices.descriptor : main[0] ?? '';
    const layer = collection.members.some(({ network }) => network.layers.some(({ id }) => id === choices.studyLayer)) ? choices.studyLayer : layers[layers.length - 1]?.id ?? '';
    return {
      view, collection, descriptors: chosen.length ? chosen : main, descriptor, family, layer,
      lines: lines.length ? lines : (view.lines?.(collection) ?? []),
      step: Math.min(choices.step ?? Infinity, (family?.members.length ?? 1) - 1),
      bands: choices.bands, measure: measures.includes(choices.measure) ? choices.measure : measures[0] ?? '',
      correlation: this.correlations.get(this.relationKey(descriptor, layer)) ?? null,
    };
  }

  /** @param {string} descriptor @param {string} layer */
  relationKey(descriptor, layer) {
    return JSON.stringify([this.collection.reports.map(({ made, study }) => [made.date, study.name]), this.collection.members.length, descriptor, layer]);
  }

  /** Draws the numbers that are there. */
  show() {
    if (!this.entered) return;
    const { view, frame, collection } = this;
    const context = this.context();
    const lack = view.lacks(collection);
    frame.show({ view, lack, shown: this.shown, live: this.live?.name ?? '', stored: this.stored.entries, nameOf: studyName, reports: collection.reports, running: this.runner.busy, setUp: this.setup.study?.name ?? '' });
    showControls(frame.hosts.controls, lack ? [] : view.controls(collection), context, (changes) => this.state.set(changes));
    const drawings = lack ? [] : view.drawings(context);
    const point = this.pointOf(context);
    for (const [id, panel] of this.panels) panel.host.hidden = !drawings.some((drawing) => drawing.id === id);
    for (const drawing of drawings) this.panel(drawing.id).show(drawing, point);
    frame.hosts.figures.dataset.view = view.id;
    this.showTraining(lack ? null : context);
    this.selection.show(lack ? [] : sentences(view.id, context), collection, point, { name: this.cloudName(point), record: point && this.recordOf(collection.member(point.member), point.layer) });
    showNumbers(frame.hosts.numbers, lack ? null : { view: view.id, context });
    if (view.id === 'generalisation' && !lack) this.correlate(context);
  }

  /** @param {string} id */
  panel(id) {
    const known = this.panels.get(id) ?? new FigurePanel({ draw: this.draw, name: id, tip: this.tip, onPoint: (point) => this.choosePoint(point) });
    if (!this.panels.has(id)) {
      this.panels.set(id, known);
      this.frame.hosts.figures.append(known.host);
    }
    known.host.hidden = false;
    return known;
  }

  /** @param {Point} point */
  choosePoint({ member, layer, descriptor }) {
    const found = this.collection.member(member);
    const family = found && this.collection.families.find(({ members }) => members.includes(found));
    const step = this.view.id === 'training' && family && found ? { step: family.members.indexOf(found) } : {};
    this.state.set({ point: [member, layer, descriptor], ...step });
    // What is behind a number of a stored report is computed when it is asked for.
    const isThere = this.recordOf(found, layer)?.clouds.length;
    if (found && !isThere && !this.runner.busy && canRunAgain(found) && this.view.id !== 'similarity') this.computeDetails([found], layer);
  }

  /** @param {ReturnType<StudyPlace['context']>} context @returns {Point | null} */
  pointOf({ collection, descriptor, measure }) {
    const [member, layer, of] = this.state.choices.point ?? [];
    if (!member || !collection.member(member)) return null;
    return { member, layer, descriptor: of ?? (this.view.id === 'similarity' ? measure : descriptor) };
  }

  /** The chosen layer of another checkpoint. @param {number} step @returns {string[] | null} */
  pointAt(step) {
    const { family, descriptor } = this.context();
    const [, layer, of] = this.state.choices.point ?? [];
    return family && layer ? [family.members[step].key, layer, of ?? descriptor] : this.state.choices.point;
  }

  /** @param {Point | null} point the class whose barcode is looked at */
  cloudName(point) {
    const member = point && this.collection.member(point.member);
    if (!point || !member) return 'all';
    const names = (this.recordOf(member, point.layer)?.clouds ?? []).map((cloud) => cloud.class);
    const known = names.length ? names : [...new Set(this.recordOf(member, point.layer)?.rows.map((row) => row.class))].filter((name) => name !== 'mean');
    return known.includes(this.state.choices.studyCloud) ? this.state.choices.studyCloud : known[0] ?? 'all';
  }

  /** What is known of a layer: of the report, or with barcodes computed here. @param {Member | undefined} member @param {string} layer @returns {LayerRecord | null} */
  recordOf(member, layer) {
    if (!member) return null;
    const own = member.report.layer(member.network.id, layer);
    return own?.clouds.length ? own : this.details.get(member.report)?.get(JSON.stringify([member.network.id, layer])) ?? own ?? null;
  }

  /** @param {Member} member @param {string} layer @param {string} name @returns {Barcode | null} */
  barcodeOf(member, layer, name) {
    const cloud = this.recordOf(member, layer)?.clouds.find((it) => it.class === name && it.repetition === 0);
    return cloud ? unfold(cloud) : null;
  }

  /** @param {ReturnType<StudyPlace['context']> | null} context */
  showTraining(context) {
    const { hosts } = this.frame;
    const on = context !== null && this.view.id === 'training' && context.family !== undefined;
    hosts.timeline.hidden = !on;
    hosts.barcode.hidden = !on;
    hosts.ask.hidden = true;
    if (!on || !context?.family) {
      this.timeline.stop();
      this.barcode.clear();
      return;
    }
    const { family: { members }, step } = context;
    this.timeline.show(members, step);
    const layers = members[step].network.layers;
    const layer = this.state.choices.point?.[1] ?? layers[Math.floor(layers.length / 2)]?.id;
    const name = this.cloudName({ member: members[step].key, layer, descriptor: '' });
    const barcodes = members.map((member) => this.barcodeOf(member, layer, name));
    const barcode = barcodes[step];
    const all = barcodes.filter((it) => it !== null);
    const longest = Math.max(0, ...all.flatMap(({ deaths }) => Array.from(deaths).filter(Number.isFinite)));
    const of = name === 'all' ? 'all points' : name;
    if (barcode) this.barcode.show(barcode, { title: `Barcode of ${of} at ${layer}, ${stageName(members[step].network)}`, xMax: 1.03 * longest || undefined });
    else this.barcode.clear();
    hosts.barcode.hidden = !barcode;
    hosts.ask.hidden = all.length === members.length;
    hosts.ask.replaceChildren(element('p', {}, `The barcodes at ${layer} are not in the report.`),
      element('button', { type: 'button', disabled: this.runner.busy, onclick: () => this.computeDetails(members, layer) }, `Compute them for ${plural(members.length, 'checkpoint')}`));
  }

  /** Runs networks once more for one layer, with the settings of their report. @param {Member[]} members @param {string} layer */
  async computeDetails(members, layer) {
    await this.runner.run(async (options) => {
      await this.adoptOwn();
      for (const report of new Set(members.map((member) => member.report))) {
        const own = members.filter((member) => member.report === report);
        const study = compactStudy(report.study);
        const networks = own.map(({ network }) => ({ id: network.network, data: network.data }));
        const found = await this.scope.study({ ...study, networks, layers: [layer], compare: [] }, { ...options, ...this.own });
        const known = this.details.get(report) ?? new Map();
        this.details.set(report, known);
        own.forEach((member, i) => {
          const record = found.layer(found.networks[i].id, layer);
          if (record) known.set(JSON.stringify([member.network.id, layer]), record);
        });
      }
    });
    this.show();
  }

  /** @param {ReturnType<StudyPlace['context']>} context */
  async correlate({ collection, descriptor, layer }) {
    const key = this.relationKey(descriptor, layer);
    if (this.correlations.has(key)) return;
    this.correlations.set(key, null);
    const points = relationPoints(collection.members, descriptor, layer);
    if (points.length < 3) return;
    const found = await this.scope.correlate(points.map(({ row }) => row.value), points.map(({ error }) => error), { seed: 1 });
    this.correlations.set(key, found);
    if (this.view.id === 'generalisation') this.show();
  }

  /** The Network place with the very cloud. @param {Member} member @param {string} layer @param {string} name */
  openCloud({ report: { study }, network }, layer, name) {
    const classes = this.catalog?.datasets.find(({ id }) => id === network.data)?.classes ?? this.own.data[network.data]?.classes;
    const isClass = name !== 'all';
    this.state.set({
      place: 'network', network: network.network, data: network.data, layers: null, layer, seed: study.seed,
      samples: study.samples ?? study.perClass * Math.max(1, classes?.length ?? 1), pooling: network.pooling ?? 'mean', input: study.inputRange === '0..1' ? null : USUAL[study.inputRange].settings,
      scaling: study.scaling, metric: study.metric, maxDim: 1, threshold: null, clouds: isClass ? 'per-class' : 'pooled', cloud: isClass ? name : '', scale: null,
    }, { step: true });
  }

  /** @param {'report' | 'numbers' | 'study'} what */
  save(what) {
    const { reports } = this.collection;
    const file = (/** @type {string} */ name) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'study';
    if (what === 'study') {
      const { document } = this.setup;
      return document && download(`${file(document.name ?? '')}.study.json`, `${JSON.stringify(document, null, 2)}\n`, 'application/json');
    }
    if (what === 'numbers') {
      const [first, ...rest] = reports.map((report) => report.csv());
      return first && download('bettiscope-study.csv', [first, ...rest.map((text) => text.slice(text.indexOf('\n') + 1))].join(''), 'text/csv');
    }
    for (const report of reports) download(`${file(report.study.name)}.report.json`, JSON.stringify(report.toJSON()), 'application/json');
  }
}

/** Whether the page has the network: bundled, or the user's own. @param {Member} member */
const canRunAgain = ({ network }) => typeof network.network === 'string' && !/^https?:/.test(network.network);

/** One study of the networks of all, with the settings of the first. @param {{study: any}[]} reports */
function merged(reports) {
  const studies = reports.map(({ study }) => study);
  const [first] = studies;
  const id = (/** @type {any} */ network) => JSON.stringify(typeof network === 'string' ? { id: network } : network);
  const networks = [...new Map(studies.flatMap(({ networks: list }) => list).map((network) => [id(network), typeof network === 'string' ? { id: network } : network])).values()];
  const sameData = studies.every(({ data }) => JSON.stringify(data ?? 'default') === JSON.stringify(first.data ?? 'default'));
  return { ...first, networks, data: sameData ? first.data : 'default', name: studies.length === 1 ? first.name : '' };
}
