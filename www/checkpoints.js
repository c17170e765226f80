/**
 * Files of one training run, in their order: by a number that their metadata or names hold.
 *
 * @typedef {{name: string, metadata?: Record<string, string>}} Named
 * @typedef {{at: number, label: string, number: number | null}} Place `at`: which of the files; `number`: the epoch or step
 */

/** Numbers in metadata that count the training. */
const COUNTERS = ['epoch', 'step', 'global_step', 'iteration', 'checkpoint'];
const BEFORE_NUMBER = /(epochs?|ep|e|global_?steps?|steps?|iterations?|iters?|it|checkpoint|ckpt)[-_ =.]*$/i;
const FIRST = /(^|[^a-z])(init(ial)?|untrained|random|start|before)(?![a-z])/i;
const LAST = /(^|[^a-z])(final|trained|last|best|end|after)(?![a-z])/i;

/**
 * @param {Named[]} files
 * @returns {{places: Place[], name: string}} the files in order, and what their names have in common
 */
export function inTrainingOrder(files) {
  const stems = files.map(({ name }) => name.replace(/\.(onnx|npz|safetensors)$/i, ''));
  const counted = counterOf(files) ?? numberInNames(stems);
  const places = files.map((_file, at) => {
    const number = counted?.numbers[at] ?? null;
    const special = counted && number !== null && !Number.isFinite(number) ? (FIRST.exec(stems[at]) ?? LAST.exec(stems[at]))?.[2] : undefined;
    return { at, number, label: special ?? (number === null ? difference(stems, at) : `${counted?.word ?? ''} ${number}`.trim()) };
  });
  const collator = new Intl.Collator('en', { numeric: true });
  places.sort((a, b) => (a.number !== null && b.number !== null && a.number - b.number) || collator.compare(stems[a.at], stems[b.at]));
  return { places, name: commonName(stems) };
}

/** @param {Named[]} files @returns {{word: string, numbers: number[]} | null} */
function counterOf(files) {
  for (const key of COUNTERS) {
    const texts = files.map(({ metadata }) => metadata?.[key]);
    const numbers = texts.map((text) => (text?.trim() ? Number(text) : NaN));
    if (numbers.every(Number.isFinite) && new Set(numbers).size === files.length) return { word: key === 'epoch' ? 'epoch' : key === 'checkpoint' ? 'checkpoint' : 'step', numbers };
  }
  return null;
}

/** @param {string[]} stems @returns {{word: string, numbers: number[]} | null} */
function numberInNames(stems) {
  const found = stems.map((stem) => [...stem.matchAll(/\d+(\.\d+)?/g)].map((match) => ({ value: Number(match[0]), word: BEFORE_NUMBER.exec(stem.slice(0, match.index))?.[1] ?? '' })));
  const edge = (/** @type {string} */ stem) => (FIRST.test(stem) ? -Infinity : LAST.test(stem) ? Infinity : NaN);
  const column = (/** @type {(numbers: {value: number, word: string}[]) => {value: number} | undefined} */ pick) => {
    const numbers = found.map((all, i) => pick(all)?.value ?? edge(stems[i]));
    return numbers.some(Number.isFinite) && !numbers.some(Number.isNaN) && new Set(numbers).size === stems.length ? numbers : null;
  };
  const counted = column((all) => all.find(({ word }) => word));
  const first = found.flat().find(({ word }) => word)?.word ?? '';
  if (counted) return { word: /^e/i.test(first) ? 'epoch' : /^c/i.test(first) ? 'checkpoint' : 'step', numbers: counted };
  for (let i = 0; i < Math.max(...found.map((all) => all.length)); i += 1) {
    const numbers = column((all) => all[i]);
    if (numbers) return { word: '', numbers };
  }
  return null;
}

/** What tells a name from the others. @param {string[]} stems @param {number} at */
function difference(stems, at) {
  const [start, end] = common(stems);
  return stems[at].slice(start, stems[at].length - end).replace(/^[-_. ]+|[-_. ]+$/g, '') || stems[at];
}

/** @param {string[]} stems */
function commonName(stems) {
  const [start] = common(stems);
  const name = stems[0].slice(0, start).replace(/\d+$/, '').replace(BEFORE_NUMBER, '').replace(/[-_. ]+$/, '');
  return name.split('/').pop() || 'your network';
}

/** Lengths of the beginning and the end that all share. @param {string[]} stems */
function common(stems) {
  const shortest = Math.min(...stems.map(({ length }) => length));
  let [start, end] = [0, 0];
  while (start < shortest && stems.every((stem) => stem[start] === stems[0][start])) start += 1;
  while (end < shortest - start && stems.every((stem) => stem.at(-1 - end) === stems[0].at(-1 - end))) end += 1;
  return [start, end];
}
