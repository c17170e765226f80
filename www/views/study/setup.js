import { compactStudy, checkStudy, COMPARISONS, PRESETS, STUDY_DEFAULTS } from '../../bettiscope/study.js';
import { element, plural } from '../../dom.js';
import { OWN } from '../../session.js';
import { METRICS } from '../../state.js';
import { grouped } from './collection.js';
import { measureLabel } from './other-figures.js';

/**
 * What to run: networks, data, settings. It edits a study, which is the one place where choices are kept.
 *
 * @typedef {import('../../bettiscope/study.js').Study} Study
 * @typedef {import('../../bettiscope/catalog.js').Catalog} Catalog
 * @typedef {import('../../bettiscope/report.js').Descriptor} Descriptor
 * @typedef {{id: string, name: string, ids: {id: string, short: string, name: string}[]}} Group networks that are offered together
 */

const SELECTS = /** @type {const} */ ([
  ['scaling', 'scaling', [['min-max', 'min–max per coordinate'], ['none', 'none']]],
  ['pooling', 'activations → point', [['default', 'as each network declares'], ['mean', 'mean over space or tokens'], ['class-token', 'class token'], ['flatten', 'all values in a row']]],
  ['metric', 'metric', METRICS.map((m) => [m, m])],
  ['clouds', 'clouds of barcodes', [['per-class', 'one per class'], ['pooled', 'all classes together']]],
  ['factor', 'factor of lengths', [['1', '1 (diameters)'], ['0.5', '½ (radii)']]],
]);
const NUMBERS = /** @type {const} */ ([
  ['perClass', 'points per class', 2, 100_000], ['seed', 'seed of all draws', 0, 2 ** 31 - 1], ['repetitions', 'batches', 1, 100],
]);
const SIZES = [['magai', 'Magai 2023'], ['birdal', 'Birdal 2021'], ['gptid', 'Tulchinskii 2023']];
/** What layers are compared with unless a study says otherwise. */
const COMPARISON = { between: /** @type {'layers'} */ ('layers'), batch: 500, batches: 1 };
const PRESET_NAMES = { default: 'default', 'code-2022': 'the authors’ code of 2022', raw: 'no scaling' };

export class Setup {
  /**
   * @param {{networks: HTMLElement, networksSummary: HTMLElement, data: HTMLElement, measure: HTMLElement, measureSummary: HTMLElement}} hosts
   * @param {{onChange: (study: Study) => void, onOpen: (files: File[]) => void}} options
   */
  constructor(hosts, { onChange, onOpen }) {
    this.hosts = hosts;
    this.onChange = onChange;
    this.onOpen = onOpen;
    /** @type {Study | null} */
    this.study = null;
    /** @type {Group[]} */
    this.groups = [];
    /** @type {Descriptor[]} */
    this.descriptors = [];
    /** @type {Catalog | null} */
    this.catalog = null;
    /** @type {{networks: Record<string, any>, data: Record<string, any>}} */
    this.own = { networks: {}, data: {} };
  }

  /** @param {Catalog} catalog @param {Descriptor[]} descriptors */
  offer(catalog, descriptors) {
    this.catalog = catalog;
    this.descriptors = descriptors;
  }

  /** @param {any} document a study, complete or not @param {{networks: Record<string, any>, data: Record<string, any>}} own the user's, loaded in this tab */
  show(document, own) {
    this.own = own;
    this.study = checkStudy({ bettiscope: 'study', version: 1, ...document });
    this.groups = groupsOf(/** @type {Catalog} */ (this.catalog), own.networks);
    this.drawNetworks();
    this.drawData();
    this.drawMeasure();
  }

  /** @param {Partial<Study>} changes */
  change(changes) {
    const before = /** @type {Study} */ (this.study);
    const next = { ...before, ...changes };
    // Another choice of networks leaves the name that the study had.
    if (changes.networks) next.name = '';
    this.study = next;
    this.drawNetworks();
    this.drawData();
    this.summarise();
    this.onChange(next);
  }

  /** @returns {any} what a link or a file holds */
  get document() {
    return this.study && compactStudy(this.study);
  }

  chosen() {
    return new Set(this.study?.networks.map(({ id }) => id));
  }

