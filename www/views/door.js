import { byId, element, plural } from '../dom.js';
import { download, readLinks } from '../link.js';

/** What can be opened, in the words of those who have it. */
const KINDS = [
  ['networks', '.onnx, with weights in files of their own (.data, .bin) and tokenizer.json beside it; several are checkpoints of one training'],
  ['images', 'PNG, JPEG …; folders and zip files with a folder per class'],
  ['arrays', '.npy, .npz, IDX, CSV, safetensors'],
  ['activations', '.npz or .safetensors with one array per layer: no network is needed'],
  ['texts', 'one per line, CSV or TSV with a column of texts, JSON lines'],
  ['distances', 'full, lower or upper matrix, DIPHA'],
  ['studies, reports', 'as this page saves them'],
];

/**
 * The page's door: own files by choosing, dropping, pasting, or from an address.
 */
export class Door {
  /**
   * @param {{panel: HTMLElement, overlay: HTMLElement}} hosts `panel` is a popover
   * @param {{onFiles: (files: File[], addresses: string[] | null) => void, onFailure: (failure: any) => void}} options
   */
  constructor({ panel, overlay }, { onFiles, onFailure }) {
    this.panel = panel;
    /** @type {import('../link.js').Link[]} */
    this.links = [];
    this.onFiles = onFiles;
    this.onFailure = onFailure;
    const picker = (/** @type {string} */ words, /** @type {string} */ label, /** @type {object} */ properties) => {
      const input = element('input', { type: 'file', 'aria-label': label, ...properties, onchange: () => {
        const files = [...(input.files ?? [])];
        input.value = '';
        this.close();
        if (files.length) onFiles(files, null);
      } });
      return element('label', { className: 'file' }, words, input);
    };
    this.address = element('textarea', { id: 'door-address', rows: 2, spellcheck: false, placeholder: 'https://…/model.onnx', oninput: () => this.consider() });
    this.asks = element('p', { className: 'asks', role: 'status' });
    this.fetch = element('button', { type: 'button', id: 'door-download', disabled: true, onclick: () => this.download() }, 'Download');
    const kinds = () => element('dl', { className: 'keys' }, ...KINDS.flatMap(([term, words]) => [element('dt', {}, term), element('dd', {}, words)]));
    const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content') ?? '';
    this.policy = element('details', { id: 'policy' }, element('summary', {}, 'Nothing is uploaded'),
      element('p', {}, 'Everything is computed in this tab. The page’s Content-Security-Policy, which the browser enforces for the page and its workers, lets them ask no host but the one they came from:'),
      element('pre', {}, policy),
      element('p', {}, 'Addresses are therefore downloaded in a small window of its own. It is given the address and nothing else, so that all a host learns is that its file is wanted.'));
    byId('see-policy').addEventListener('click', () => { this.policy.open = true; });
    panel.replaceChildren(
      element('div', { className: 'panel-head' }, element('h2', {}, 'Open your own'), element('button', { type: 'button', className: 'save', onclick: () => this.close() }, 'close')),
      element('div', { className: 'row' }, picker('files …', 'Open your own files', { id: 'door-files', multiple: true }), picker('folder …', 'Open a folder', { webkitdirectory: true }),
        element('span', { className: 'quiet' }, 'or drop or paste them anywhere on the page')),
      kinds(),
      element('label', { for: 'door-address' }, 'From an address (one per line; files on GitHub and Hugging Face too)'), this.address,
      element('div', { className: 'row' }, this.fetch, this.asks),
      this.policy,
    );
    overlay.replaceChildren(element('div', {}, element('h2', {}, 'Drop it anywhere'), kinds(), element('p', { className: 'quiet' }, 'It stays on this computer: nothing is uploaded.')));
    this.consider();
  }

  open() {
    if (!this.panel.matches(':popover-open')) this.panel.showPopover();
  }

  close() {
    if (this.panel.matches(':popover-open')) this.panel.hidePopover();
  }

  /** Addresses that were pasted, dropped, or are part of a link: the user decides. @param {string} text @param {string} [why] */
  offer(text, why = '') {
    this.address.value = text.trim();
    this.consider(why);
    this.open();
    this.fetch.focus();
  }

  /** Says who would be asked for what. @param {string} [why] */
  consider(why = '') {
    const { links, problem } = readLinks(this.address.value);
    this.links = links;
    this.fetch.disabled = links.length === 0;
    const hosts = [...new Set(links.map(({ host }) => host))].join(' and ');
    const what = links.length > 3 ? plural(links.length, 'file') : links.map(({ name }) => name).join(', ');
    this.asks.textContent = problem || (links.length ? `${why} Asks ${hosts} for ${what}. Only this download happens: nothing of yours is sent.`.trim() : '');
    this.asks.classList.toggle('problem', problem !== '');
  }

  async download() {
    const { links } = this;
    this.fetch.disabled = true;
    try {
      const files = await download(links, { onProgress: ({ done, total }) => { this.asks.textContent = `${(done / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`; } });
      this.address.value = '';
      this.close();
      this.onFiles(files, links.map(({ url }) => url.href));
    } catch (/** @type {any} */ failure) {
      this.close();
      this.onFailure(failure);
    } finally {
      this.consider();
    }
  }
}
