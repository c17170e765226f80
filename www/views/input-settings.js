import { USUAL, inputFor, usualName } from '../bettiscope.js';
import { fillWords, fitWords, sidesOf, unsaid } from '../bettiscope/input.js';
import { isFill } from '../input-text.js';
import { closeLikeAMenu, element, plural, short } from '../dom.js';
import { showPicturesAsSeen, showTextsAsSeen } from './input-preview.js';

/**
 * How samples are handed to the network: what was recognised, editable, and beside it what the network sees.
 *
 * @typedef {import('../bettiscope/input.js').InputSettings} InputSettings
 * @typedef {import('../bettiscope.js').Network} Network
 * @typedef {import('../session.js').Data} Data
 * @typedef {import('../session.js').Result} Result
 */

const RANGES = [['0..1', '0 to 1'], ['-1..1', '−1 to 1'], ['0..255', '0 to 255']];
const COLOURS = [['rgb', 'red, green, blue'], ['bgr', 'blue, green, red'], ['grey', 'grey']];
const LAYOUTS = [['NCHW', 'channels first (NCHW)'], ['NHWC', 'channels last (NHWC)']];
const FITS = ['crop', 'crop-0.875', 'crop-0.9', 'crop-0.95', 'stretch', 'letterbox'];
/** What a usual way decides together. */
const VALUES = /** @type {const} */ (['range', 'mean', 'deviation', 'colours']);
/** Trying the usual ways by oneself may take so long. */
const SECONDS_TO_TRY = 8;
const N_TRIED = 100;

export class InputSheet {
  /**
   * @param {HTMLDetailsElement} fold holds a summary
   * @param {{scope: import('../bettiscope.js').Bettiscope, state: import('../state.js').State}} options
   */
  constructor(fold, { scope, state }) {
    this.fold = fold;
    this.scope = scope;
    this.state = state;
    this.choice = /** @type {HTMLElement} */ (fold.closest('.choice'));
    this.summary = /** @type {HTMLElement} */ (fold.querySelector('summary > span:last-child'));
    /** @type {Network | null} */
    this.network = null;
    /** @type {Data | null} */
    this.data = null;
    /** @type {Result | null} */
    this.result = null;
    /** @type {AbortController | null} */
    this.job = null;
    /** @type {AbortController | null} */
    this.looking = null;
    this.reasons = element('ul', { className: 'reasons quiet' });
    this.controls = element('div', { className: 'settings' });
    this.seen = element('div', { className: 'seen' });
    this.verdict = element('div', { className: 'right-answers' });
    this.sheet = element('div', { className: 'input-sheet' }, element('div', {}, this.controls, this.reasons), element('div', {}, this.seen, this.verdict));
    fold.append(this.sheet);
    fold.addEventListener('toggle', () => this.preview());
    closeLikeAMenu(fold);
    state.onChange((changed) => changed.includes('input') && this.update());
  }

  /** @param {Network} network @param {Data} data they are known, but have not run together yet */
  offer(network, data) {
    if (network === this.network && data === this.data) return;
    Object.assign(this, { network, data, result: null });
    this.update();
  }

  /** @param {Result} result */
  show(result) {
    if (!result.network) return;
    Object.assign(this, { network: result.network, data: result.data, result });
    this.update();
  }

  /** @returns {InputSettings | null} */
  get settings() {
    return this.network && this.data ? inputFor(this.network, this.data, this.state.choices.input ?? {}) : null;
  }

  get isBytes() {
    return this.data?.kind === 'samples' && this.data.values instanceof Uint8Array;
  }

  /** @param {Partial<InputSettings>} wishes */
  wish(wishes) {
    const next = { ...this.state.choices.input, ...wishes };
    const found = inputFor(/** @type {Network} */ (this.network), /** @type {Data} */ (this.data));
    for (const [name, value] of Object.entries(next)) if (JSON.stringify(value) === JSON.stringify(/** @type {any} */ (found)[name])) delete next[name];
    this.state.set({ input: Object.keys(next).length ? next : null });
  }

