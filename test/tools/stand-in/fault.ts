/** What can go wrong with a provider. Each was seen in the wild. */
export type Fault =
  /** Takes the request and never answers. */
  | { kind: "hang" }
  /** Closes the connection with a reset before any answer. */
  | { kind: "reset" }
  /** Sends half of the body that its Content-Length promises, then resets. */
  | { kind: "cut" }
  /** A page for people where JSON was due. */
  | { kind: "html"; status: 200 | 503 }
  /** Half of the JSON, as if it were whole. */
  | { kind: "truncated" }
  /** A book, but not the one asked for. */
  | { kind: "other-edition" }
  /** Members of another type than they should be. */
  | { kind: "odd-shape" }
  /** Knows nothing. */
  | { kind: "empty" }
  | { kind: "rate-limited"; retryAfterSeconds?: number }
  | { kind: "server-error"; status: number; retryAfterSeconds?: number }
  /** Google's 403 to callers whose country it cannot tell. */
  | { kind: "unknown-location" };

/** When a fault strikes: by default every call, until the behaviour is changed. */
export interface FaultRule {
  readonly fault: Fault;
  /** Only the next so many calls that match. */
  readonly times?: number;
  /** Only calls that ask for this ISBN, in the spelling they use. */
  readonly isbn?: string;
  /** Only this share of the calls, 0 to 1. */
  readonly share?: number;
}

/** The fault that a call meets, if any; the first rule that matches counts, and is used up by one. */
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
