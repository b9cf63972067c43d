import { fnv1a } from "../../platform/fnv1a.ts";

/** State of a flag: a switch, or a share of the accounts with named ones let in whatever their share. */
export type FlagState = boolean | { percentage: number; allow: readonly string[] };

/** A flag as it is stored, for the operator: read past every copy, and written. */
export interface StoredFlags {
  /** `default` when no state is stored that can be read. */
  read(name: string): Promise<{ state: FlagState; source: "kv" | "default" }>;
  /** Seen by all within about 60 s. */
  write(name: string, state: FlagState): Promise<void>;
}

/**
 * Reads a stored state: `true`, `false`, or `{"percentage": 0 to 100, "allow": ["user id"]}`.
 * @returns undefined for anything else, so that a typing error leaves the flag at its default
 */
export function parseFlagState(text: string): FlagState | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value === "boolean") return value;
  if (typeof value !== "object" || value === null || !("percentage" in value)) return undefined;
  const { percentage } = value;
  if (typeof percentage !== "number" || !(percentage >= 0 && percentage <= 100)) return undefined;
  const allow = "allow" in value ? value.allow : [];
  if (!Array.isArray(allow) || !allow.every((id) => typeof id === "string")) return undefined;
  return { percentage, allow };
}

/**
 * Whether a flag is on for a caller. Buckets are stable for a flag and an account, so raising the percentage only
 * adds accounts; a caller without one gets a share of 0 or 100 and nothing between.
 */
export function isFlagOn(name: string, state: FlagState, account?: string): boolean {
  if (typeof state === "boolean") return state;
  if (state.percentage >= 100) return true;
  if (account === undefined) return false;
  return state.allow.includes(account) || bucketOf(name, account) < state.percentage;
}

/** Spread over 0 to 99.99 in steps of 0.01. */
function bucketOf(name: string, account: string): number {
  return (fnv1a(`${name}:${account}`) % 10_000) / 100;
}