  update() {
    const { network, data, settings } = this;
    this.sheet.classList.toggle('of-texts', network?.input.kind === 'tokens');
    this.sheet.classList.toggle('of-several', Boolean(network?.others.length));
    this.choice.hidden = !network || !data || data.kind === 'activations' || !settings;
    if (!network || !data || !settings || this.choice.hidden) return;
    const isTokens = network.input.kind === 'tokens';
    const usual = usualName(settings);
    const size = data.kind === 'samples' ? (network.pictures && settings.height ? [settings.height, settings.width] : sidesOf(data.shape)).join(' × ') : '';
    const values = this.isBytes ? (usual ? USUAL[usual].name.replace(' mean and deviation', '') : 'own values') : settings.mean.length ? 'normalised' : 'as they are';
    this.summary.textContent = isTokens ? `up to ${network.maxTokens} tokens` : `${size} · ${values}`;
    const isOpen = unsaid(network, data, settings).length > 0;
    this.fold.classList.toggle('guessed', isOpen || (Boolean(network.pictures?.guessed) && this.isBytes && !this.state.choices.input));
    this.reasons.replaceChildren(...(network.pictures?.reasons ?? []).map((words) => element('li', {}, words)));
    this.controls.replaceChildren(...this.inputFields(settings), ...(isTokens ? [] : this.fields(settings, usual)));
    this.showVerdict();
    this.preview();
  }

  /** Which input samples feed, and what the others get, where there are several. @param {InputSettings} settings */
  inputFields({ fill }) {
    const { input, others } = /** @type {Network} */ (this.network);
    if (!others.length) return [];
    const arrays = this.data?.kind === 'samples' ? (this.data.arrays ?? []).map(({ name }) => name) : [];
    const words = (/** @type {Pick<Network['input'], 'name' | 'shape'>} */ { name, shape }) => `${name} (${shape.map((size) => size ?? 'any').join(' × ') || 'one number'})`;
    const feedable = [input, ...others.filter((other) => other.feedable)].map((one) => [one.name, words(one)]);
    const fills = others.map((other) => {
      const { [other.name]: chosen, ...rest } = fill;
      const hasArray = arrays.includes(other.name);
      const now = chosen ?? (hasArray ? '' : other.usual);
      const known = [...(hasArray ? [''] : []), ...new Set(['0', '1', 'range', ...(now ? [now] : [])])];
      const options = [...known.map((value) => [value, value ? fillWords(value) : 'the array of this name']), ['number', 'a number …']];
      const own = element('input', { type: 'number', step: 'any', hidden: true, 'aria-label': `number for ${other.name}` });
      const choose = (/** @type {string} */ value) => {
        own.hidden = value !== 'number';
        if (!own.hidden) own.focus();
        else this.wish({ fill: value ? { ...rest, [other.name]: value } : rest });
      };
      own.addEventListener('change', () => isFill(own.value) && this.wish({ fill: { ...rest, [other.name]: String(Number(own.value)) } }));
      return element('div', { className: 'fill' }, select(`${words(other)} gets`, options, now, choose), own);
    });
    return [select('samples feed the input', feedable, input.name, (feed) => this.wish({ feed, fill: {} })), ...fills];
  }

  /** @param {InputSettings} settings @param {string | null} usual */
  fields(settings, usual) {
    const network = /** @type {Network} */ (this.network);
    const { pictures } = network;
    const wishes = this.state.choices.input ?? {};
    const isRecognised = VALUES.every((name) => !(name in wishes));
    const ways = [['recognised', pictures?.guessed ? 'the usual guess' : 'as recognised'], ...Object.entries(USUAL).map(([key, { name }]) => [key, name]), ['own', 'own values']];
    const chooseWay = (/** @type {string} */ key) => {
      if (key === 'own') return;
      const others = Object.fromEntries(Object.entries(wishes).filter(([name]) => !(/** @type {readonly string[]} */ (VALUES).includes(name))));
      this.state.set({ input: Object.keys(others).length ? others : null });
      if (key !== 'recognised') this.wish(USUAL[key].settings);
    };
    const list = [];
    if (this.isBytes) {
      list.push(select('values', ways, isRecognised ? 'recognised' : usual ?? 'own', chooseWay));
      list.push(select('pixels 0–255 become', RANGES, settings.range, (range) => this.wish({ range: /** @type {any} */ (range) })));
    }
    list.push(numbers('less a mean', settings.mean, 'none', () => true, (mean) => this.wish({ mean })));
    list.push(numbers('by a deviation', settings.deviation, 'none', (v) => v > 0, (deviation) => this.wish({ deviation })));
    if (pictures) {
      if (pictures.channels !== 1) list.push(select('channels hold', COLOURS, settings.colours, (colours) => this.wish({ colours: /** @type {any} */ (colours) })));
      list.push(select('layout', LAYOUTS, settings.layout ?? 'NCHW', (layout) => this.wish({ layout: /** @type {any} */ (layout) })));
      const fits = FITS.includes(settings.fit) ? FITS : [...FITS, settings.fit];
      list.push(select('pictures of other sizes', fits.map((fit) => [fit, fitWords(fit)]), settings.fit, (fit) => this.wish({ fit })));
      if (pictures.freeSize && this.data?.kind === 'samples') list.push(this.sizeField(settings, this.data));
    }
    return list;
  }

