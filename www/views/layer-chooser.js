import { INPUT_LAYER } from '../bettiscope.js';
import { tensorOf } from '../bettiscope/analysis.js';
import { element, plural } from '../dom.js';
import { inOrder } from '../layer-choice.js';
import { KINDS, countsOfKinds, layerStrip } from './layer-strip.js';
import { LayerTree } from './layer-tree.js';

/**
 * Chooses the layers to observe in a tree of blocks, which repeat folded. Nothing changes until the choice is accepted.
 *
 * @typedef {import('../bettiscope.js').Layer} Layer
 * @typedef {import('../bettiscope.js').Network} Network
 * @typedef {{id: string, label: string, op: string, observed: boolean, shape?: (number | null)[]}} Offered
 * @typedef {{key: string, label: string, detail?: string, kind?: string, shape?: string, parameters?: number, title?: string, id?: string, leaves: string[], inside: string[], children: () => Node[]}} Node
 * `leaves`: what ticking it ticks; `inside`: all that can be ticked in it
 */

const ESTIMATE_AFTER_MS = 200;

export class LayerChooser {
  /** @param {{onAccept: (ids: string[]) => void, estimate: (nLayers: number) => Promise<string>}} options */
  constructor({ onAccept, estimate }) {
    this.onAccept = onAccept;
    this.estimate = estimate;
    /** @type {Set<string>} */
    this.chosen = new Set();
    /** @type {Set<string>} */
    this.unfolded = new Set();
    /** @type {Offered[]} */
    this.offered = [];
    /** @type {Network | null} */
    this.network = null;
    /** @type {Node[]} */
    this.roots = [];
    /** @type {Map<string, Node>} what is on screen */
    this.nodes = new Map();
    this.timer = 0;
    this.tree = new LayerTree({ onToggle: (key) => this.toggle(key), onFold: (key, unfold) => this.fold(key, unfold) });
    this.search = element('input', { type: 'search', placeholder: 'operator, name, shape', 'aria-label': 'Search layers', oninput: () => this.render() });
    this.found = element('span', { className: 'quiet', role: 'status' });
    this.choose = element('button', { type: 'button', hidden: true, onclick: () => this.chooseFound() });
    this.presets = element('div', { className: 'presets', role: 'group', 'aria-label': 'Ready choices' });
    this.strip = element('div', { className: 'strip' });
    this.legend = element('div', { className: 'strip-legend', role: 'group', 'aria-label': 'Kinds of layers' });
    this.count = element('strong', {});
    this.need = element('span', { className: 'quiet' });
    this.accept = element('button', { type: 'button', className: 'wanted', onclick: () => this.finish() }, 'Observe');
    this.dialog = element('dialog', { className: 'layer-chooser', 'aria-labelledby': 'layer-chooser-title' },
      element('div', { className: 'chooser-head' }, element('h2', { id: 'layer-chooser-title' }, 'Layers to observe'), this.presets),
      this.strip, this.legend,
      element('div', { className: 'chooser-search' }, this.search, this.found, this.choose),
      this.tree.host,
      element('div', { className: 'chooser-foot' }, element('p', { role: 'status' }, this.count, ' ', this.need),
        element('button', { type: 'button', onclick: () => this.dialog.close() }, 'Cancel'), this.accept));
    document.body.append(this.dialog);
  }

  /** @param {Offered[]} offered @param {Network | null} network @param {string[]} chosen ids */
  open(offered, network, chosen) {
    if (network !== this.network) this.unfolded.clear();
    Object.assign(this, { offered, network, chosen: new Set(chosen), roots: treeOf(offered, network) });
    this.search.value = '';
    const usual = { name: 'default', layers: offered.filter((layer) => layer.observed).map(({ id }) => id) };
    this.presets.replaceChildren(...[usual, ...(network?.presets ?? []), { name: 'none', layers: [] }].map(({ name, layers }) =>
      element('button', { type: 'button', 'data-preset': name, title: plural(layers.length, 'layer'), onclick: () => this.take(layers, name) }, name)));
    this.legend.replaceChildren(...countsOfKinds(this.wholes()).map(([kind, n]) =>
      element('button', { type: 'button', title: `Find: ${KINDS[kind]}`, onclick: () => { this.search.value = KINDS[kind]; this.render(); } },
        element('span', { className: 'kind-mark', 'data-kind': kind, 'aria-hidden': 'true' }), `${KINDS[kind]} ${n}`)));
    this.dialog.showModal();
    this.tree.host.scrollTop = 0;
    this.render();
    this.tree.host.focus();
  }

