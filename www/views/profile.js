import { element } from '../dom.js';
import { Picture, pixelX } from '../picture.js';
import { color } from '../theme.js';
import { meanLifespans } from './strata.js';

/**
 * Lifespan sums over relative depth, one picture per dimension; the marker stands at the selected layer.
 *
 * @typedef {import('../bettiscope.js').LayerResult} LayerResult
 */
export class Profile {
  /**
   * @param {HTMLElement} host
   * @param {{draw: (figure: any) => Promise<any>, onSelect: (id: string) => void}} options
   */
  constructor(host, { draw, onSelect }) {
    this.host = host;
    this.draw = draw;
    this.onSelect = onSelect;
    /** @type {LayerResult[]} */
    this.layers = [];
    /** @type {{name: string, layers: LayerResult[]} | null} */
    this.before = null;
    this.selected = '';
    /** @type {Picture[]} */
    this.pictures = [];
  }

  /**
   * @param {LayerResult[]} layers in depth order
   * @param {{name: string, layers: LayerResult[]} | null} before another checkpoint, drawn faintly
   */
  show(layers, before) {
    this.layers = layers;
    this.before = before;
    const dims = layers.length ? layers[0].clouds[0].lifespans.length : 0;
    while (this.pictures.length < dims) this.addPicture();
    while (this.pictures.length > dims) /** @type {any} */ (this.pictures.pop())?.stage.parentElement?.remove();
    this.pictures.forEach((picture, dim) => picture.show(this.figure(dim)));
  }

  addPicture() {
    const dim = this.pictures.length;
    const panel = element('div', { className: 'profile-panel' });
    const picture = new Picture(panel, { draw: this.draw, name: `profile-h${dim}`, label: `the H${dim} profile`, height: (w) => Math.max(150, Math.min(190, w * 0.5)) });
    panel.prepend(element('div', { className: 'panel-head' }, element('h3', { className: `h${dim}` }, `H${dim} lifespan sum over depth`), picture.saves));
    picture.onDrawn = () => this.mark(picture);
    picture.stage.addEventListener('click', (event) => {
      const [area] = picture.panels;
      if (!area || !this.layers.length) return;
      const { x } = picture.place(/** @type {PointerEvent} */ (event));
      const nearest = this.layers.reduce((best, layer) => (Math.abs(pixelX(area, layer.depth) - x) < Math.abs(pixelX(area, best.depth) - x) ? layer : best));
      this.onSelect(nearest.id);
    });
    this.host.append(panel);
    this.pictures.push(picture);
  }

  /** @param {number} dim */
  figure(dim) {
    /** @param {string} name @param {LayerResult[]} layers @param {boolean} faint */
    const series = (name, layers, faint) => {
      const perCloud = layers.map((layer) => layer.clouds.map((cloud) => cloud.lifespans[dim]));
      const band = !faint && perCloud.some((values) => values.length > 1)
        ? { low: perCloud.map((v) => Math.min(...v)), high: perCloud.map((v) => Math.max(...v)) } : {};
      return { name, color: faint ? 'muted' : `h${dim}`, dashed: faint, x: layers.map((l) => l.depth), y: layers.map((l) => meanLifespans(l)[dim]), ...band };
    };
    const lines = [series(this.before ? 'now' : '', this.layers, false)];
    if (this.before?.layers[0]?.clouds[0].lifespans[dim] !== undefined) lines.unshift(series(this.before.name, this.before.layers, true));
    return { kind: 'profile', series: lines, xLabel: 'relative depth', yLabel: 'Rips diameter', title: `H${dim} lifespan sum over depth` };
  }

  /** @param {string} id */
  select(id) {
    this.selected = id;
    this.pictures.forEach((picture) => this.mark(picture));
  }

  /** @param {Picture} picture */
  mark(picture) {
    const [area] = picture.panels;
    const layer = this.layers.find(({ id }) => id === this.selected);
    if (!area) return;
    const context = picture.overlay();
    if (!layer) return;
    const x = pixelX(area, layer.depth);
    context.strokeStyle = color('accent');
    context.lineWidth = 2;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(x, area.y);
    context.lineTo(x, area.y + area.height);
    context.stroke();
    context.setLineDash([]);
  }
}
