import { BettiscopeError } from './errors.js';
import { allOrStop } from './pool.js';
import { bytesOf, headOf } from './sources.js';

/**
 * From files to data: archives are unpacked first, pictures are decoded by all workers of the network module, everything
 * else is read by the small engine.
 *
 * @typedef {import('./sources.js').Source} Source
 * @typedef {import('./sources.js').NamedBytes} NamedBytes
 * @typedef {import('./pool.js').Pool} Pool
 * @typedef {{width: number, height: number}} Size
 * @typedef {{imageSize?: Size, imageFit: string, format?: string, flatten: boolean, inputs: string[]}} ReadOptions
 * @typedef {{name: string, width: number, height: number, colour: boolean, resized: boolean, pixels: Uint8Array}} Picture
 * @typedef {{name: string, failure: {kind: string, message: string}}} Broken
 * @typedef {{desk: Pool, decoders: () => Pool, signal?: AbortSignal, report: (done: number, total: number) => void}} Context
 */

/** So much of a file tells what it is. */
const HEAD_BYTES = 512;
/** A worker gets so many pictures at a time, or fewer large ones. */
const CHUNK_PICTURES = 32;
const CHUNK_BYTES = 8 * 2 ** 20;
/** Bytes of all decoded pictures; the engine has the same limit for what it unpacks. */
const MAX_PIXEL_BYTES = 512 * 2 ** 20;

/**
 * @param {Source[]} sources
 * @param {ReadOptions} options
 * @param {Context} context
 */
export async function readData(sources, options, context) {
  const { desk, signal, report } = context;
  const { files, roles, order } = await unpacked(sources, context);
  const pictures = order.filter((i) => roles[i] === 'picture').map((i) => files[i]);
  const others = files.filter((_, i) => roles[i] !== 'picture');
  /** @type {NamedBytes[]} */
  const rest = [];
  for (const source of others) {
    rest.push(await bytesOf(source, { signal }));
    if (pictures.length === 0) report(rest.length, others.length);
  }
  if (pictures.length > 0) return readPictures(pictures, rest, options, context);
  return desk.run((worker) => worker.request('read', { files: rest, options }), signal);
}

/** @param {Source[]} sources @param {Context} context */
async function sorted(sources, { desk, signal }) {
  const files = await Promise.all(sources.map(async (source) => (typeof source === 'string' || source instanceof URL ? bytesOf(source, { signal }) : source)));
  const heads = await Promise.all(files.map((file) => headOf(file, HEAD_BYTES)));
  /** @type {{roles: string[], order: Uint32Array}} */
  const { roles, order } = await desk.run((worker) => worker.request('sort', { files: heads }), signal);
  return { files, roles, order: [...order] };
}

/** The sources with what is in archives in their place, sorted. @param {Source[]} sources @param {Context} context */
async function unpacked(sources, context) {
  const found = await sorted(sources, context);
  if (!found.roles.includes('archive')) return found;
  /** @type {Source[]} */
  const contents = [];
  for (const [i, source] of found.files.entries()) {
    if (found.roles[i] !== 'archive') {
      contents.push(source);
      continue;
    }
    const file = await bytesOf(source, { signal: context.signal });
    contents.push(...await context.desk.run((worker) => worker.request('unpack', { file }), context.signal));
  }
  return sorted(contents, context);
}

/**
 * @param {Exclude<Source, string | URL>[]} pictures in order
 * @param {NamedBytes[]} others
 * @param {ReadOptions} options
 * @param {Context} context
 */
async function readPictures(pictures, others, { imageSize, imageFit }, { desk, decoders, signal, report }) {
  /** @type {(Picture | Broken)[]} */
  const outcomes = [];
  let size = imageSize;
  let done = 0;
  report(0, pictures.length);
  const decode = async (/** @type {number} */ first, /** @type {number} */ end, /** @type {AbortSignal | undefined} */ s) =>
    decoders().run(async (worker) => {
      const files = [];
      for (const source of pictures.slice(first, end)) files.push(await bytesOf(source, { signal: s }));
      /** @type {(Picture | Broken)[]} */
      const found = await worker.request('decode', { files, options: { imageSize: size, imageFit } });
      found.forEach((picture, i) => { outcomes[first + i] = picture; });
      report(done += files.length, pictures.length);
    }, s);
  // All get the size of the first that can be read.
  let first = 0;
  for (; !size && first < pictures.length; first += 1) {
    await decode(first, first + 1, signal);
    const picture = outcomes[first];
    if ('pixels' in picture) size = { width: picture.width, height: picture.height };
  }
  if (size) {
    const { width, height } = size;
    const fits = Math.floor(MAX_PIXEL_BYTES / (width * height * 3));
    if (pictures.length > fits) throw new BettiscopeError('too-large', `${pictures.length} pictures of ${width} × ${height} pixels are more than the ${MAX_PIXEL_BYTES / 2 ** 20} MB this page reads; take at most ${fits}, or a smaller size`);
    const tasks = chunks(pictures, first).map(([from, end]) => (/** @type {AbortSignal} */ s) => decode(from, end, s));
    await allOrStop(tasks, signal);
  }
  const broken = outcomes.filter((outcome) => 'failure' in outcome);
  if (!size || broken.length === outcomes.length) throw new BettiscopeError(broken[0].failure.kind, broken[0].failure.message);
  const heads = outcomes.map((outcome) => ('pixels' in outcome ? { ...outcome, pixels: undefined } : outcome));
  const { kept, colour, ...set } = await desk.run((worker) => worker.request('gather', { pictures: heads, files: others, ...size }), signal);
  return { kind: 'samples', n: kept.length, shape: [size.height, size.width, ...(colour ? [3] : [])], values: inARow(outcomes, kept, colour), ...set };
}

/** Where the parts of a list begin and end that a worker gets at a time. @param {Exclude<Source, string | URL>[]} files @param {number} first @returns {[number, number][]} */
function chunks(files, first) {
  /** @type {[number, number][]} */
  const parts = [];
  let [from, bytes] = [first, 0];
  for (let i = first; i < files.length; i += 1) {
    const file = files[i];
    bytes += file instanceof File ? file.size : file.bytes.byteLength;
    if (i + 1 - from < CHUNK_PICTURES && bytes < CHUNK_BYTES && i + 1 < files.length) continue;
    parts.push([from, i + 1]);
    [from, bytes] = [i + 1, 0];
  }
  return parts;
}

/** Pixels one picture after the other; grey ones become colour ones where others are. @param {(Picture | Broken)[]} outcomes @param {Uint32Array} kept @param {boolean} colour */
function inARow(outcomes, kept, colour) {
  const pictures = /** @type {Picture[]} */ ([...kept].map((i) => outcomes[i]));
  const length = pictures[0].width * pictures[0].height * (colour ? 3 : 1);
  const values = new Uint8Array(pictures.length * length);
  for (const [i, picture] of pictures.entries()) {
    if (picture.colour === colour) values.set(picture.pixels, i * length);
    else for (let p = 0; p < length; p += 1) values[i * length + p] = picture.pixels[Math.floor(p / 3)];
  }
  return values;
}