  /** @returns {Layer[]} */
  wholes() {
    return (this.network?.layers ?? []).filter(({ partOf }) => partOf === null);
  }

  /** Whether the input is observed as well stays as it is. @param {string[]} layers @param {string} name */
  take(layers, name) {
    const input = name !== 'default' && name !== 'none' && this.chosen.has(INPUT_LAYER) ? [INPUT_LAYER] : [];
    this.chosen = new Set([...input, ...layers]);
    this.render();
  }

  /** @param {string} key */
  toggle(key) {
    const node = this.nodes.get(key);
    if (!node) return;
    const all = node.leaves.every((id) => this.chosen.has(id));
    for (const id of all ? node.inside : node.leaves) this.chosen[all ? 'delete' : 'add'](id);
    this.render();
  }

  /** @param {string} key @param {boolean} unfold */
  fold(key, unfold) {
    this.unfolded[unfold ? 'add' : 'delete'](key);
    this.render();
  }

  render() {
    const query = this.search.value.trim().toLowerCase();
    this.nodes.clear();
    const rows = query ? this.matching(query).map((layer) => this.row(foundNode(layer), 1)) : this.visible(this.roots, 1);
    this.tree.show(rows);
    this.found.textContent = query ? `${plural(rows.length, 'layer')} found` : '';
    this.choose.hidden = !query || rows.length === 0;
    this.choose.textContent = rows.length > 0 && rows.every(({ state }) => state === 'true') ? 'drop these' : 'choose these';
    this.strip.replaceChildren(layerStrip(this.wholes(), this.marked()));
    const n = this.chosen.size;
    const all = this.wholes().length + (this.offered[0]?.id === INPUT_LAYER ? 1 : 0);
    this.count.textContent = `${n} of ${plural(all, 'layer')}`;
    this.accept.textContent = n === 0 ? 'Observe' : `Observe ${plural(n, 'layer')}`;
    this.accept.disabled = n === 0;
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.presets.querySelectorAll('button'))) button.setAttribute('aria-pressed', String(this.isTaken(button.dataset.preset ?? '')));
    clearTimeout(this.timer);
    this.need.textContent = n === 0 ? 'choose at least one' : '…';
    if (n > 0) this.timer = window.setTimeout(async () => { this.need.textContent = await this.estimate(this.chosen.size).catch(() => ''); }, ESTIMATE_AFTER_MS);
  }

  /** Layers that are observed themselves, by a head or by a step of theirs. */
  marked() {
    const wholeOf = new Map((this.network?.layers ?? []).map(({ id, partOf }) => [id, partOf ?? id]));
    return new Set([...this.chosen].map((id) => wholeOf.get(tensorOf(id)) ?? id));
  }

  /** @param {string} name */
  isTaken(name) {
    const preset = this.network?.presets.find((other) => other.name === name)?.layers;
    const wanted = name === 'default' ? this.offered.filter((layer) => layer.observed).map(({ id }) => id) : name === 'none' ? [] : preset ?? [];
    const input = preset && this.chosen.has(INPUT_LAYER) ? 1 : 0;
    return this.chosen.size === wanted.length + input && wanted.every((id) => this.chosen.has(id));
  }

  /** @param {string} query @returns {Offered[]} */
  matching(query) {
    const words = query.split(/\s+/);
    const text = (/** @type {any} */ { label, op, id, kind, shape }) => `${label} ${op} ${id} ${KINDS[/** @type {keyof typeof KINDS} */ (kind)] ?? ''} ${sizes(shape)}`.toLowerCase();
    return this.offered.filter((layer) => { const own = text(layer); return words.every((word) => own.includes(word)); });
  }

  chooseFound() {
    const keys = [...this.nodes.values()].flatMap(({ leaves }) => leaves);
    const drop = keys.every((id) => this.chosen.has(id));
    for (const id of keys) this.chosen[drop ? 'delete' : 'add'](id);
    this.render();
  }

  /** @param {Node[]} nodes @param {number} level @returns {import('./layer-tree.js').Row[]} */
  visible(nodes, level) {
    return nodes.flatMap((node) => [this.row(node, level), ...(this.unfolded.has(node.key) ? this.visible(node.children(), level + 1) : [])]);
  }

  /** @param {Node} node @param {number} level @returns {import('./layer-tree.js').Row} */
  row(node, level) {
    this.nodes.set(node.key, node);
    const { key, label, detail, kind, shape, parameters, title, leaves, inside } = node;
    const n = leaves.filter((id) => this.chosen.has(id)).length;
    const state = n === leaves.length && n > 0 ? 'true' : inside.some((id) => this.chosen.has(id)) ? 'mixed' : 'false';
    const folds = node.inside.length > 1;
    return { key, level, label, detail, kind, shape, parameters: parameters ? parameters.toLocaleString('en') : '', title, folds, unfolded: this.unfolded.has(key), state };
  }

  finish() {
    this.dialog.close();
    this.onAccept(inOrder([...this.chosen], { layers: this.offered, presets: [] }));
  }
}

