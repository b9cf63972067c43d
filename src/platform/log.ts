/** Fields of a log line. An Error is written as name, message and stack; other values are written as JSON. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured logs: one JSON object per line. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** Names of members whose values are secret at any depth. */
const SECRET_NAMES =
  /^(authorization|cookie|token|ticket|key|secret|recoverycode|pairingcode|signupcode|identitytoken|admin_token|metrics_token|google_books_api_key)$/i;
/** Secrets inside text: query parameters of providers and streams, our own tokens, bearer headers. */
const SECRET_TEXT =
  /((?:[?&](?:key|token|ticket)=)|Bearer\s+)[^\s&"]+|bt_[A-Za-z0-9]+_[A-Za-z0-9_-]+/g;

/** The Worker's log. Workers Logs and `wrangler tail` collect console output. */
export function consoleLog(): Log {
  return jsonLog((line) => console.log(line));
}

/** Writes one line per event, with secrets redacted. */
export function jsonLog(write: (line: string) => void): Log {
  const line = (level: string, event: string, fields: LogFields): void =>
    write(JSON.stringify({ level, event, ...redact(fields) }));
  return {
    info: (event, fields = {}) => line("info", event, fields),
    error: (event, fields = {}) => line("error", event, fields),
  };
}

function redact(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      SECRET_NAMES.test(name) ? "[redacted]" : redactValue(value),
    ]),
  );
}

function redactValue(value: unknown): unknown {
  if (typeof value === "string") {
    return value.replace(SECRET_TEXT, (_all, prefix?: string) => `${prefix ?? ""}[redacted]`);
  }
  if (value instanceof Error) {
    return redact({ name: value.name, message: value.message, stack: value.stack ?? "" });
  }
  if (Array.isArray(value)) return value.map(redactValue);
  if (typeof value === "object" && value !== null) return redact({ ...value });
  return value;
}
