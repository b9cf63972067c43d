/** A log line of the runtime, as passed on by Miniflare. */
export interface RuntimeLog {
  /** In ms since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

/** Minimum time between two prints of the same line. */
const REPEAT_AFTER_MS = 60_000;

/**
 * Formats the runtime's log for a terminal: one line per entry, with its time in UTC. The runtime logs its own errors, such as
 * an unreachable host, with a stack of addresses. Each is reduced to one line, which is printed at most once a minute.
 * @returns a function that returns undefined for an entry that is not to be printed
 */
export function terminalLines(): (log: RuntimeLog) => string | undefined {
  const shownAt = new Map<string, number>();
  return ({ timestamp, message }) => {
    const time = new Date(timestamp).toISOString();
    const internal = internalError(message);
    if (internal === undefined) return `${time} ${message}`;
    if (timestamp - (shownAt.get(internal) ?? -Infinity) < REPEAT_AFTER_MS) return undefined;
    shownAt.set(internal, timestamp);
    return `${time} ${internal}`;
  };
}

/** Reduces an error of the runtime to one line. Its format: `e = <file>:<line>: failed: <reason>`, followed by a stack. */
function internalError(message: string): string | undefined {
  if (!/\nstack: |; (sentryErrorContext|wdErrId) = /.test(message)) return undefined;
  const [first = ""] = message.split(/\n|; (?:sentryErrorContext|wdErrId) = /);
  const reason = first.replace(/^e = /, "").replace(/^\S+:\d+: (?:\w+: )?/, "");
  return /connect|lookup|resolve|network|unreachable|refused|tls|ssl|certificate/i.test(reason)
    ? `A server cannot be reached: ${reason}`
    : `Runtime error: ${reason}`;
}
