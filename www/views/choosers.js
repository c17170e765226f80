import { byId, element } from '../dom.js';
import { OWN } from '../session.js';

/** Which network, which data: the bundled ones, those the user brought, and the ways to bring more. */
export class Choosers {
  /**
   * @param {import('../session.js').Session} session
   * @param {{onNetwork: (key: string) => void, onData: (key: string) => void, onFiles: (files: File[], kind: 'network' | 'data') => void}} options
   */
  constructor(session, { onNetwork, onData, onFiles }) {
    this.session = session;
    this.network = byId('choose-network');
    this.data = byId('choose-data');
    this.network.addEventListener('change', () => onNetwork(this.network.value));
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
    const { networks, datasets } = this.session.catalog;
    const option = (/** @type {string} */ value, /** @type {string} */ words) => element('option', { value }, words);
    const families = [...Map.groupBy(networks, (n) => `${n.family}\n${n.dataset}`).values()];
    this.network.replaceChildren(
      ...families.map((members) => element('optgroup', { label: commonName(members) }, ...members.map((n) => option(n.id, n.name)))),
      ...this.own('network'),
    );
    this.data.replaceChildren(...datasets.map((d) => option(d.id, d.name)), ...this.own('data'));
    this.network.value = network;
    this.data.value = data;
  }

  /** @param {'network' | 'data'} what @returns {HTMLElement[]} what the user brought, still in memory */
  own(what) {
    const map = what === 'network' ? this.session.networks : this.session.data;
    const keys = [...map.keys()].filter((key) => key.startsWith(OWN));
    if (keys.length === 0) return [];
    const group = element('optgroup', { label: 'yours' });
    for (const key of keys) {
      const made = element('option', { value: key }, '…');
      map.get(key)?.then(({ name }) => { made.textContent = name; });
      group.append(made);
    }
    return [group];
  }
}

/** “ResNet on Fashion-MNIST” of its checkpoints. @param {{name: string, family: string}[]} members */
const commonName = ([{ name, family }]) => name.split(',')[0] || family;
