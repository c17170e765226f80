/**
 * The one worker script: holds one WebAssembly instance (engine, engine with threads, or network) and answers requests.
 * It keeps no results; only the network it was asked to prepare and the cloud whose loops it finds stay between requests.
 */

import { DEFECT, OUT_OF_MEMORY, trapped } from './errors.js';

const PROGRESS_EVERY_MS = 40;
/** Threads start in well under a second; a busy computer takes some ten times as long. */
const THREADS_WITHIN_MS = 20_000;

/** @type {any} the glue module's exports, once started */
let wasm;
/** @type {WebAssembly.Memory} it grows and never shrinks */
let memory;
/** @type {string} what the last panic said */
let lastPanic = '';
/** @type {{key: string, session: any} | null} */
let prepared = null;
/** @type {{key: string, finder: any} | null} the cloud whose loops were asked for last */
let loops = null;

// The panic hook calls this; a trap right after carries no message of its own.
Object.assign(self, { bettiscopePanic: (/** @type {string} */ message) => { lastPanic = message; } });

/**
 * @typedef {(done: number, total: number, stage: string) => void} Report
 * @typedef {(dims: Uint8Array, births: Float32Array, deaths: Float32Array) => void} Found
 * @type {Record<string, (payload: any, report: Report, found: Found) => any>}
 */
const handlers = {
  async start({ glueUrl, wasmUrl, module, threads, panicChannel }, report) {
    const glue = await import(glueUrl);
    const compiled = module ?? (await compile(wasmUrl, report));
    memory = (await glue.default({ module_or_path: compiled })).memory;
    glue.start(panicChannel ?? '');
    if (threads) await startThreads(glue, threads);
    wasm = glue;
    return { module: compiled };
  },
  threadReported: ({ number, message }) => pool[number].dispatchEvent(new MessageEvent('message', { data: message })),
  sort: ({ files }) => wasm.sortFiles(files),
  unpack: ({ file }) => wasm.unpackFile(file),
  decode: ({ files, options }) => wasm.decodePictures(files, options),
  gather: ({ pictures, files, width, height }) => wasm.gatherPictures(pictures, files, width, height),
  read: ({ files, options }) => wasm.readData(files, options),
  inspect: ({ bytes, name, weights, companion, feed }) => wasm.inspectNetwork(bytes, name, weights, companion ?? undefined, feed),
  preview: ({ shown, values }) => wasm.previewInput(shown, values),
  prepare({ key, file, settings }) {
    if (prepared && prepared.key === key) {
      prepared.session.setInput(settings.input);
      return told(prepared.session);
    }
    prepared?.session.free();
    prepared = null;
    const session = new wasm.NetworkSession(file, settings);
    prepared = { key, session };
    return told(session);
  },
  run: ({ samples, firstSample, arrays }) => ({ ...prepared?.session.run(samples, firstSample, arrays ?? []), memory: memory.buffer.byteLength }),
  kernels: () => prepared?.session.matrixProducts(),
  select: ({ labels, nClasses, nSamples, count, seed }) => wasm.selectSamples(labels ?? undefined, nClasses, nSamples, count, seed),
  measure: ({ layers, settings }, report) => wasm.measureLayers(layers, settings, report),
  describe: ({ layer, settings }, report) => wasm.describeLayer(layer, settings, report),
  compare: ({ a, b, settings }, report) => wasm.compareLayers(a, b, settings, report),
  descriptors: () => wasm.descriptorCatalog(),
  correlate: ({ x, y, settings }) => wasm.correlate(x, y, settings),
  judge: ({ rows }) => wasm.judgeClaims(rows),
  barcode: ({ cloud, settings, streams }, report, found) => wasm.barcode(cloud, settings, report, streams ? found : undefined),
  barcodes: ({ clouds, settings }, report) => wasm.barcodes(clouds, settings, report),
  diagramDistance: ({ a, b, settings }) => wasm.diagramDistance(a, b, settings),
  landscape: ({ barcode, dim, levels }) => wasm.landscape(barcode, dim, levels),
  loop({ key, cloud, threshold, birth, death, copy }, report) {
    if (loops && loops.key === key) return loops.finder.find(birth, death, copy);
    loops?.finder.free();
    loops = null;
    const finder = new wasm.LoopFinder(cloud, threshold, report);
    loops = { key, finder };
    return finder.find(birth, death, copy);
  },
  edges: ({ cloud, limit }) => wasm.shortestEdges(cloud, limit),
  estimate: ({ request }) => wasm.estimate(request),
  draw: ({ figure }) => wasm.draw(figure),
};

/** What a prepared network says of the samples. @param {any} session */
const told = (session) => ({ resizing: session.resizing(), perSample: session.perSample() });

