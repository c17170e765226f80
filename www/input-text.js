import { USUAL } from './bettiscope/input.js';

/**
 * Input settings in the address: `range:-1..1;mean:0.5;deviation:0.5;colours:bgr;layout:NHWC;size:224x224;fit:crop-0.875;feed:image;fill:meta=1`, only
 * what the user chose instead of what was recognised.
 *
 * @typedef {Partial<import('./bettiscope/input.js').InputSettings>} Wishes
 */

/** @type {Record<string, string[]>} */
const WORDS = { range: ['0..1', '-1..1', '0..255'], colours: ['rgb', 'bgr', 'grey'], layout: ['NCHW', 'NHWC'], fit: ['crop', 'stretch', 'letterbox'] };
/** A share of the centre: `crop-0.875`. */
const CROP = /^crop-0\.\d{1,3}$/;
/** The longest side that pictures are resized to. */
const MAX_SIDE = 4096;

/** @param {string} text @returns {Wishes | null | undefined} undefined for what is not possible */
export function fromText(text) {
  /** @type {any} */
  const wishes = {};
  for (const part of text.split(';').filter(Boolean)) {
    const [name, value = ''] = part.split(':');
    const sizes = /^(\d+)x(\d+)$/.exec(value)?.slice(1).map(Number);
    const numbers = value === '' ? [] : value.split(',').map(Number);
    if (name === 'size' && sizes?.every((n) => n >= 1 && n <= MAX_SIDE)) [wishes.height, wishes.width] = sizes;
    else if (WORDS[name]?.includes(value) || (name === 'fit' && CROP.test(value) && Number(value.slice(5)) > 0)) wishes[name] = value;
    else if (name === 'mean' && isPerChannel(numbers)) wishes.mean = numbers;
    else if (name === 'deviation' && isPerChannel(numbers) && numbers.every((n) => n > 0)) wishes.deviation = numbers;
    else if (name === 'feed' && value) wishes.feed = decodeURIComponent(value);
    else if (name === 'fill' && areFills(value)) wishes.fill = fills(value);
    else return undefined;
  }
  return Object.keys(wishes).length ? wishes : null;
}

/** @param {Wishes} wishes @returns {string} */
export function toText({ height, width, feed, fill, ...others }) {
  const parts = Object.entries(others).map(([name, value]) => `${name}:${value}`);
  const filled = Object.entries(fill ?? {}).map(([name, value]) => `${encodeURIComponent(name)}=${value}`);
  return [...parts, ...(feed ? [`feed:${encodeURIComponent(feed)}`] : []), ...(filled.length ? [`fill:${filled.join(',')}`] : []), ...(height && width ? [`size:${height}x${width}`] : [])].join(';');
}

/** What inputs are filled with: `mask=1,meta=0.5,ids=range`. @param {string} text */
const areFills = (text) => text.split(',').every((part) => /^[^=]+=/.test(part) && isFill(part.split('=')[1]));

/** @param {string} text of this form @returns {Record<string, string>} */
const fills = (text) => Object.fromEntries(text.split(',').map((part) => part.split('=')).map(([name, value]) => [decodeURIComponent(name), value]));

/** A number or `range`. @param {string | undefined} value */
export const isFill = (value) => value === 'range' || (/^-?[\d.]+(e[+-]?\d+)?$/.test(value ?? '') && Number.isFinite(Number(value)));

/** Keys of former links. @param {URLSearchParams} given */
export function renamed(given) {
  const range = given.get('range');
  if (range === null) return given;
  given.delete('range');
  const { mean, deviation } = USUAL.imagenet.settings;
  const now = range === 'imagenet' ? { range: USUAL.imagenet.settings.range, mean, deviation } : { range };
  if (!given.has('input')) given.set('input', toText(/** @type {Wishes} */ (now)));
  return given;
}

/** One number for all channels or one for each of three; none: the neutral one. @param {number[]} numbers */
const isPerChannel = (numbers) => [0, 1, 3].includes(numbers.length) && numbers.every(Number.isFinite);
