import { element } from '../dom.js';

/**
 * A sample to look at: its data, its number, and for texts what the network saw of it and which token is meant.
 *
 * @typedef {{data: import('../session.js').Data, index: number,
 *   tokens?: import('../bettiscope.js').Tokens, position?: number}} Sample
 */

/** @param {Sample} sample @returns {HTMLElement | null} a small picture, or a text cut into its tokens; null for plain numbers */
export function sampleView({ data, index, tokens, position }) {
  if (data.kind === 'texts') return tokens ? tokenRow(tokens, position) : element('p', { className: 'tokens' }, data.texts[index]);
  return data.kind === 'samples' ? thumbnail(data, index) : null;
}

/** @param {import('../bettiscope.js').Tokens} tokens @param {number} [position] the one that is meant */
function tokenRow({ words, cut }, position) {
  const shown = words.map((word, i) => element(i === position ? 'mark' : 'span', { className: 'token' }, word));
  return element('p', { className: 'tokens' }, ...shown, ...(cut ? [element('small', {}, '… cut here')] : []));
}

/** @param {import('../bettiscope.js').Samples} data @param {number} index @returns {HTMLCanvasElement | null} */
function thumbnail(data, index) {
  if (!(data.values instanceof Uint8Array) || data.shape.length < 2) return null;
  const [height, width, channels = 1] = data.shape;
  const size = height * width * channels;
  const pixels = data.values.subarray(index * size, (index + 1) * size);
  const canvas = element('canvas', { width, height, className: 'thumbnail', 'aria-hidden': 'true' });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const image = context.createImageData(width, height);
  for (let p = 0; p < width * height; p += 1) {
    for (let c = 0; c < 3; c += 1) image.data[4 * p + c] = pixels[p * channels + (channels === 3 ? c : 0)];
    image.data[4 * p + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
