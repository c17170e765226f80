import { dataByGroup, seriesByGroup, siblings } from '../catalog.js';
import { byId, element } from '../dom.js';

/**
 * Which network, which data: the bundled ones, those the user brought, and the ways to bring more. A network stands for
 * its whole training; the checkpoint is chosen along the training below.
 */
export class Choosers {
  /**
   * @param {import('../session.js').Session} session
   * @param {{onSeries: (members: import('../catalog.js').BundledNetwork[]) => void, onNetwork: (key: string) => void, onData: (key: string) => void,
   *   onFiles: (files: File[]) => void}} options
   */
  constructor(session, { onSeries, onNetwork, onData, onFiles }) {
    this.session = session;
    this.network = byId('choose-network');
    this.data = byId('choose-data');
    this.network.addEventListener('change', () => {
      const key = this.network.value;
      const series = seriesByGroup(session.catalog.networks).flatMap((group) => group.series).find((s) => s.key === key);
      const own = session.own.series.find((s) => s.key === key);
      if (series) onSeries(series.members);
      else onNetwork(own?.members.at(-1)?.key ?? key);
    });
    this.data.addEventListener('change', () => onData(this.data.value));
    for (const id of ['open-network', 'open-data', 'open-folder']) {
      const input = byId(id);
      input.addEventListener('change', () => {
        const files = [...input.files];
        input.value = '';
        if (files.length) onFiles(files);
      });
    }
  }

  /** @param {string} network @param {string} data the chosen ones */
  show(network, data) {
    const { catalog, own } = this.session;
    const kind = this.session.kindOf(network);
    const groups = seriesByGroup(catalog.networks);
    const yours = (/** @type {Map<string, import('../session.js').Own>} */ brought) => optgroup('Yours', [...brought].map(([key, { name }]) => [key, name]));
    const alone = new Map([...own.networks].filter(([key]) => !this.session.seriesOf(key)));
    this.network.replaceChildren(
      ...groups.flatMap(({ label, series }) => optgroup(label, series.map((s) => [s.key, s.label]))),
      ...yours(alone),
      ...optgroup('Your trainings', own.series.map(({ key, name, members }) => [key, `${name}: ${members.length} checkpoints`])),
    );
    this.data.replaceChildren(
      ...dataByGroup(catalog.datasets, kind).flatMap((group) => optgroup(group.label, group.data.map(({ id, name }) => [id, name]))),
      ...yours(new Map([...own.data].filter(([key, brought]) => brought.kind === kind && (kind !== 'activations' || key === network)))),
    );
    const members = new Set(siblings(catalog.networks, network));
    this.network.value = groups.flatMap((group) => group.series).find((s) => s.members.some((n) => members.has(n)))?.key ?? this.session.seriesOf(network)?.key ?? network;
    this.data.value = data;
  }
}

/** @param {string} label @param {[value: string, words: string][]} options @returns {HTMLElement[]} nothing without options */
function optgroup(label, options) {
  if (options.length === 0) return [];
  return [element('optgroup', { label }, ...options.map(([value, words]) => element('option', { value }, words)))];
}
