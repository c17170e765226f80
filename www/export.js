/** Results as files. */

/** @param {string} name @param {BlobPart} content @param {string} type */
export function download(name, content, type) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** @param {string} name without ending @param {string} svg */
export const saveSvg = (name, svg) => download(`${name}.svg`, `<?xml version="1.0" encoding="UTF-8"?>\n${svg}`, 'image/svg+xml');

/**
 * @param {string} name without ending
 * @param {string} svg
 * @param {number} width in CSS pixels; the picture has twice as many
 * @param {number} height
 */
export async function savePng(name, svg, width, height) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = new OffscreenCanvas(2 * width, 2 * height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.drawImage(image, 0, 0, 2 * width, 2 * height);
  download(`${name}.png`, await canvas.convertToBlob({ type: 'image/png' }), 'image/png');
}

/**
 * @param {(string | number | null)[][]} rows the first one holds the names of the columns
 * @returns {string} RFC 4180, infinity as `inf`
 */
export function csv(rows) {
  const cell = (/** @type {string | number | null} */ value) => {
    if (value === Infinity) return 'inf';
    const words = String(value ?? '');
    return /[",\n]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
  };
  return rows.map((row) => row.map(cell).join(',')).join('\n') + '\n';
}

/** @param {import('./bettiscope.js').Barcode} barcode */
export function barcodeRows({ dims, births, deaths, edges }) {
  /** @type {(string | number | null)[][]} */
  const rows = [['dimension', 'birth', 'death', 'length', 'point a', 'point b']];
  const point = (/** @type {number} */ i) => (edges[i] === 0xffffffff ? '' : edges[i]);
  dims.forEach((dim, i) => rows.push([dim, births[i], deaths[i], deaths[i] - births[i], point(2 * i), point(2 * i + 1)]));
  return rows;
}

/** @param {import('./bettiscope.js').Analysis} analysis @returns {(string | number | null)[][]} one row per layer and cloud */
export function analysisRows({ layers, settings }) {
  const maxDim = /** @type {any} */ (settings).maxDim;
  const dims = Array.from({ length: maxDim + 1 }, (_, dim) => dim);
  const columns = dims.flatMap((dim) => [`H${dim} intervals`, `H${dim} lifespan sum`]);
  /** @type {(string | number | null)[][]} */
  const rows = [['layer', 'relative depth', 'cloud', 'points', 'coordinates', ...columns]];
  for (const layer of layers) {
    for (const cloud of layer.clouds) {
      const counts = dims.flatMap((dim) => [cloud.barcode.dims.filter((d) => d === dim).length, cloud.lifespans[dim]]);
      rows.push([layer.label, layer.depth, cloud.name, cloud.index.length, layer.nCoords, ...counts]);
    }
  }
  return rows;
}

/**
 * JSON with typed arrays as plain ones and infinity as the string "inf", which JSON cannot hold otherwise.
 * @param {any} value
 */
export const json = (value) => JSON.stringify(value, (_, v) => {
  if (v === Infinity) return 'inf';
  return ArrayBuffer.isView(v) ? Array.from(/** @type {any} */ (v), (x) => (x === Infinity ? 'inf' : x)) : v;
});
