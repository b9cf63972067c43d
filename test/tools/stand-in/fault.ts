/** Faults of a provider. Each was observed with real providers. */
export type Fault =
  /** Accepts the request and never answers. */
  | { kind: "hang" }
  /** Resets the connection before any response. */
  | { kind: "reset" }
  /** Sends half of the body that Content-Length announces, then resets the connection. */
  | { kind: "cut" }
  /** An HTML page instead of JSON. */
  | { kind: "html"; status: 200 | 503 }
  /** Half of the JSON in a complete response. */
  | { kind: "truncated" }
  /** A book other than the requested one. */
  | { kind: "other-edition" }
  /** Members of the wrong type. */
  | { kind: "odd-shape" }
  /** No results for any request: Open Library's response after an internal error. */
  | { kind: "empty" }
  /** The correct response of a provider that lacks these books. */
  | { kind: "lacks"; isbns: readonly string[] }
  | { kind: "rate-limited"; retryAfterSeconds?: number }
  | { kind: "server-error"; status: number; retryAfterSeconds?: number }
  /** Google's 403 for callers whose country it cannot determine. */
  | { kind: "unknown-location" };

/** When a fault applies: by default to every call, until the behaviour is changed. */
export interface FaultRule {
  readonly fault: Fault;
  /** Only to this number of matching calls. */
  readonly times?: number;
  /** Only to calls for this ISBN, in exactly this spelling. */
  readonly isbn?: string;
  /** Only to this share of the calls, 0 to 1. */
  readonly share?: number;
}

/** The fault for a call, if any. The first matching rule applies, and its `times` decreases by one. */
export function faultFor(
  rules: FaultRule[],
  isbns: readonly string[],
  random: () => number,
): Fault | undefined {
  const index = rules.findIndex(
    ({ isbn, times = 1, share = 1 }) =>
      times > 0 && (isbn === undefined || isbns.includes(isbn)) && (share >= 1 || random() < share),
  );
  const rule = rules[index];
  if (rule?.times !== undefined) rules[index] = { ...rule, times: rule.times - 1 };
  return rule?.fault;
}