/** @param {(number | null)[] | undefined} shape @returns {string} without the batch; a free size is a star */
const sizes = (shape) => (shape ?? []).slice(1).map((size) => size ?? '∗').join('×');

/** @param {Offered & Partial<Layer>} layer @returns {Node} */
function foundNode({ id, label, op, kind, shape, parameters }) {
  return { key: id, id, label, detail: op, kind, shape: sizes(shape), parameters, title: id, leaves: [id], inside: [id], children: () => [] };
}

/**
 * Groups of blocks, blocks, layers, and in these their heads and steps. Children are made when they are looked at.
 * @param {Offered[]} offered
 * @param {Network | null} network
 * @returns {Node[]}
 */
export function treeOf(offered, network) {
  const input = offered.filter(({ id }) => id === INPUT_LAYER).map((layer) => foundNode(layer));
  if (!network) return input;
  /** @type {Layer[][]} */
  const inBlock = network.blocks.map(() => []);
  /** @type {Map<string, Layer[]>} */
  const steps = new Map();
  for (const layer of network.layers) {
    if (layer.partOf === null) inBlock[layer.block].push(layer);
    else steps.set(layer.partOf, [...(steps.get(layer.partOf) ?? []), layer]);
  }
  const headIds = (/** @type {Layer} */ { id, heads }) => (heads > 1 ? Array.from({ length: heads }, (_, i) => `${id}#head=${i + 1}`) : []);
  const layerNode = (/** @type {Layer} */ layer, /** @type {string} */ within) => {
    const own = steps.get(layer.id) ?? [];
    const name = layer.label.startsWith(`${within} · `) ? layer.label.slice(within.length + 3) : layer.label;
    const parameters = layer.parameters + own.reduce((sum, step) => sum + step.parameters, 0);
    const children = () => [
      ...headIds(layer).map((id, i) => ({ ...foundNode({ ...layer, id, label: `head ${i + 1}`, parameters: 0, op: '' }), shape: '' })),
      ...own.map((step) => ({ ...foundNode(step), label: step.op, detail: step.kind === 'other' ? 'step' : KINDS[step.kind] })),
    ];
    return { ...foundNode(layer), label: name, parameters, inside: [layer.id, ...headIds(layer), ...own.map(({ id }) => id)], children };
  };
  const blockNode = (/** @type {number} */ at) => {
    const { label, kind, path, parameters, output } = network.blocks[at];
    const layers = inBlock[at];
    const nodes = layers.map((layer) => layerNode(layer, label));
    const shape = sizes(network.layers.find(({ id }) => id === output)?.shape);
    const detail = [kind === label ? '' : kind, path ?? ''].filter(Boolean).join(' · ');
    return { key: `block ${at}`, label, detail, shape, parameters, title: path ?? label, leaves: layers.map(({ id }) => id), inside: nodes.flatMap(({ inside }) => inside), children: () => nodes };
  };
  /** @type {number[][]} */
  const groups = [];
  network.blocks.forEach(({ group }, at) => {
    if (inBlock[at].length === 0) return;
    const last = groups[groups.length - 1];
    if (last && network.blocks[last[0]].group === group) last.push(at);
    else groups.push([at]);
  });
  return [...input, ...groups.map((places) => {
    if (places.length === 1) return blockNode(places[0]);
    const blocks = places.map(blockNode);
    const [first, last] = [network.blocks[places[0]], network.blocks[places[places.length - 1]]];
    return {
      key: `group ${first.group}`, label: `${first.kind} × ${places.length}`, detail: `blocks ${first.label.replace(/\D+/, '')}–${last.label.replace(/\D+/, '')}`, shape: blocks[blocks.length - 1].shape,
      parameters: blocks.reduce((sum, block) => sum + (block.parameters ?? 0), 0), leaves: blocks.flatMap(({ leaves }) => leaves), inside: blocks.flatMap(({ inside }) => inside), children: () => blocks,
    };
  })];
}
