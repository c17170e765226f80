/**
 * A small static server for the tests, and for looking at a finished page:
 *
 *     node tests/e2e/server.js --root dist --port 8101 [--isolated] [--base /some/path] [--cors]
 *
 * `--isolated` sends the headers that threads need, `--base` serves below a path as project pages of hosts do.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** @type {Record<string, string>} */
const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.gz': 'application/gzip',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/**
 * Starts a server on 127.0.0.1.
 *
 * @param {{root: string, port?: number, isolated?: boolean, base?: string, cors?: boolean, beside?: Record<string, string>, ignores?: (asked: string[]) => boolean}} options
 *   `port` 0 takes a free one; `beside` are further folders, by the names below which they are served; `ignores` tells
 *   whether the last request of these gets no answer, ever
 * @returns {Promise<{url: string, port: number, asked: string[], close: () => Promise<void>}>} `asked`: the paths of all requests
 */
export async function serve({ root, port = 0, isolated = false, base = '/', cors = false, beside = {}, ignores = () => false }) {
  const folder = resolve(root);
  const prefix = `/${base.split('/').filter(Boolean).join('/')}/`.replace('//', '/');
  const extra = { ...(isolated ? ISOLATION : {}), ...(cors ? { 'Access-Control-Allow-Origin': '*' } : {}) };
  /** @type {string[]} */
  const asked = [];
  const server = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (ignores(asked)) return;
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : null;
    const [first] = path?.split('/', 1) ?? [];
    const other = first === undefined ? undefined : beside[first];
    const file = path === null ? null : other ? await locate(resolve(other), path.slice(first.length + 1)) : await locate(folder, path);
    if (!file) {
      response.writeHead(404, { 'Content-Type': 'text/plain', ...extra }).end(`There is no ${pathname}\n`);
      return;
    }
    const type = TYPES[extname(file.path)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, 'Content-Length': file.size, 'Cache-Control': 'no-cache', ...extra });
    if (request.method === 'HEAD') response.end();
    else createReadStream(file.path).pipe(response);
  });
  await new Promise((done, failed) => server.once('error', failed).listen(port, '127.0.0.1', () => done(undefined)));
  const taken = /** @type {import('node:net').AddressInfo} */ (server.address()).port;
  return {
    url: `http://127.0.0.1:${taken}${prefix}`,
    port: taken,
    asked,
    close: () => new Promise((done) => {
      server.close(() => done());
      server.closeAllConnections();
    }),
  };
}

/**
 * The file behind a path, never one outside of `folder`.
 *
 * @param {string} folder
 * @param {string} path
 * @returns {Promise<{path: string, size: number} | null>}
 */
async function locate(folder, path) {
  try {
    let file = join(folder, decodeURIComponent(path));
    if (file !== folder && !file.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return null;
    let found = await stat(file);
    if (found.isDirectory()) {
      file = join(file, 'index.html');
      found = await stat(file);
    }
    return { path: file, size: found.size };
  } catch {
    return null;
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      root: { type: 'string', default: 'dist' },
      port: { type: 'string', default: '8101' },
      isolated: { type: 'boolean', default: false },
      base: { type: 'string', default: '/' },
      cors: { type: 'boolean', default: false },
    },
  });
  const { url } = await serve({ ...values, port: Number(values.port) });
  console.log(`serving ${values.root} at ${url}${values.isolated ? ', isolated' : ''}`);
}
