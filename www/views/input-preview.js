import { element, plural, short } from '../dom.js';
import { sampleView } from './sample.js';

/** So wide is a picture as the network sees it, at most. */
const WIDEST = 96;
/** So many texts are shown as tokens. */
const N_TEXTS = 4;

/**
 * Pictures and plain numbers as the network gets them.
 * @param {HTMLElement} host
 * @param {{found: import('../bettiscope/input.js').Preview, data: import('../bettiscope.js').Samples}} shown
 */
export function showPicturesAsSeen(host, { found, data }) {
  const { channels, histogram, size, resizedFrom, shape } = found;
  const [low, high] = [Math.min(...channels.map((c) => c.low)), Math.max(...channels.map((c) => c.high))];
  const names = channels.length === 3 ? ['1st channel', '2nd channel', '3rd channel'] : ['all values'];
  const most = Math.max(...histogram);
  const bars = Array.from(histogram, (n) => {
    const bar = element('span', {});
    bar.style.height = `${n === 0 ? 0 : Math.max(2, (100 * n) / most)}%`;
    return bar;
  });
  host.replaceChildren(
    element('h3', {}, 'What the network sees'),
    element('div', { className: 'seen-pictures' }, ...(size ? pictures(found, data) : [])),
    ...(size && resizedFrom ? [element('p', { className: 'quiet' }, `Resized from ${resizedFrom.join(' × ')} to ${size.join(' × ')} pixels, as Pillow does.`)] : []),
    element('div', { className: 'histogram', role: 'img', 'aria-label': `Histogram of the input values, from ${short(low)} to ${short(high)}` }, ...bars),
    element('div', { className: 'histogram-ends quiet' }, element('span', {}, short(low)), element('span', {}, `values of ${plural(found.index.length, 'sample')}, ${shape.join(' × ')} each`), element('span', {}, short(high))),
    element('table', {},
      element('thead', {}, element('tr', {}, ...['', 'lowest', 'mean', 'highest', 'deviation'].map((words) => element('th', { scope: 'col' }, words)))),
      element('tbody', {}, ...channels.map((c, i) => element('tr', {}, element('th', { scope: 'row' }, names[i] ?? `channel ${i + 1}`), ...[c.low, c.mean, c.high, c.deviation].map((v) => element('td', { title: String(v) }, short(v))))))),
  );
}

/** @param {import('../bettiscope/input.js').Preview} found @param {import('../bettiscope.js').Samples} data */
function pictures({ size, pixels, index }, { labels, classes }) {
  const [height, width] = /** @type {[number, number]} */ (size);
  const length = height * width * 4;
  return Array.from(index, (sample, i) => {
    const name = labels ? classes[labels[sample]] : `sample ${sample}`;
    const canvas = element('canvas', { height, width, role: 'img', 'aria-label': `${name} as the network sees it` });
    canvas.style.width = `${Math.min(WIDEST, Math.max(56, width))}px`;
    canvas.classList.toggle('sharp', width < WIDEST);
    /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).putImageData(new ImageData(new Uint8ClampedArray(pixels.slice(i * length, (i + 1) * length)), width, height), 0, 0);
    return element('figure', {}, canvas, element('figcaption', {}, name));
  });
}

/**
 * Texts as the network gets them: cut into tokens, and cut off.
 * @param {HTMLElement} host
 * @param {{network: import('../bettiscope.js').Network, data: import('../session.js').Data, seen: import('../bettiscope.js').Seen | null}} shown
 */
export function showTextsAsSeen(host, { network, data, seen }) {
  const title = element('h3', {}, 'What the network sees');
  const limit = element('p', {}, `Texts are cut to ${plural(network.maxTokens, 'token')}; shorter ones are filled up, which the attention mask hides and no pooling counts.`);
  if (!seen?.tokens) return host.replaceChildren(title, limit, element('p', { className: 'quiet' }, 'The tokens show here once it has run.'));
  const { tokens, index } = seen;
  const lengths = tokens.map(({ ids }) => ids.length).sort((a, b) => a - b);
  const nCut = tokens.filter(({ cut }) => cut).length;
  const words = `${plural(tokens.length, 'text')} of ${lengths[0]} to ${lengths[lengths.length - 1]} tokens, half of them up to ${lengths[Math.floor((lengths.length - 1) / 2)]}; ${nCut === 0 ? 'none was cut' : `${nCut} ${nCut === 1 ? 'was' : 'were'} cut`}.`;
  // What is cut is what may surprise: those first.
  const order = tokens.map((_token, i) => i).sort((a, b) => Number(tokens[b].cut) - Number(tokens[a].cut) || a - b).slice(0, N_TEXTS);
  const texts = order.map((i) => {
    const view = data.kind === 'texts' ? sampleView({ data, index: index[i], tokens: tokens[i] }) : element('p', { className: 'tokens' }, ...tokens[i].words.map((word) => element('span', { className: 'token' }, word)), ...(tokens[i].cut ? [element('small', {}, '… cut here')] : []));
    return element('li', {}, view ?? '');
  });
  host.replaceChildren(title, limit, element('p', {}, words), element('ol', { className: 'seen-texts' }, ...texts));
}
