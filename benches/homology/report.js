/** The benchmark's results as JSON, as tables and as a picture. */
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * @typedef {{case: string, n: number, max_dim: number, threshold: number | null, program: string, version: string,
 *   where: 'native' | 'chromium', threads: number, seconds: number, first_seconds: number, runs: number,
 *   peak_bytes: number | null, agrees: boolean, date: string, part: 'main' | 'H0' | 'H1'}} Row
 * @typedef {{machine: string, chromium: string}} About
 */

const ours = (/** @type {Row} */ row) => row.program === 'bettiscope';

/** @param {string} folder @param {Row[]} rows @param {About} about */
export function writeReport(folder, rows, about) {
  const json = rows.map(({ part, ...row }) => row);
  writeFileSync(`${folder}/benchmarks.json`, `[\n${json.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`);
  writeFileSync(`${folder}/benchmarks.svg`, picture(rows));
  writeFileSync(`${folder}/benchmarks.md`, markdown(rows, about));
}

/** Three significant digits. @param {number | undefined} seconds */
function ms(seconds) {
  if (seconds === undefined) return '–';
  const value = seconds * 1000;
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** @param {number | null | undefined} bytes */
const mb = (bytes) => (bytes ? (bytes / 1e6).toFixed(0) : '–');

/** @param {Row[]} rows of one case */
function summary(rows) {
  const find = (/** @type {string} */ where, /** @type {number} */ threads) => rows.find((r) => ours(r) && r.where === where && r.threads === threads);
  const peers = rows.filter((r) => !ours(r)).sort((a, b) => a.seconds - b.seconds);
  return { native1: find('native', 1), native2: find('native', 2), tab1: find('chromium', 1), tab2: find('chromium', 2), peers, fastest: peers[0] };
}

/** What the program aims at, as a ratio to the fastest peer. @param {Row} row */
function goal(row) {
  if (row.max_dim > 1) return row.n > 20 ? 1 : null;
  if (row.case.includes('clouds')) return 0.08;
  return row.n >= 1000 ? 0.06 : row.n >= 50 ? 0.15 : null;
}

/** @param {Row[]} rows @param {About} about */
function markdown(rows, about) {
  const names = [...new Set(rows.map((r) => r.case))];
  const versions = [...new Set(rows.map((r) => `${r.program} ${r.version}`))].join(', ');
  const dates = [...new Set(rows.map((r) => r.date))].sort();
  const lines = [
    '# Benchmarks of the Vietoris–Rips engine',
    '',
    `Made by \`npm run bench:homology\` on ${dates.join(', ')}: ${about.machine}, Chromium ${about.chromium}, ${versions}.`,
    'Medians of five runs of programs that took turns, of 25 where all take less than 50 ms, after each had warmed up for a second or 40 runs; milliseconds, distances included.',
    'A program takes no further turn after 45 s in sum, nor a peer whose first run took three times as long as the fastest peer’s and more than a second; `runs` in benchmarks.json says how many were left.',
    'Every barcode was compared with that of our native build, our own bit for bit; times of programs that disagree would be marked ✗ and the command fails.',
    'All programs get the same points (or distances) in memory; “peer” is the fastest native one of the case.',
    'The goal is the time in Chromium with two threads as a share of the fastest peer’s.',
    '',
    '| case | native ×1 | native ×2 | Chromium ×1 | Chromium ×2 | fastest peer | | share of the peer | goal | Chromium : native (×2) | tab, MB |',
    '|---|--:|--:|--:|--:|--:|---|--:|--:|--:|--:|',
  ];
  for (const name of names) {
    const all = rows.filter((r) => r.case === name);
    if (all[0].part !== 'main') continue;
    const { native1, native2, tab1, tab2, fastest } = summary(all);
    const share = tab2 && fastest ? tab2.seconds / fastest.seconds : null;
    const aim = goal(all[0]);
    const verdict = aim === null ? '–' : share === null ? `≤ ${aim}` : `≤ ${aim} ${share <= aim ? '✓' : 'missed'}`;
    const ratio = tab2 && native2 ? (tab2.seconds / native2.seconds).toFixed(2) : '–';
    const wrong = all.some((r) => !r.agrees) ? ' ✗' : '';
    lines.push(`| ${name}${wrong} | ${ms(native1?.seconds)} | ${ms(native2?.seconds)} | ${ms(tab1?.seconds)} | ${ms(tab2?.seconds)} | ${ms(fastest?.seconds)} | ${fastest ? `${fastest.program} ×${fastest.threads}` : ''} | ${share === null ? '–' : share.toFixed(3)} | ${verdict} | ${ratio} | ${mb(tab2?.peak_bytes)} |`);
  }
  lines.push('', '## All peers', '', 'Milliseconds and, in brackets, the most memory the process held in MB.', '');
  const programs = [...new Set(rows.filter((r) => !ours(r)).map((r) => `${r.program} ×${r.threads}`))];
  lines.push(`| case | ${programs.join(' | ')} |`, `|---|${programs.map(() => '--:').join('|')}|`);
  for (const name of names) {
    const all = rows.filter((r) => r.case === name);
    if (!all.some((r) => !ours(r))) continue;
    const cells = programs.map((program) => all.find((r) => `${r.program} ×${r.threads}` === program)).map((r) => (r ? `${ms(r.seconds)} (${mb(r.peak_bytes)})${r.agrees ? '' : ' ✗'}` : ''));
    lines.push(`| ${name} | ${cells.join(' | ')} |`);
  }
  lines.push('', '## Growth with the number of points', '', '![Time and memory against the number of points](benchmarks.svg)', '');
  lines.push('| case | native ×1 | native ×2 | Chromium ×1 | Chromium ×2 | fastest peer | native, MB | tab, MB | peer, MB |', '|---|--:|--:|--:|--:|--:|--:|--:|--:|');
  for (const name of names) {
    const all = rows.filter((r) => r.case === name);
    if (all[0].part === 'main') continue;
    const { native1, native2, tab1, tab2, fastest } = summary(all);
    lines.push(`| ${name} | ${ms(native1?.seconds)} | ${ms(native2?.seconds)} | ${ms(tab1?.seconds)} | ${ms(tab2?.seconds)} | ${ms(fastest?.seconds)} | ${mb(native2?.peak_bytes)} | ${mb(tab2?.peak_bytes)} | ${mb(fastest?.peak_bytes)} |`);
  }
  const first = rows.filter((r) => ours(r) && r.where === 'chromium' && r.n <= 50 && r.max_dim <= 2);
  if (first.length > 0) {
    lines.push('', '## First call after opening', '');
    for (const r of first) lines.push(`- ${r.case}, ${r.threads === 1 ? 'one thread' : `${r.threads} threads`}: ${ms(r.first_seconds)} ms`);
  }
  lines.push('', readFileSync(new URL('notes.md', import.meta.url), 'utf8'));
  return lines.join('\n');
}

const COLOURS = { 'Chromium, 2 threads': '#0072b2', 'Chromium, 1 thread': '#56b4e9', 'native, 2 threads': '#009e73', 'fastest peer': '#d55e00' };

/** Four panels with logarithmic axes: time and memory, H0 and H1. @param {Row[]} rows */
function picture(rows) {
  const [width, height, left, top, gap] = [860, 640, 70, 40, 80];
  const [w, h] = [(width - left - gap - 20) / 2, (height - top - gap - 60) / 2];
  const parts = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" role="img">`,
    '<title>Time and memory against the number of points</title>', `<rect width="${width}" height="${height}" fill="#fff"/>`];
  for (const [column, dim] of /** @type {[number, number][]} */ ([[0, 0], [1, 1]])) {
    const cloud = dim === 0 ? /^activations \d+×128 H0$/ : /^activations \d+×64 H1$/;
    const some = rows.filter((r) => cloud.test(r.case));
    const sizes = [...new Set(some.map((r) => r.n))].sort((a, b) => a - b);
    for (const [row, what] of /** @type {[number, 'seconds' | 'peak_bytes'][]} */ ([[0, 'seconds'], [1, 'peak_bytes']])) {
      /** @type {Record<string, [number, number][]>} */
      const series = {};
      for (const n of sizes) {
        const s = summary(some.filter((r) => r.n === n));
        for (const [name, found] of /** @type {[string, Row | undefined][]} */ ([['Chromium, 2 threads', s.tab2], ['Chromium, 1 thread', s.tab1], ['native, 2 threads', s.native2], ['fastest peer', s.fastest]])) {
          const value = found?.[what];
          if (value) (series[name] ??= []).push([n, what === 'seconds' ? value : value / 1e6]);
        }
      }
      const title = `H${dim === 0 ? '0, 128 coordinates' : '0 and H1, 64 coordinates'}: ${what === 'seconds' ? 'seconds' : 'memory of the process, MB'}`;
      parts.push(panel(series, { x: left + column * (w + gap), y: top + row * (h + gap), w, h, title }));
    }
  }
  Object.entries(COLOURS).forEach(([name, colour], i) => {
    parts.push(`<circle cx="${left + i * 190}" cy="${height - 20}" r="5" fill="${colour}"/><text x="${left + 12 + i * 190}" y="${height - 16}">${name}</text>`);
  });
  return `${parts.join('\n')}\n</svg>\n`;
}

