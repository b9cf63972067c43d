/** The first-run checklist of a self-hoster, as far as the service and the browser can check it. */
import type { Capabilities, Readiness } from "../../../../client/src/index.ts";

export type CheckName =
  | "adminToken"
  | "metricsToken"
  | "ready"
  | "providers"
  | "https"
  | "signup"
  | "deadLetters"
  | "contact"
  | "backup"
  | "alerts";

/** `hand`: cannot be checked automatically; the operator must check it. */
export type CheckState = "done" | "todo" | "hand";

export interface Check {
  readonly name: CheckName;
  readonly state: CheckState;
  /** The service's text about the item. */
  readonly detail?: string | undefined;
}

export interface Known {
  readonly readiness: Readiness | undefined;
  readonly signup: Capabilities["signup"] | undefined;
  /** Whether anyone can read /metrics; undefined if unknown. */
  readonly metricsAreOpen: boolean | undefined;
  readonly deadLetters: number | undefined;
  readonly isSecure: boolean;
}

/** Items to do come first, then items to check. */
const ORDER: readonly CheckState[] = ["todo", "hand", "done"];

export function checklistOf(known: Known): Check[] {
  const { readiness, signup, metricsAreOpen, deadLetters, isSecure } = known;
  const checks = Object.entries(readiness?.checks ?? {});
  const failed = checks.filter(([, { ok, optional }]) => !ok && optional !== true);
  const absent = checks.filter(([, { ok, optional }]) => !ok && optional === true);
  const list: Check[] = [
    // The page is only shown to the operator, so the token is set.
    { name: "adminToken", state: "done" },
    { name: "metricsToken", state: stateOf(metricsAreOpen, false) },
    {
      name: "ready",
      state: stateOf(readiness && failed.length === 0, true),
      detail: detailOf(failed),
    },
    {
      name: "providers",
      state: stateOf(readiness && absent.length === 0, true),
      detail: detailOf(absent),
    },
    { name: "https", state: isSecure ? "done" : "todo" },
    { name: "signup", state: stateOf(signup && signup !== "open", true), detail: signup },
    {
      name: "deadLetters",
      state: stateOf(deadLetters === undefined ? undefined : deadLetters === 0, true),
    },
    { name: "contact", state: "hand" },
    { name: "backup", state: "hand" },
    { name: "alerts", state: "hand" },
  ];
  return list.toSorted((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
}

const stateOf = (fact: boolean | undefined, good: boolean): CheckState =>
  fact === undefined ? "hand" : fact === good ? "done" : "todo";

const detailOf = (checks: readonly [string, { detail: string }][]): string | undefined =>
  checks.length === 0
    ? undefined
    : checks.map(([name, { detail }]) => `${name}: ${detail}`).join("; ");
