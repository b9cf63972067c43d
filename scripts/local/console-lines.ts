/** A line of the runtime, as Miniflare hands it over. */
export interface RuntimeLog {
  /** In ms since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

const SAME_AGAIN_MS = 60_000;

/**
 * Makes lines for a terminal of what the runtime logs, each with its time in UTC. An error inside the runtime, such as a host that
 * cannot be reached, comes with a stack of addresses: it becomes one line, and the same line is shown once a minute.
 * @returns a function that gives nothing for what need not be shown
 */
export function terminalLines(): (log: RuntimeLog) => string | undefined {
  const shownAt = new Map<string, number>();
  return ({ timestamp, message }) => {
    const time = new Date(timestamp).toISOString();
    const internal = internalError(message);
    if (internal === undefined) return `${time} ${message}`;
    if (timestamp - (shownAt.get(internal) ?? -Infinity) < SAME_AGAIN_MS) return undefined;
    shownAt.set(internal, timestamp);
    return `${time} ${internal}`;
  };
}

/** One line for an error inside the runtime: `e = <file>:<line>: failed: <reason>`, then its stack. */
function internalError(message: string): string | undefined {
  if (!/\nstack: |; (sentryErrorContext|wdErrId) = /.test(message)) return undefined;
  const [first = ""] = message.split(/\n|; (?:sentryErrorContext|wdErrId) = /);
  const reason = first.replace(/^e = /, "").replace(/^\S+:\d+: (?:\w+: )?/, "");
  return /connect|lookup|resolve|network|unreachable|refused|tls|ssl|certificate/i.test(reason)
    ? `A server cannot be reached: ${reason}`
    : `An error inside the runtime: ${reason}`;
}
