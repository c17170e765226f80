/**
 * Pages in Firefox, watched: what they wait for, and what is known of a page that does not get there.
 */
import { setTimeout as wait } from 'node:timers/promises';

/** @typedef {import('puppeteer-core').Page} Page */

/** A busy computer takes some ten times as long as an idle one, and has taken 45 s for an opening. */
const PATIENCE_MS = 180_000;
/** One question. An answer that got lost between two documents never comes. */
const ANSWER_MS = 15_000;
const EVERY_MS = 100;

/** What the document shows and knows. Runs in the page. */
async function look() {
  const text = (/** @type {string} */ selector) => document.querySelector(selector)?.textContent?.replace(/\s+/g, ' ').trim().slice(0, 300);
  const worker = navigator.serviceWorker;
  const registrations = await Promise.race([worker?.getRegistrations() ?? [], new Promise((done) => setTimeout(done, 2000, []))]);
  const state = (/** @type {ServiceWorker | null | undefined} */ one) => one?.state ?? 'none';
  const timing = (/** @type {PerformanceResourceTiming} */ { name, startTime, responseEnd }) => `${name.replace(location.origin, '')} ${Math.round(startTime)}–${Math.round(responseEnd)} ms`;
  return {
    address: location.href,
    dataset: { ...document.documentElement?.dataset },
    readyState: document.readyState,
    visible: document.visibilityState,
    isolated: crossOriginIsolated,
    controller: state(worker?.controller),
    registrations: registrations.map((/** @type {ServiceWorkerRegistration} */ one) => `installing ${state(one.installing)}, waiting ${state(one.waiting)}, active ${state(one.active)}`),
    words: text('#words'),
    alert: text('#alert'),
    build: text('#build'),
    age: `${Math.round(performance.now())} ms`,
    navigation: performance.getEntriesByType('navigation').map((one) => `${/** @type {PerformanceNavigationTiming} */ (one).type} ${timing(/** @type {PerformanceNavigationTiming} */ (one))}`),
    fetched: performance.getEntriesByType('resource').slice(-8).map((one) => timing(/** @type {PerformanceResourceTiming} */ (one))),
  };
}

/** A page and everything that happened to it. */
export class Watched {
  /**
   * @param {Page} page without a document yet
   * @param {string[]} asked what its server was asked, and is asked from now on
   */
  constructor(page, asked) {
    this.page = page;
    this.asked = asked;
    this.askedBefore = asked.length;
    const since = performance.now();
    /** @type {string[]} */
    this.events = [];
    const note = (/** @type {string} */ what) => { this.events.push(`${Math.round(performance.now() - since)} ms: ${what}`); };
    this.note = note;
    page.on('console', (message) => note(`console ${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => note(`error: ${error instanceof Error ? error.message : error}`));
    page.on('error', (error) => note(`crash: ${error.message}`));
    page.on('domcontentloaded', () => note('a document is there'));
    page.on('load', () => note('a document is loaded'));
    page.on('workercreated', (worker) => note(`worker ${worker.url()}`));
    page.on('workerdestroyed', (worker) => note(`worker ended ${worker.url()}`));
    page.on('requestfailed', (request) => note(`failed ${request.url()}: ${request.failure()?.errorText}`));
  }

  /** Whether the page got there shows in what it is waited for next: one that reloads itself may end this as well. @param {string} url */
  async go(url) {
    const { failure } = await within(PATIENCE_MS, this.page.goto(url, { timeout: PATIENCE_MS }));
    if (failure) this.note(`opening ${url}: ${failure}`);
  }

  /**
   * Waits until the page answers a question with yes. Each question is a new one, to the document that is there: Puppeteer's
   * own `waitForFunction` gives up where a reload takes the place of the document that it has asked.
   * @param {string} wanted in words
   * @param {(...args: any[]) => boolean} question runs in the page
   * @param {unknown[]} args
   */
  async until(wanted, question, ...args) {
    const end = performance.now() + PATIENCE_MS;
    let last = 'no answer';
    while (performance.now() < end) {
      const answer = await within(ANSWER_MS, this.page.evaluate(question, ...args));
      if (answer.value) return;
      last = answer.failure ?? 'no';
      await wait(EVERY_MS);
    }
    throw new Error(`${wanted}: not within ${PATIENCE_MS / 1000} s; the last answer was: ${last}\n${await this.report()}`);
  }

  /** All that is known of the page. */
  async report() {
    const { value, failure } = await within(ANSWER_MS, this.page.evaluate(look));
    const page = value ? JSON.stringify(value, null, 2) : `the page does not answer (${failure})`;
    const asked = this.asked.slice(this.askedBefore);
    return [`the page: ${page}`, `it did:\n  ${this.events.slice(-40).join('\n  ')}`, `the server was asked ${asked.length} times, last:\n  ${asked.slice(-20).join('\n  ')}`].join('\n');
  }
}

/**
 * @template T
 * @param {number} ms
 * @param {Promise<T>} promise
 * @returns {Promise<{value?: T, failure?: string}>}
 */
async function within(ms, promise) {
  const late = new AbortController();
  try {
    return await Promise.race([
      promise.then((value) => ({ value }), (error) => ({ failure: String(error?.message ?? error) })),
      wait(ms, { failure: `no answer within ${ms / 1000} s` }, { signal: late.signal }),
    ]);
  } finally {
    late.abort();
  }
}
