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
   *   onFiles: (files: File[], kind: 'network' | 'data') => void}} options
   */
  constructor(session, { onSeries, onNetwork, onData, onFiles }) {
    this.session = session;
    this.network = byId('choose-network');
    this.data = byId('choose-data');
    this.network.addEventListener('change', () => {
      const key = this.network.value;
      const series = seriesByGroup(session.catalog.networks).flatMap((group) => group.series).find((s) => s.key === key);
      if (series) onSeries(series.members);
      else onNetwork(key);
    });
    this.data.addEventListener('change', () => onData(this.data.value));
    for (const [id, kind] of /** @type {const} */ ([['open-network', 'network'], ['open-data', 'data'], ['open-folder', 'data']])) {
      const input = byId(id);
      input.addEventListener('change', () => {
        const files = [...input.files];
        input.value = '';
        if (files.length) onFiles(files, kind);
      });
    }
  }

  /** @param {string} network @param {string} data the chosen ones */
  show(network, data) {
    const { catalog, own } = this.session;
    const kind = this.session.kindOf(network);
    const groups = seriesByGroup(catalog.networks);
    const yours = (/** @type {Map<string, import('../session.js').Own>} */ brought) => optgroup('Yours', [...brought].map(([key, { name }]) => [key, name]));
    this.network.replaceChildren(
      ...groups.flatMap(({ label, series }) => optgroup(label, series.map((s) => [s.key, s.label]))),
      ...yours(own.networks),
    );
    this.data.replaceChildren(
      ...dataByGroup(catalog.datasets, kind).flatMap((group) => optgroup(group.label, group.data.map(({ id, name }) => [id, name]))),
      ...yours(new Map([...own.data].filter(([, brought]) => brought.kind === kind))),
    );
    const members = new Set(siblings(catalog.networks, network));
    this.network.value = groups.flatMap((group) => group.series).find((s) => s.members.some((n) => members.has(n)))?.key ?? network;
    this.data.value = data;
  }
}

/** @param {string} label @param {[value: string, words: string][]} options @returns {HTMLElement[]} nothing without options */
function optgroup(label, options) {
  if (options.length === 0) return [];
  return [element('optgroup', { label }, ...options.map(([value, words]) => element('option', { value }, words)))];
}
