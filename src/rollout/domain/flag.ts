import { fnv1a } from "../../platform/fnv1a.ts";

/** State of a flag: a switch, or a percentage of the accounts, plus named accounts that are always included. */
export type FlagState = boolean | { percentage: number; allow: readonly string[] };

/** A flag's stored state, for the operator: read from KV without any cache, and written. */
export interface StoredFlags {
  /** `default` when no readable state is stored. */
  read(name: string): Promise<{ state: FlagState; source: "kv" | "default" }>;
  /** Visible to all isolates within about 60 s. */
  write(name: string, state: FlagState): Promise<void>;
}

/**
 * Parses a stored state: `true`, `false`, or `{"percentage": 0 to 100, "allow": ["user id"]}`.
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
 * Whether a flag is on for a caller. Buckets are stable per flag and account, so raising the percentage only adds
 * accounts. For a caller without an account a percentage below 100 is off.
 */
export function isFlagOn(name: string, state: FlagState, account?: string): boolean {
  if (typeof state === "boolean") return state;
  if (state.percentage >= 100) return true;
  if (account === undefined) return false;
  return state.allow.includes(account) || bucketOf(name, account) < state.percentage;
}

/** A bucket from 0 to 99.99 in steps of 0.01. */
function bucketOf(name: string, account: string): number {
  return (fnv1a(`${name}:${account}`) % 10_000) / 100;
}