  /** @param {InputSettings} settings @param {import('../bettiscope.js').Samples} data */
  sizeField(settings, { shape }) {
    const [height, width] = settings.height ? [settings.height, settings.width] : sidesOf(shape);
    const side = (/** @type {string} */ name, /** @type {number | null} */ value) => element('input', { type: 'number', min: '1', max: '4096', value: String(value ?? ''), 'aria-label': name });
    const [high, wide] = [side('height', height), side('width', width)];
    const change = () => {
      const sizes = [high, wide].map((input) => Math.round(Number(input.value)));
      if (sizes.every((n) => n >= 1 && n <= 4096)) this.wish({ height: sizes[0], width: sizes[1] });
    };
    for (const input of [high, wide]) input.addEventListener('change', change);
    return element('div', { className: 'label' }, element('span', {}, 'height × width of pictures'), element('span', { className: 'sides' }, high, '×', wide));
  }

  /** What the network sees, while the sheet is open. */
  async preview() {
    if (!this.fold.open || !this.network || !this.data) return;
    const { network, data, result } = this;
    if (network.input.kind === 'tokens') return showTextsAsSeen(this.seen, { network, data, seen: result?.analysis.samples ?? null });
    if (data.kind !== 'samples') return;
    this.looking?.abort();
    const looking = new AbortController();
    this.looking = looking;
    try {
      const found = await this.scope.previewInput({ network, data, input: this.state.choices.input ?? {} }, { signal: looking.signal });
      showPicturesAsSeen(this.seen, { found, data });
    } catch (/** @type {any} */ failure) {
      if (failure?.kind !== 'stopped') this.seen.replaceChildren(element('p', { role: 'status' }, failure.message));
    }
  }

  /** The accuracy of the last run beside chance, and what to do about it. */
  showVerdict() {
    const { result, data } = this;
    this.job?.abort();
    const accuracy = result?.analysis.accuracy ?? null;
    if (!result || !data || accuracy === null) return this.verdict.replaceChildren(...(data?.labels ? [element('p', { className: 'quiet' }, 'Accuracy shows here once it has run, where the output has one number per class.')] : []));
    const chance = 1 / data.classes.length;
    const low = isAtChance(accuracy, chance, result.analysis.samples.index.length);
    this.verdict.replaceChildren(
      element('p', { className: low ? 'low' : '' }, element('b', {}, percent(accuracy)), ` of ${plural(result.analysis.samples.index.length, 'sample')} right; chance is ${percent(chance)}.${low ? ' No better than chance: is the value range right?' : ''}`),
      ...(this.isBytes ? [element('button', { type: 'button', onclick: () => this.tryUsual() }, 'Try the usual ranges')] : []),
    );
  }

