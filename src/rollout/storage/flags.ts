import { isFlagOn, parseFlagState, type FlagState, type StoredFlags } from "../domain/flag.ts";
import type { Log } from "../../platform/log.ts";
import type { Counter, Metrics } from "../../platform/metrics/metrics.ts";
import { withTimeout } from "../../platform/d1/with-timeout.ts";
import { isRecent } from "../../platform/time.ts";
import { flagKey } from "./keys.ts";

/** A state is cached in the isolate's memory for this long; then it is refreshed outside the path of a request. */
const CACHE_MS = 15_000;
/** Maximum time for which a request waits for the first read of a flag before the default is used. */
const FIRST_READ_BUDGET_MS = 250;
/** The minimum time for which Cloudflare's edge may serve its own copy, in seconds. */
const EDGE_TTL_SECONDS = 30;

/** The rollout flags as seen by this isolate. */
export interface Flags {
  /**
   * Returns a promise only if the isolate has never read this flag. If KV is unavailable, the last value or the default
   * is used.
   */
  isOn(name: string, account?: string): boolean | Promise<boolean>;
}

interface Held {
  state: FlagState | undefined;
  readAt: number;
}

/** Counters of a flag's evaluations. */
interface Evaluations {
  on: Counter;
  off: Counter;
}

/** @param defaults values of flags without a state in KV; a flag without either is off */
export function kvFlags(
  kv: KVNamespace,
  defaults: Readonly<Record<string, boolean>>,
  deps: { now(): number; defer(work: Promise<unknown>): void; log: Log; metrics: Metrics },
): Flags {
  const held = new Map<string, Held>();
  const counted = new Map<string, Evaluations>();

  // This is on the path of every hot request, so the series are resolved once.
  const evaluationsOf = (flag: string): Evaluations => {
    let evaluations = counted.get(flag);
    if (!evaluations) {
      const counter = (state: "on" | "off") =>
        deps.metrics.counter("flag_evaluations", { flag, state });
      evaluations = { on: counter("on"), off: counter("off") };
      counted.set(flag, evaluations);
    }
    return evaluations;
  };

  const evaluate = (name: string, account?: string): boolean => {
    const isOn = isFlagOn(name, held.get(name)?.state ?? defaultOf(name, defaults), account);
    evaluationsOf(name)[isOn ? "on" : "off"].value += 1;
    return isOn;
  };

  const refresh = async (name: string): Promise<void> => {
    const options = { type: "text", cacheTtl: EDGE_TTL_SECONDS } as const;
    const read = await withTimeout(FIRST_READ_BUDGET_MS, kv.get(flagKey(name), options));
    if (!read.ok) {
      deps.log.error("flag_read_failed", { flag: name, error: read.error });
      held.set(name, { state: held.get(name)?.state, readAt: deps.now() });
      return;
    }
    const state = read.value === null ? undefined : parseFlagState(read.value);
    if (read.value !== null && state === undefined)
      deps.log.error("flag_unreadable", { flag: name });
    held.set(name, { state, readAt: deps.now() });
  };

  return {
    isOn(name, account) {
      const current = held.get(name);
      if (!current) return refresh(name).then(() => evaluate(name, account));
      if (!isRecent(current.readAt, CACHE_MS, deps.now())) {
        // Marked as read now, so that only one request refreshes it.
        held.set(name, { ...current, readAt: deps.now() });
        deps.defer(refresh(name));
      }
      return evaluate(name, account);
    },
  };
}

/** The name comes from the operator: `constructor` is a member of every object, but not a flag. */
const defaultOf = (name: string, defaults: Readonly<Record<string, boolean>>): boolean =>
  (Object.hasOwn(defaults, name) ? defaults[name] : undefined) ?? false;

/** The stored flags, without the isolates' caches. */
export function storedFlags(
  kv: KVNamespace,
  defaults: Readonly<Record<string, boolean>>,
): StoredFlags {
  return {
    async read(name) {
      const text = await kv.get(flagKey(name), "text");
      const state = text === null ? undefined : parseFlagState(text);
      return state === undefined
        ? { state: defaultOf(name, defaults), source: "default" }
        : { state, source: "kv" };
    },
    write: (name, state) => kv.put(flagKey(name), JSON.stringify(state)),
  };
}
