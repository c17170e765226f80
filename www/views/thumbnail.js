import { element } from '../dom.js';

/**
 * A sample as a small picture, if it is one.
 * @param {import('../bettiscope.js').Samples} data
 * @param {number} index
 * @returns {HTMLCanvasElement | null}
 */
export function thumbnail(data, index) {
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