self.addEventListener('message', async ({ data: { id, type, ...payload } }) => {
  // Short work is answered without a word before: each costs the page as much as the answer.
  let lastReport = performance.now();
  let reported = false;
  /** @type {Report} */
  const report = (done, total, stage) => {
    const now = performance.now();
    if (now - lastReport < PROGRESS_EVERY_MS && !(reported && done === total)) return;
    lastReport = now;
    reported = true;
    self.postMessage({ id, type: 'progress', progress: { stage, done, total } });
  };
  /** @type {Found} */
  const found = (dims, births, deaths) => self.postMessage({ id, type: 'intervals', intervals: { dims, births, deaths } }, { transfer: [dims.buffer, births.buffer, deaths.buffer] });
  try {
    const value = await handlers[type](payload, report, found);
    self.postMessage({ id, type: 'done', value }, { transfer: transferables(value) });
    if (type === 'start' && payload.warmsUp) warmUp();
  } catch (error) {
    self.postMessage({ id, type: 'failed', ...failure(error) });
  }
});

/** @type {Thread[]} */
const pool = [];

/**
 * A thread of the pool as wasm-bindgen-rayon sees it: a worker, which the page makes. One that this worker made could keep it
 * waiting for ever in Firefox: while developer tools or a test look at its workers, `new Worker` in a worker waits for a sign
 * from the page's thread that the new worker may take instead (`WaitForIsDebuggerRegistered` in dom/workers/WorkerPrivate.h).
 */
class Thread extends EventTarget {
  /** @param {string} address */
  constructor(address) {
    super();
    this.address = address;
    this.number = pool.push(this) - 1;
  }

  /** @param {object} setup */
  postMessage(setup) {
    self.postMessage({ type: 'thread', number: this.number, address: this.address, setup });
  }
}

/**
 * Starts the threads of the pool. wasm-bindgen-rayon waits until each has reported, which one that the browser never runs
 * does not.
 * @param {any} glue
 * @param {number} count
 */
async function startThreads(glue, count) {
  const { Worker } = self;
  let late = 0;
  try {
    Object.assign(self, { Worker: Thread });
    await new Promise((resolve, reject) => {
      late = setTimeout(() => reject({ kind: 'worker-failed', message: `threads did not start within ${THREADS_WITHIN_MS / 1000} seconds` }), THREADS_WITHIN_MS);
      glue.initThreadPool(count).then(resolve, reject);
    });
  } finally {
    clearTimeout(late);
    self.Worker = Worker;
  }
}

/** Browsers compile a function when it is first called: done here, before anyone waits for a first barcode. */
function warmUp() {
  const points = Float32Array.from({ length: 90 }, (_, i) => Math.sin(i * i));
  for (const [nCoords, maxDim] of [[2, 1], [9, 2]]) {
    wasm.barcode({ points, nCoords }, { maxDim, threshold: null, modulus: 2 }, () => {}, undefined);
  }
}

/** @param {any} error @returns {{kind: string, message: string, details?: string}} */
function failure(error) {
  if (typeof error?.kind === 'string') return { kind: error.kind, message: error.message };
  const lastSaid = lastPanic;
  const details = [lastSaid, error?.stack ?? String(error)].filter(Boolean).join('\n');
  lastPanic = '';
  if (error instanceof WebAssembly.RuntimeError && !lastSaid) return { ...trapped(error.message), details };
  const said = `${lastSaid} ${error?.message ?? ''}`;
  const isMemory = /out of memory|allocation|to allocate/i.test(said) || (error instanceof RangeError && /length/i.test(said));
  return { ...(isMemory ? OUT_OF_MEMORY : DEFECT), details };
}

/**
 * Compiles while downloading and reports the bytes.
 * @param {string} url
 * @param {Report} report
 */
async function compile(url, report) {
  const response = await fetch(url);
  if (!response.ok || !response.body) {
    throw { kind: 'missing-file', message: `${new URL(url).pathname} could not be loaded (${response.status}); build the project again or reload` };
  }
  const total = Number(response.headers.get('content-length')) || 0;
  let done = 0;
  const counter = new TransformStream({
    transform(chunk, controller) {
      done += chunk.byteLength;
      report(done, Math.max(total, done), 'loading');
      controller.enqueue(chunk);
    },
  });
  const headers = { 'content-type': 'application/wasm' };
  return WebAssembly.compileStreaming(new Response(response.body.pipeThrough(counter), { headers }));
}

/**
 * The buffers of all typed arrays in a result: they are handed over instead of copied.
 * @param {any} value
 * @param {Set<ArrayBuffer>} [found]
 * @returns {ArrayBuffer[]}
 */
function transferables(value, found = new Set()) {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (value && typeof value === 'object' && !(value instanceof WebAssembly.Module)) {
    for (const part of Object.values(value)) transferables(part, found);
  }
  return [...found];
}
