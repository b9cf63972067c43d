import { LaunchError } from "./launch-error.ts";

/** A log line of the runtime, as passed on by Miniflare. */
export interface RuntimeLog {
  /** In ms since the epoch. */
  readonly timestamp: number;
  /** That of the console call; the Worker's own lines have their level in the message. */
  readonly level: string;
  readonly message: string;
}

const FORMATS = ["pretty", "json"] as const;
const LEVELS = ["info", "error"] as const;

/** How log lines are printed. */
export interface LogSettings {
  /** `json` is one JSON object per line, with `time`, `level` and `event` or `message`; `pretty` is for reading. */
  readonly format: (typeof FORMATS)[number];
  /** `error` prints only errors and warnings. */
  readonly level: (typeof LEVELS)[number];
}

/**
 * Reads `LOG_FORMAT` (default: `pretty` on a terminal, otherwise `json`) and `LOG_LEVEL` (`info`).
 * @param isTerminal whether standard output is one
 * @throws LaunchError if a value is unknown
 */
export function logSettings(
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): LogSettings {
  return {
    format: oneOf("LOG_FORMAT", env["LOG_FORMAT"] || (isTerminal ? "pretty" : "json"), FORMATS),
    level: oneOf("LOG_LEVEL", env["LOG_LEVEL"] || "info", LEVELS),
  };
}

/** Minimum time between two prints of the same line. */
const REPEAT_AFTER_MS = 60_000;

/**
 * Formats the runtime's log: one line per entry, with its time in UTC. The runtime logs its own
 * errors, such as an unreachable host, with a stack of addresses. Each is reduced to one line,
 * which is printed at most once a minute.
 * @returns a function that returns undefined for an entry to suppress
 */
export function terminalLines({
  format,
  level: least,
}: LogSettings): (log: RuntimeLog) => string | undefined {
  const shownAt = new Map<string, number>();
  const write = format === "json" ? jsonLine : prettyLine;
  return ({ timestamp, level, message }) => {
    const internal = internalError(message);
    if (internal !== undefined) {
      if (timestamp - (shownAt.get(internal) ?? -Infinity) < REPEAT_AFTER_MS) return undefined;
      shownAt.set(internal, timestamp);
    }
    const fields =
      internal === undefined
        ? (structured(message) ?? { level, message })
        : { level: "error", message: internal };
    if (least === "error" && !["error", "warn"].includes(String(fields["level"]))) return undefined;
    return write(new Date(timestamp).toISOString(), fields);
  };
}

type Fields = Readonly<Record<string, unknown>>;

const jsonLine = (time: string, fields: Fields): string => JSON.stringify({ time, ...fields });

/**
 * `2026-01-02T03:04:05.678Z info  request method=GET status=200`. Multi-line texts, such as stacks,
 * come last.
 */
function prettyLine(time: string, { level, event, message, ...fields }: Fields): string {
  const subject = [event, message].filter((text) => text !== undefined).map(String);
  const entries = Object.entries(fields).map(([name, value]) => [name, shown(value)] as const);
  const short = entries.filter(([, text]) => !text.includes("\n"));
  const long = entries.filter(([, text]) => text.includes("\n"));
  const line = [time, String(level).padEnd(5), ...subject, ...short.map((pair) => pair.join("="))];
  return [line.join(" "), ...long.map(([name, text]) => `  ${name}: ${text}`)].join("\n");
}

function shown(value: unknown): string {
  if (typeof value === "string") return /^[^\s"=]+$|\n/.test(value) ? value : JSON.stringify(value);
  const stack = (value as { stack?: unknown } | null)?.stack;
  return typeof stack === "string" && stack !== "" ? stack : JSON.stringify(value);
}

/** The fields of a line that the Worker logs; undefined for other texts. */
function structured(message: string): Fields | undefined {
  if (!message.startsWith("{")) return undefined;
  try {
    const fields = JSON.parse(message) as Fields;
    return typeof fields["event"] === "string" ? fields : undefined;
  } catch {
    return undefined;
  }
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

function oneOf<Value extends string>(name: string, text: string, values: readonly Value[]): Value {
  const value = values.find((one) => one === text);
  if (value !== undefined) return value;
  throw new LaunchError(`${name} must be ${values.join(" or ")}; got "${text}".`);
}
