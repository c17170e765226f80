/** A failure in words: `kind` is a stable word for scripts, `message` a sentence for people. */
export class BettiscopeError extends Error {
  /**
   * @param {string} kind
   * @param {string} message
   * @param {string} [details] for defects of the program: what a report should quote
   */
  constructor(kind, message, details) {
    super(message);
    this.name = kind === 'stopped' ? 'AbortError' : 'BettiscopeError';
    this.kind = kind;
    this.details = details;
  }
}

/** What workers answer when memory ran out. */
export const OUT_OF_MEMORY = { kind: 'out-of-memory', message: 'the memory of this tab ran out; take fewer samples or a lower dimension' };
/** What is said of anything that should not happen; details follow. */
export const DEFECT = { kind: 'bug', message: 'the program has a defect; the details below help to mend it' };

/**
 * What a trap without a panic means: where Rust gets no memory it gives up by the instruction `unreachable`. Others are defects.
 * @param {string} said by the browser
 */
export const trapped = (said) => (/unreachable/i.test(said) ? OUT_OF_MEMORY : DEFECT);

/** @returns {BettiscopeError} */
export const stopped = () => new BettiscopeError('stopped', 'stopped on request');

/**
 * @param {any} reason anything thrown
 * @returns {BettiscopeError}
 */
export function asFailure(reason) {
  if (reason instanceof BettiscopeError) return reason;
  if (reason?.name === 'AbortError') return stopped();
  if (typeof reason?.kind === 'string') return new BettiscopeError(reason.kind, reason.message, reason.details);
  return new BettiscopeError(DEFECT.kind, DEFECT.message, String(reason?.stack ?? reason));
}

/** @param {AbortSignal} [signal] */
export function throwIfStopped(signal) {
  if (signal?.aborted) throw stopped();
}
