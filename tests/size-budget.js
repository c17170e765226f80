/**
 * Compares the modules in dist/ with their budgets (tests/size-budget.json), compressed as a host would send them.
 * A module may grow by 5 % before this fails; then either make it smaller or set a new budget, with a reason.
 */
import { readFileSync } from 'node:fs';
import { constants, brotliCompressSync } from 'node:zlib';

const TOLERANCE = 1.05;
const QUALITY = 9; // close to a host's best, in a tenth of the time

const dist = new URL('../dist/', import.meta.url);
/** @type {Record<string, number>} kilobytes (1000 bytes) of each file */
const budgets = JSON.parse(readFileSync(new URL('size-budget.json', import.meta.url), 'utf8'));
const { threads } = JSON.parse(readFileSync(new URL('artifacts.json', dist), 'utf8'));

let failures = 0;
console.log('file                              raw kB  brotli kB  budget kB');
for (const [file, budget] of Object.entries(budgets)) {
  if (file.startsWith('threads/') && !threads) continue;
  const bytes = readFileSync(new URL(file, dist));
  const parameters = { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const compressed = brotliCompressSync(bytes, { params: parameters }).length / 1000;
  const exceeded = compressed > budget * TOLERANCE;
  failures += Number(exceeded);
  const columns = [(bytes.length / 1000).toFixed(0).padStart(10), compressed.toFixed(0).padStart(11), String(budget).padStart(11)];
  console.log(`${file.padEnd(30)}${columns.join('')}${exceeded ? '  exceeded' : ''}`);
}
process.exitCode = failures === 0 ? 0 : 1;