  /** @param {string[]} ids @param {boolean} wanted */
  chooseNetworks(ids, wanted) {
    const chosen = this.chosen();
    for (const id of ids) chosen[wanted ? 'add' : 'delete'](id);
    const order = this.groups.flatMap((group) => group.ids.map(({ id }) => id));
    const known = new Map(this.study?.networks.map((choice) => [choice.id, choice]));
    this.change({ networks: order.filter((id) => chosen.has(id)).map((id) => known.get(id) ?? { id }) });
  }

  drawNetworks() {
    const chosen = this.chosen();
    const focused = document.activeElement instanceof HTMLElement && this.hosts.networks.contains(document.activeElement) ? document.activeElement.dataset.id : '';
    const rows = this.groups.map(({ id, name, ids }) => {
      const all = element('input', { type: 'checkbox', 'data-id': id, checked: ids.every((it) => chosen.has(it.id)), onchange: () => this.chooseNetworks(ids.map((it) => it.id), all.checked) });
      all.indeterminate = !all.checked && ids.some((it) => chosen.has(it.id));
      const chips = ids.map((it) => element('button', { type: 'button', className: 'chip', 'data-id': it.id, 'aria-pressed': String(chosen.has(it.id)), title: it.name, 'aria-label': it.name, onclick: () => this.chooseNetworks([it.id], !chosen.has(it.id)) }, it.short));
      return element('div', { className: 'group' }, element('label', {}, all, element('span', {}, name)), element('div', { className: 'chips' }, ...(ids.length > 1 ? chips : [])));
    });
    const trained = this.groups.filter(({ id, ids }) => ids.length > 1 && !id.startsWith(OWN));
    const quick = (/** @type {string} */ words, /** @type {() => void} */ onclick) => element('button', { type: 'button', onclick }, words);
    const setTo = (/** @type {string[]} */ ids) => () => this.change({ networks: ids.map((id) => ({ id })) });
    const file = element('input', { type: 'file', accept: '.onnx,.json', multiple: true, 'aria-label': 'Open your own network (.onnx)', onchange: () => { const files = [...(file.files ?? [])]; file.value = ''; if (files.length) this.onOpen(files); } });
    this.hosts.networks.replaceChildren(
      element('div', { className: 'row' }, quick('trained ones', setTo(trained.map(({ ids }) => ids[ids.length - 1].id))), quick('none', setTo([])),
        element('label', { className: 'file', title: 'Open your own network' }, '.onnx …', file)),
      ...rows);
    if (focused) /** @type {HTMLElement | null} */ (this.hosts.networks.querySelector(`[data-id="${CSS.escape(focused)}"]`))?.focus();
    this.summarise();
  }

  /** The kinds of data that the chosen networks take. @returns {('image' | 'text')[]} */
  kinds() {
    const kinds = new Set(this.study?.networks.map(({ id }) => this.kindOf(id)));
    return /** @type {('image' | 'text')[]} */ (['image', 'text']).filter((kind) => kinds.has(kind));
  }

  /** @param {string | undefined} id */
  kindOf(id) {
    return this.catalog?.networks.find((network) => network.id === id)?.kind ?? (this.own.networks[String(id)]?.input?.kind === 'tokens' ? 'text' : 'image');
  }

  drawData() {
    const { study } = this;
    if (!study) return;
    const kinds = this.kinds();
    const given = study.networks.some((network) => network.data !== undefined);
    if (given) return this.hosts.data.replaceChildren(element('span', { className: 'quiet given' }, 'given for each network'), element('button', { type: 'button', onclick: () => this.change({ networks: study.networks.map(({ data: _, ...network }) => network) }) }, 'one for all'));
    const chosen = (/** @type {'image' | 'text'} */ kind) => (typeof study.data === 'string' ? (kinds.length > 1 ? 'default' : study.data) : (study.data[kind] ?? 'default'));
    const selects = kinds.map((kind) => {
      const fits = this.catalog?.datasets.filter((data) => (data.kind ?? 'image') === kind && !data.attack) ?? [];
      const attacked = this.catalog?.datasets.filter((data) => (data.kind ?? 'image') === kind && data.attack) ?? [];
      const own = Object.entries(this.own.data).filter(([, data]) => (data.kind === 'texts' ? 'text' : 'image') === kind);
      const option = (/** @type {string} */ value, /** @type {string} */ words) => element('option', { value }, words);
      const select = element('select', { 'aria-label': kinds.length > 1 ? `Data of ${kind} networks` : 'Data', onchange: () => this.change({ data: kinds.length > 1 ? { ...Object.fromEntries(kinds.map((k) => [k, chosen(k)])), [kind]: select.value } : select.value }) },
        option('default', kinds.length > 1 ? `${kind}s each was trained on` : 'what each was trained on'), ...fits.map(({ id, name }) => option(id, name)),
        ...(attacked.length ? [element('optgroup', { label: 'attacked' }, ...attacked.map(({ id, name }) => option(id, name)))] : []),
        ...(own.length ? [element('optgroup', { label: 'yours' }, ...own.map(([id, { name }]) => option(id, name)))] : []));
      select.value = chosen(kind);
      return select;
    });
    const file = element('input', { type: 'file', multiple: true, 'aria-label': 'Open your own data files', onchange: () => { const files = [...(file.files ?? [])]; file.value = ''; if (files.length) this.onOpen(files); } });
    this.hosts.data.replaceChildren(...selects, element('label', { className: 'file', title: 'Open your own images, arrays, tables or texts' }, 'files …', file));
  }

