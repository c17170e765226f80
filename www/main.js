/** Wires the page: state, places, files, theme, sharing. */
import { Bettiscope } from './bettiscope.js';
import { byId } from './dom.js';
import { acceptDrops } from './files.js';
import { embed } from './embed.js';
import { openFiles, openText } from './intake.js';
import { ensureIsolation } from './isolation.js';
import { NetworkPlace } from './network-place.js';
import { PaperPlace } from './paper-place.js';
import { PointsPlace } from './points-place.js';
import { OWN } from './session.js';
import { State, toHash } from './state.js';
import { StudyPlace } from './study-place.js';
import { theme } from './theme.js';
import { Alerts } from './views/alerts.js';
import { Door } from './views/door.js';

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
embed(state);
const paper = new PaperPlace(state, alerts); // words need no engine
fold();
state.onChange((changed) => {
  showPlace();
  if (changed.includes('theme')) theme.choose(state.choices.theme);
  reportProblems();
});

try {
  await ensureIsolation();
  const scope = await Bettiscope.start();
  describeBuild(scope.info);
  document.querySelector('#words .quiet')?.remove(); // the engine has started
  paper.begin(scope);
  const onFiles = (/** @type {File[]} */ files) => openFiles(files, places, state, alerts);
  const network = new NetworkPlace(scope, state, alerts, onFiles);
  const places = { network, paper, study: new StudyPlace(scope, state, alerts, network.session), points: new PointsPlace(scope, state, alerts) };
  network.elsewhere = (data) => places.points.adopt(data);
  places.points.elsewhere = (data) => network.adopt(data);
  const enter = () => places[/** @type {keyof places} */ (state.choices.place)].enter();
  state.onChange((changed) => changed.includes('place') && enter());
  const door = new Door({ panel: byId('door'), overlay: byId('drop-here') }, {
    onFiles: (files, addresses) => {
      state.set({ url: addresses });
      onFiles(files);
    },
    onFailure: (failure) => alerts.show(failure),
  });
  acceptDrops({
    onFiles: (files) => {
      state.set({ url: null });
      onFiles(files);
    },
    onText: (text) => openText(text, places, state, door),
  });
  if (state.choices.url && !state.choices.embed) door.offer(state.choices.url.join('\n'), 'The link you followed wants to open a file.');
  await enter();
  reportProblems();
} catch (failure) {
  document.documentElement.dataset.state = 'failed';
  byId('build').textContent = 'the engine did not start';
  alerts.show(failure);
}

/** On a phone the selectors fold into one sheet. */
function fold() {
  const phone = window.matchMedia('(max-width: 760px)');
  const apply = () => { for (const sheet of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll('details.fold'))) sheet.open = !phone.matches; };
  phone.addEventListener('change', apply);
  apply();
}

/** What was wrong with the link, once. */
function reportProblems() {
  if (state.problems.length) alerts.show({ message: state.problems.splice(0).join('; '), kind: 'note' });
}

function showPlace() {
  for (const place of ['network', 'study', 'paper', 'points']) byId(`${place}-place`).hidden = state.choices.place !== place;
  for (const link of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-place]'))) {
    if (link.dataset.place === state.choices.place) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const titles = { network: 'watch the shape of data change, layer by layer', study: 'how shape changes over depth and training', paper: 'the paper in your browser', points: 'the barcode of points' };
  document.title = `Bettiscope: ${titles[/** @type {keyof titles} */ (state.choices.place)]}`;
}

/** @param {import('./bettiscope/platform.js').Platform} info */
function describeBuild({ build, threads, workers, reason }) {
  const cores = `${workers} ${workers === 1 ? 'worker' : 'workers'}`;
  const words = build === 'threads' ? `${threads} ${threads === 1 ? 'thread' : 'threads'} · ${cores}` : `${cores}, no threads`;
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
  const ownPoints = state.choices.place === 'points' && byId('points-place').dataset.own === 'true';
  const ownStudy = state.choices.place === 'study' && byId('study-place').dataset.own === 'true';
  if (state.choices.url) alerts.show({ message: `the link holds the address of your files: whoever opens it is asked whether ${state.choices.url.map((/** @type {string} */ url) => new URL(url).host).join(' and ')} may be asked for them`, kind: 'note' });
  else if (own || ownPoints || ownStudy) alerts.show({ message: 'the link holds all choices but not your own files, which never leave this tab: whoever opens it sees the bundled ones instead', kind: 'note' });
}
