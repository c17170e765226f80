import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const [light, dark] = read('www/style.css').split("[data-theme='dark']").map((text) => text.slice(0, text.indexOf('}')));
const rust = read('src/plot/palette.rs').toLowerCase().replaceAll('_', '');

/** @param {string} text @param {string} name */
const value = (text, name) => {
  const found = text.match(new RegExp(`--${name}: (#[0-9a-f]{6})`))?.[1];
  assert.ok(found, `the style sheet has a colour ${name}`);
  return found;
};

/** @param {string} color @returns {number} relative luminance (WCAG 2.1) */
function luminance(color) {
  const [r, g, b] = [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {string} a @param {string} b */
function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

for (const [theme, text] of [['light', light], ['dark', dark]]) {
  test(`${theme}: words can be read on every ground`, () => {
    for (const ground of ['ground', 'raised', 'grid']) {
      for (const ink of ['ink', 'muted', 'h0-words', 'h1-words', 'h2', 'accent']) {
        const found = contrast(value(text, ink), value(text, ground));
        assert.ok(found >= 4.5, `${ink} on ${ground} has a contrast of ${found.toFixed(2)}`);
      }
    }
  });

  test(`${theme}: data stand out from the ground`, () => {
    const names = ['h0', 'h1', 'h2', ...Array.from({ length: 10 }, (_, i) => `class${i}`)];
    for (const name of names) assert.ok(contrast(value(text, name), value(text, 'ground')) >= 3, name);
  });

  test(`${theme}: legend and pictures share their colours`, () => {
    for (let i = 0; i < 10; i += 1) assert.ok(rust.includes(value(text, `class${i}`).slice(1)), `class${i}`);
    for (let i = 0; i < 3; i += 1) assert.ok(rust.includes(value(text, `h${i}`).slice(1)), `h${i}`);
  });
}