  /**
   * For a network of the user's that does no better than chance: whether another way to hand pictures over does.
   * @returns {Promise<{message: string, kind: 'note', action?: {words: string, run: () => void}} | null>} what to say
   */
  async advice() {
    const { result, network, data } = this;
    const accuracy = result?.analysis.accuracy ?? null;
    if (!result || !network || !data || accuracy === null || !this.isBytes) return null;
    const chance = 1 / data.classes.length;
    if (!isAtChance(accuracy, chance, result.analysis.samples.index.length)) return null;
    const words = `${percent(accuracy)} of the samples are right, no better than chance (${percent(chance)}): is the value range right?`;
    const { seconds } = await this.scope.estimate({ n: N_TRIED * Object.keys(USUAL).length, network, layers: [], nCoords: 1, maxDim: 0 });
    const open = { words: 'Try the usual ranges', run: () => { this.fold.open = true; this.tryUsual(); } };
    if (seconds > SECONDS_TO_TRY || network.macs === 0) return { message: words, kind: 'note', action: open };
    const [best] = await this.tried().catch(() => []);
    if (result !== this.result) return null;
    if (!best || isAtChance(best.accuracy, chance, best.samples)) return { message: `${words} None of the usual ranges does better; perhaps the classes are in another order, or the network is not trained`, kind: 'note' };
    return {
      message: `${words} With ${nameOf(best.usual)} it is ${percent(best.accuracy)} of ${best.samples}`, kind: 'note',
      action: { words: `Use ${nameOf(best.usual)}`, run: () => this.wish(best.settings) },
    };
  }

  /** @param {(progress: import('../bettiscope.js').Progress) => void} [onProgress] */
  tried(onProgress) {
    this.job?.abort();
    this.job = new AbortController();
    const { network, data } = this;
    return this.scope.tryInputs({ network: /** @type {Network} */ (network), data: /** @type {import('../bettiscope.js').Samples} */ (data), input: this.state.choices.input ?? {}, samples: N_TRIED }, { signal: this.job.signal, onProgress });
  }

  async tryUsual() {
    const live = element('p', { className: 'quiet', role: 'status' }, 'Trying …');
    this.verdict.querySelector('button')?.replaceWith(live);
    try {
      const found = await this.tried(({ done, total }) => { live.textContent = `Trying: ${done} of ${total} samples`; });
      live.replaceWith(element('ul', { className: 'tried' }, ...found.map(({ usual, settings, accuracy, samples }) => element('li', {},
        element('span', { className: 'number' }, percent(accuracy)),
        element('button', { type: 'button', title: `of ${samples} samples`, onclick: () => this.wish(settings) }, USUAL[usual].name)))));
    } catch (/** @type {any} */ failure) {
      live.textContent = failure?.kind === 'stopped' ? '' : failure.message;
    }
  }
}

/** Whether a share of right answers may be luck: within two standard deviations above it. @param {number} accuracy @param {number} chance @param {number} n */
export const isAtChance = (accuracy, chance, n) => accuracy <= chance + 2 * Math.sqrt((chance * (1 - chance)) / n);

/** @param {number} share */
const percent = (share) => `${short(100 * share)} %`;

/** @param {string} usual */
const nameOf = (usual) => (usual === 'imagenet' ? 'ImageNet’s mean and deviation' : usual === 'caffe' ? 'Caffe’s way' : `values ${USUAL[usual].name}`);

/** @param {string} words @param {string[][]} options @param {string} value @param {(value: string) => void} onChoose */
function select(words, options, value, onChoose) {
  const control = element('select', { onchange: () => onChoose(control.value) }, ...options.map(([key, name]) => element('option', { value: key }, name)));
  control.value = value;
  return element('label', {}, element('span', {}, words), control);
}

/** @param {string} words @param {number[]} values @param {string} placeholder @param {(v: number) => boolean} isPossible @param {(values: number[]) => void} onChange */
function numbers(words, values, placeholder, isPossible, onChange) {
  const input = element('input', { value: values.map((v) => String(Number(v.toPrecision(6)))).join(', '), placeholder, inputMode: 'decimal', autocomplete: 'off', spellcheck: false });
  input.addEventListener('change', () => {
    const given = input.value.split(/[\s,;]+/).filter(Boolean).map(Number);
    const good = [0, 1, 3].includes(given.length) && given.every((v) => Number.isFinite(v) && isPossible(v));
    input.setAttribute('aria-invalid', String(!good));
    input.title = good ? '' : 'one number, or one for each of three channels';
    if (good) onChange(given);
  });
  return element('label', {}, element('span', {}, words), input);
}
