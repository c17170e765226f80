import { BettiscopeError } from './errors.js';

/** A module that needs shared memory, atomics and SIMD: what the threads build is made of. */
const PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 5, 4, 1, 3, 1, 1, 10, 16, 1, 14, 0, 65, 0, 253, 15, 26, 65, 0, 254, 16, 2, 0, 26, 11,
]);

/** A module that needs SIMD, as every build does. */
const SIMD_PROBE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);

/**
 * @typedef {{build: 'threads' | 'plain', isolated: boolean, threads: number, workers: number, reason: string}} Platform
 */

/**
 * Chooses the engine build for this page.
 * @param {{build?: 'auto' | 'threads' | 'plain', threads?: number, workers?: number, threadsBuilt?: boolean}} wishes
 * @returns {Platform}
 */
export function choosePlatform({ build = 'auto', threads, workers, threadsBuilt = true }) {
  if (typeof WebAssembly !== 'object' || typeof WebAssembly.compileStreaming !== 'function') {
    throw new BettiscopeError('unavailable', 'this browser has no WebAssembly, or it is switched off; use a current Chromium, Firefox or Safari');
  }
  if (typeof Worker !== 'function') {
    throw new BettiscopeError('unavailable', 'this browser does not let the page start background workers; allow them or use another browser');
  }
  const lack = !WebAssembly.validate(SIMD_PROBE) ? 'WebAssembly with SIMD' : !hasModuleWorkers() ? 'workers made of modules' : '';
  if (lack) throw new BettiscopeError('unavailable', `this browser lacks ${lack}; use Chrome or Edge from 91, Firefox from 114, Safari from 16.4 on`);
  const cores = Math.max(1, Math.min(8, navigator.hardwareConcurrency || 2));
  const isolated = globalThis.crossOriginIsolated === true;
  const obstacle = threadsObstacle(isolated, threadsBuilt);
  if (build === 'threads' && obstacle) throw new BettiscopeError('unavailable', `threads cannot be used here: ${obstacle}`);
  const plain = build === 'plain' || obstacle !== '';
  const reason = build === 'plain' ? 'the plain build was asked for' : obstacle;
  return { build: plain ? 'plain' : 'threads', isolated, threads: plain ? 1 : (threads ?? cores), workers: workers ?? cores, reason };
}

/** Browsers that know them look at a worker's `type`. */
function hasModuleWorkers() {
  let looked = false;
  const options = { get type() { looked = true; return /** @type {const} */ ('module'); } };
  const address = URL.createObjectURL(new Blob([''], { type: 'text/javascript' }));
  try {
    new Worker(address, options).terminate();
  } catch {
    return false;
  } finally {
    URL.revokeObjectURL(address);
  }
  return looked;
}

/**
 * @param {boolean} isolated
 * @param {boolean} threadsBuilt
 * @returns {string} why there can be no threads; empty if there can
 */
function threadsObstacle(isolated, threadsBuilt) {
  if (!isolated) return 'this page is not cross-origin isolated, as is usual inside another page';
  if (typeof SharedArrayBuffer !== 'function') return 'this browser offers no shared memory';
  if (!WebAssembly.validate(PROBE)) return 'this browser lacks WebAssembly threads or SIMD';
  if (!threadsBuilt) return 'this copy of the page was built without the threads module';
  return '';
}