  drawMeasure() {
    const { study } = this;
    if (!study) return;
    const field = (/** @type {string} */ label, /** @type {HTMLElement} */ control) => element('label', {}, element('span', {}, label), control);
    const number = (/** @type {string} */ label, /** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high, /** @type {(value: number) => Partial<Study>} */ changes) => {
      const input = element('input', { type: 'number', min: String(low), max: String(high), step: '1', value: String(value), onchange: () => {
        const n = Math.round(Number(input.value));
        if (n >= low && n <= high) this.change(changes(n));
        input.value = String(n >= low && n <= high ? n : value);
      } });
      return field(label, input);
    };
    const select = (/** @type {string} */ label, /** @type {readonly (readonly string[])[]} */ values, /** @type {string} */ chosen, /** @type {(value: string) => Partial<Study>} */ changes) => {
      const control = element('select', { onchange: () => this.change(changes(control.value)) }, ...values.map(([value, words]) => element('option', { value }, words)));
      control.value = chosen;
      return field(label, control);
    };
    const preset = select('preset', [['', 'own'], ...Object.entries(PRESET_NAMES)], presetOf(study), (value) => (value ? presetFields(value) : {}));
    preset.addEventListener('change', () => this.drawMeasure());
    const { phdim } = study;
    const given = Array.isArray(phdim.sizes);
    const sizes = given ? [['given', phdim.sizes.length > 3 ? `${phdim.sizes[0]} … ${phdim.sizes[phdim.sizes.length - 1]}` : String(phdim.sizes)], ...SIZES] : SIZES;
    const box = (/** @type {string} */ words, /** @type {string} */ title, /** @type {boolean} */ checked, /** @type {(checked: boolean) => Partial<Study>} */ changes) => {
      const input = element('input', { type: 'checkbox', checked, onchange: () => this.change(changes(input.checked)) });
      return element('label', { title }, input, element('span', {}, words));
    };
    const toggled = (/** @type {string[]} */ list, /** @type {string} */ name, /** @type {string[]} */ order) => (/** @type {boolean} */ wanted) => order.filter((it) => (it === name ? wanted : list.includes(it)));
    const betti = element('input', { type: 'number', min: '0', step: 'any', placeholder: 'none', value: String(study.bettiScale ?? ''), onchange: () => this.change({ bettiScale: Number(betti.value) > 0 ? Number(betti.value) : null }) });
    const names = this.descriptors.map(({ name }) => name);
    const compared = study.compare.flatMap(({ measures }) => measures);
    this.hosts.measure.replaceChildren(
      element('div', { className: 'settings' }, preset,
        ...NUMBERS.map(([name, label, low, high]) => number(label, study[name], low, high, (value) => ({ [name]: value }))),
        ...SELECTS.map(([name, label, values]) => select(label, values, String(study[name]), (value) => ({ [name]: name === 'factor' ? Number(value) : value }))),
        select('sizes for PHdim', sizes, given ? 'given' : String(phdim.sizes), (value) => ({ phdim: { ...this.now().phdim, sizes: value === 'given' ? phdim.sizes : value } })),
        field('scale of Betti numbers', betti), number('draws per size', phdim.draws, 1, 1000, (value) => ({ phdim: { ...this.now().phdim, draws: value } }))),
      element('fieldset', { className: 'layers' }, element('legend', {}, 'descriptors'),
        element('div', { className: 'layer-list descriptors' }, ...this.descriptors.map(({ name, label, formula }) =>
          box(label, formula, study.descriptors.includes(name), (wanted) => ({ descriptors: toggled(this.now().descriptors, name, names)(wanted) })))),
        element('p', { className: 'label' }, 'layer against layer (slow)'),
        element('div', { className: 'layer-list' }, ...COMPARISONS.map((name) =>
          box(measureLabel(name), '', compared.includes(name), (wanted) => {
            const measures = toggled(this.now().compare.flatMap((one) => one.measures), name, COMPARISONS)(wanted);
            return { compare: measures.length ? [{ ...(this.now().compare[0] ?? COMPARISON), measures }] : [] };
          })))),
    );
    this.summarise();
  }

