/** Light paper or deep night: the system's wish unless the user chose. */
class Theme extends EventTarget {
  constructor() {
    super();
    this.system = window.matchMedia('(prefers-color-scheme: dark)');
    /** @type {'light' | 'dark' | ''} */
    this.chosen = '';
    this.system.addEventListener('change', () => this.apply());
  }

  /** @returns {'light' | 'dark'} */
  get name() {
    return this.chosen || (this.system.matches ? 'dark' : 'light');
  }

  /** @param {'light' | 'dark' | ''} chosen */
  choose(chosen) {
    this.chosen = chosen;
    this.apply();
  }

  apply() {
    if (document.documentElement.dataset.theme === this.name) return;
    document.documentElement.dataset.theme = this.name;
    this.dispatchEvent(new Event('change'));
  }
}

export const theme = new Theme();

/** @param {string} name of a CSS variable, without dashes @returns {string} */
export const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
