/** Wires the page: state, places, files, theme, sharing. */
import { Bettiscope } from './bettiscope.js';
import { byId } from './dom.js';
import { acceptDrops, isNetwork } from './files.js';
import { ensureIsolation } from './isolation.js';
import { NetworkPlace } from './network-place.js';
import { PointsPlace } from './points-place.js';
import { OWN } from './session.js';
import { PANELS, State, toHash } from './state.js';
import { theme } from './theme.js';
import { Alerts } from './views/alerts.js';

const state = new State();
const alerts = new Alerts(byId('alert'));
document.documentElement.dataset.state = 'opening';

theme.choose(state.choices.theme);
theme.apply();
byId('theme').addEventListener('click', () => {
  theme.choose(theme.name === 'dark' ? 'light' : 'dark');
  state.set({ theme: theme.name });
});
byId('share').addEventListener('click', share);
for (const link of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-place]'))) {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    state.set({ place: link.dataset.place, scale: null }, { step: true });
  });
}
showPlace();
embed();
state.onChange(showPlace);

try {
  await ensureIsolation();
  const scope = await Bettiscope.start();
  describeBuild(scope.info);
  const network = new NetworkPlace(scope, state, alerts);
  const points = new PointsPlace(scope, state, alerts);
  const opened = { network: false, points: false };
  const open = async () => {
    const place = /** @type {'network' | 'points'} */ (state.choices.place);
    if (opened[place]) return;
    opened[place] = true;
    await (place === 'network' ? network.start() : points.run());
  };
  state.onChange((changed) => changed.includes('place') && open());
  acceptDrops((files) => {
    if (files.length === 0) return;
    if (isNetwork(files)) network.open(files, 'network');
    else if (state.choices.place === 'points') points.open(files);
    else network.open(files, 'data');
  });
  if (state.problems.length) alerts.show({ message: state.problems.join('; '), kind: 'note' });
  await open();
  if (state.problems.length) alerts.show({ message: state.problems.join('; '), kind: 'note' });
} catch (failure) {
  document.documentElement.dataset.state = 'failed';
  alerts.show(failure);
}

function showPlace() {
  for (const place of ['network', 'points']) byId(`${place}-place`).hidden = state.choices.place !== place;
  for (const link of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-place]'))) {
    if (link.dataset.place === state.choices.place) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

/** @param {import('./bettiscope/platform.js').Platform} info */
function describeBuild({ build, threads, workers, reason }) {
  const words = build === 'threads' ? `${threads} threads · ${workers} workers` : `plain build · ${workers} workers`;
  byId('build').textContent = words;
  byId('build').title = reason ? `Without shared-memory threads: ${reason}` : 'Shared-memory threads for barcodes, workers for networks';
  document.documentElement.dataset.build = build;
}

async function share() {
  const own = [state.choices.network, state.choices.data].some((key) => String(key).startsWith(OWN));
  const link = new URL(toHash({ ...state.choices, embed: 0, show: null }), location.href.split('#')[0]).href;
  try {
    await navigator.clipboard.writeText(link);
    byId('share').textContent = 'Copied';
  } catch {
    window.prompt('The link to this picture:', link);
  }
  setTimeout(() => { byId('share').textContent = 'Share'; }, 1500);
  if (own) alerts.show({ message: 'the link holds all choices but not your own files: whoever opens it sees the bundled network or data instead', kind: 'note' });
}

/** In another page: only the chosen panels, a link out, and the height for the host. */
function embed() {
  const asked = state.choices.embed === 1 || new URLSearchParams(location.search).get('embed') === '1';
  if (!asked) return;
  document.documentElement.classList.add('embedded');
  const shown = state.choices.show ?? ['profile', 'cloud', 'barcode'];
  for (const panel of PANELS) document.documentElement.classList.toggle(`without-${panel}`, !shown.includes(panel));
  const out = byId('open-full');
  out.hidden = false;
  const update = () => { out.href = toHash({ ...state.choices, embed: 0, show: null }); };
  update();
  state.onChange(update);
  new ResizeObserver(() => window.parent.postMessage({ type: 'bettiscope:resize', height: document.documentElement.scrollHeight }, '*')).observe(document.body);
}
