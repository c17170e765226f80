/**
 * The one worker script: holds one WebAssembly instance (engine, engine with threads, or network) and answers requests.
 * It keeps no results; only the network it was asked to prepare and the cloud whose loops it finds stay between requests.
 */

const PROGRESS_EVERY_MS = 40;

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
  sort: ({ files }) => wasm.sortFiles(files),
  unpack: ({ file }) => wasm.unpackFile(file),
  decode: ({ files, options }) => wasm.decodePictures(files, options),
  gather: ({ pictures, files, width, height }) => wasm.gatherPictures(pictures, files, width, height),
  read: ({ files, options }) => wasm.readData(files, options),
  inspect: ({ bytes, name, weights, companion }) => wasm.inspectNetwork(bytes, name, weights, companion ?? undefined),
  preview: ({ shown, values }) => wasm.previewInput(shown, values),
  prepare({ key, file, settings }) {
    if (prepared && prepared.key === key) {
      prepared.session.setInput(settings.input);
      return { resizing: prepared.session.resizing() };
    }
    prepared?.session.free();
    prepared = null;
    const session = new wasm.NetworkSession(file, settings);
    prepared = { key, session };
    return { resizing: session.resizing() };
  },
  run: ({ samples, firstSample }) => ({ ...prepared?.session.run(samples, firstSample), memory: memory.buffer.byteLength }),
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

/** @type {Worker[]} the threads of the pool; a browser may collect workers that nothing refers to */
const pool = [];

/**
 * Starts the threads of the pool, workers of this one. wasm-bindgen-rayon waits until each has reported, which one that
 * fails never does.
 * @param {any} glue
 * @param {number} count
 */
async function startThreads(glue, count) {
  const { Worker } = self;
  try {
    await new Promise((resolve, reject) => {
      self.Worker = class extends Worker {
        /** @param {string | URL} url @param {WorkerOptions} [options] */
        constructor(url, options) {
          super(url, options);
          pool.push(this);
          this.addEventListener('error', (event) => {
            event.preventDefault();
            reject({ kind: 'worker-failed', message: `a thread could not start${event.message ? ` (${event.message})` : ''}` });
          });
        }
      };
      glue.initThreadPool(count).then(resolve, reject);
    });
  } finally {
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
  const details = [lastPanic, error?.stack ?? String(error)].filter(Boolean).join('\n');
  lastPanic = '';
  const memory = /memory|allocat|RangeError/i; // tract “failed to allocate”
  if (memory.test(details) || (error instanceof WebAssembly.RuntimeError && !details.includes('panicked'))) {
    return { kind: 'out-of-memory', message: 'the memory of this tab ran out; take fewer samples or a lower dimension', details };
  }
  return { kind: 'bug', message: 'the program has a defect; the details below help to mend it', details };
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