/** @param {Record<string, [number, number][]>} series @param {{x: number, y: number, w: number, h: number, title: string}} place */
function panel(series, { x, y, w, h, title }) {
  const points = Object.values(series).flat();
  if (points.length === 0) return `<text x="${x}" y="${y - 10}">${title}: not measured</text>`;
  const bounds = (/** @type {number[]} */ values) => {
    const low = Math.log10(Math.min(...values)) - 0.05;
    return [low, Math.max(Math.log10(Math.max(...values)) + 0.05, low + 0.1)];
  };
  const [x0, x1] = bounds(points.map((p) => p[0]));
  const [y0, y1] = bounds(points.map((p) => p[1]));
  const px = (/** @type {number} */ v) => (x + ((Math.log10(v) - x0) / (x1 - x0)) * w).toFixed(1);
  const py = (/** @type {number} */ v) => (y + h - ((Math.log10(v) - y0) / (y1 - y0)) * h).toFixed(1);
  const ticks = (/** @type {number} */ low, /** @type {number} */ high) => {
    const all = Array.from({ length: 14 }, (_, i) => i - 6).flatMap((e) => [1, 2, 5].map((m) => m * 10 ** e)).filter((v) => Math.log10(v) >= low && Math.log10(v) <= high);
    const tens = all.filter((v) => Number.isInteger(Math.round(Math.log10(v) * 1e9) / 1e9));
    return all.length <= 8 || tens.length < 2 ? all : tens;
  };
  const parts = [`<text x="${x}" y="${y - 10}" font-weight="600">${title}</text>`, `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="none" stroke="#888"/>`];
  const text = (/** @type {number} */ v) => `${Number(v.toPrecision(3))}`;
  for (const v of ticks(x0, x1)) parts.push(`<line x1="${px(v)}" x2="${px(v)}" y1="${y}" y2="${y + h}" stroke="#e4e4e4"/><text x="${px(v)}" y="${y + h + 16}" text-anchor="middle">${text(v)}</text>`);
  for (const v of ticks(y0, y1)) parts.push(`<line x1="${x}" x2="${x + w}" y1="${py(v)}" y2="${py(v)}" stroke="#e4e4e4"/><text x="${x - 6}" y="${Number(py(v)) + 4}" text-anchor="end">${text(v)}</text>`);
  for (const [name, list] of Object.entries(series)) {
    const colour = COLOURS[/** @type {keyof typeof COLOURS} */ (name)];
    parts.push(`<polyline fill="none" stroke="${colour}" stroke-width="2" points="${list.map(([n, v]) => `${px(n)},${py(v)}`).join(' ')}"/>`);
    for (const [n, v] of list) parts.push(`<circle cx="${px(n)}" cy="${py(v)}" r="3.5" fill="${colour}"/>`);
  }
  return parts.join('\n');
}
