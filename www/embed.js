import { byId } from './dom.js';
import { PANELS, toHash } from './state.js';

/**
 * In another page: only the chosen panels, a link out, and the height for the host.
 * @param {import('./state.js').State} state
 */
export function embed(state) {
  const asked = state.choices.embed === 1 || new URLSearchParams(location.search).get('embed') === '1';
  if (!asked) return;
  const root = document.documentElement;
  root.classList.add('embedded');
  const shown = state.choices.show ?? ['profile', 'cloud', 'barcode'];
  for (const panel of PANELS) root.classList.toggle(`without-${panel}`, !shown.includes(panel));
  const out = byId('open-full');
  out.hidden = false;
  const update = () => { out.href = new URL(toHash({ ...state.choices, embed: 0, show: null }), location.href.split(/[?#]/)[0]).href; };
  update();
  state.onChange(update);
  const tellHeight = () => window.parent.postMessage({ type: 'bettiscope:resize', height: Math.ceil(document.body.getBoundingClientRect().height) }, '*');
  if (window.parent !== window) new ResizeObserver(tellHeight).observe(document.body);
}