  now() {
    return /** @type {Study} */ (this.study);
  }

  summarise() {
    const { study } = this;
    if (!study) return;
    const chosen = this.chosen();
    const full = this.groups.filter(({ ids }) => ids.some(({ id }) => chosen.has(id)));
    const names = full.map(({ name, ids }) => (ids.every(({ id }) => chosen.has(id)) || ids.length === 1 ? name : `${name} (${ids.filter(({ id }) => chosen.has(id)).map(({ short }) => short).join(', ')})`));
    this.hosts.networksSummary.textContent = names.length === 0 ? 'none chosen' : names.length <= 2 ? names.join(' and ') : `${plural(study.networks.length, 'network')} of ${names.length} kinds`;
    const scaling = study.scaling === 'min-max' ? 'min–max' : 'unscaled';
    this.hosts.measureSummary.textContent = `${study.perClass} per class · ${scaling} · ${plural(study.descriptors.length, 'descriptor')}${study.compare.length ? ' · layer similarity' : ''}`;
  }
}

/** @param {Study} study */
function presetOf(study) {
  const same = (/** @type {string} */ name) => Object.entries(presetFields(name)).every(([field, value]) => JSON.stringify(/** @type {any} */ (study)[field]) === JSON.stringify(value));
  return Object.keys(PRESETS).find(same) ?? '';
}

/** All fields that presets set, with their values in one of them. @param {string} name @returns {Partial<Study>} */
function presetFields(name) {
  const all = /** @type {Record<string, any>} */ (PRESETS);
  const fields = [...new Set(Object.values(all).flatMap((preset) => Object.keys(preset)))];
  const defaults = /** @type {Record<string, any>} */ (STUDY_DEFAULTS);
  const value = (/** @type {string} */ field) => {
    const own = all[name][field];
    return own === undefined ? structuredClone(defaults[field]) : field === 'phdim' ? { ...defaults.phdim, ...own } : own;
  };
  return Object.fromEntries(fields.map((field) => [field, value(field)]));
}

/** @param {Catalog} catalog @param {Record<string, any>} own @returns {Group[]} */
function groupsOf({ networks }, own) {
  const groups = [...grouped(networks, ({ family, dataset }) => `${family}\n${dataset}`).entries()].map(([id, members]) => ({
    id,
    name: commonName(members),
    ids: members.map(({ id: key, name, stage, checkpoint }, i) => ({ id: key, name, short: String(typeof checkpoint === 'number' && members.length < 20 ? checkpoint : i + 1), stage })),
  }));
  // The user's checkpoints of one training share the family that the session has written into their metadata.
  const mine = [...grouped(Object.entries(own), ([id, { metadata }]) => metadata.family ?? id).values()].map((members) => {
    const [[id, { name, metadata }]] = members;
    const byEpoch = members.toSorted(([, a], [, b]) => Number(a.metadata.epoch) - Number(b.metadata.epoch));
    return { id, name: members.length > 1 ? metadata.family : name, ids: byEpoch.map(([key, network]) => ({ id: key, name: network.name, short: members.length > 1 ? network.metadata.checkpoint : network.name })) };
  });
  return [...groups, ...mine];
}

/** @param {{name: string, family: string, familyName?: string, group?: string, activation?: string}[]} members */
function commonName(members) {
  const [{ name, familyName, family }] = members;
  if (members.length > 12) return familyName ?? family;
  return name.split(',')[0] || familyName || family;
}
