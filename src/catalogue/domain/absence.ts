import { DAY_MS, isAhead, MINUTE_MS } from "../../platform/time.ts";
import { PROVIDER_IDS, type ProviderId } from "./provider.ts";

/** An absence that a provider could not confirm because its daily quota is used up. */
export interface PartialAbsence {
  /** The providers that do not have the book. */
  checked: readonly ProviderId[];
  /**
   * Whether a caller with an account asked; the share of callers without one is used up earlier.
   */
  account: boolean;
}

/** Recorded when every counted provider reports that it does not have the book. Instants are ms since the epoch. */
export interface Absence {
  /** Time of the first of the consecutive confirmations. */
  firstAt: number;
  /** The absence answers lookups until this instant. */
  until: number;
  /** Nothing proved that the providers were working, so it does not count as a confirmation. */
  unproven?: true;
  /** Set when not every counted provider could be asked. */
  partial?: PartialAbsence;
}

/** New books reach the providers within hours, so a first absence is valid for 5 minutes only. */
const FIRST_MS = 5 * MINUTE_MS;
/** An absence that is confirmed again a day or more after the first time is settled. */
const SETTLED_MS = DAY_MS;

/**
 * Records one more confirmation. `earlier` is the existing record, if any. A partial one is valid for 5 minutes and settles
 * nothing, neither now nor later. An unproven one is valid for 5 minutes and leaves the count of confirmations as it is.
 */
export function confirmAbsence(
  earlier: Absence | undefined,
  now: number,
  doubt?: PartialAbsence | "unproven",
): Absence {
  const before = earlier?.partial || earlier?.unproven ? undefined : earlier;
  if (doubt === "unproven") {
    const until = Math.max(now + FIRST_MS, before?.until ?? 0);
    return before ? { ...before, until } : { firstAt: now, until, unproven: true };
  }
  if (doubt) return { firstAt: now, until: now + FIRST_MS, partial: doubt };
  const firstAt = before?.firstAt ?? now;
  const settled = now - firstAt >= DAY_MS;
  return { firstAt, until: now + (settled ? SETTLED_MS : FIRST_MS) };
}

/** Whether an absence answers a caller: one with an account may be able to ask more than one without. */
export function answers(
  partial: PartialAbsence | undefined,
  caller: { account: boolean },
): boolean {
  return partial === undefined || partial.account || !caller.account;
}

/** Whether the record still answers lookups. */
export function isAbsent(absence: Absence, now: number): boolean {
  return isAhead(absence.until, SETTLED_MS, now);
}

/** Parses a record; undefined when there is none or it is unreadable. */
export function parseAbsence(text: string | null): Absence | undefined {
  if (text === null) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || !("firstAt" in value) || !("until" in value)) {
    return undefined;
  }
  const { firstAt, until } = value;
  if (typeof firstAt !== "number" || typeof until !== "number") return undefined;
  const partial = "partial" in value ? partialOf(value.partial) : undefined;
  const isUnproven = "unproven" in value && value.unproven === true;
  return { firstAt, until, ...(partial ? { partial } : {}), ...(isUnproven ? UNPROVEN : {}) };
}

const UNPROVEN = { unproven: true } as const;

function partialOf(value: unknown): PartialAbsence | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!("checked" in value) || !Array.isArray(value.checked) || !("account" in value)) {
    return undefined;
  }
  const { checked, account } = value;
  return { checked: PROVIDER_IDS.filter((id) => checked.includes(id)), account: account === true };
}
