import { DAY_MS, MINUTE_MS } from "../../platform/time.ts";
/** Recorded when every counted provider reports that it does not have the book. Instants are ms since the epoch. */
export interface Absence {
  /** Time of the first of the consecutive confirmations. */
  firstAt: number;
  /** The absence answers lookups until this instant. */
  until: number;
  /** Nothing proved that the providers were working: it is no confirmation for a later one. */
  unproven?: true;
}

/** New books reach the providers within hours, so a first absence is valid for 5 minutes only. */
const FIRST_MS = 5 * MINUTE_MS;
/** An absence that is confirmed again a day or more after the first time is settled. */
const SETTLED_MS = DAY_MS;

/**
 * Records one more confirmation. `earlier` is the existing record, if any. An unproven one is valid for five minutes,
 * and leaves the count of confirmations as it is.
 */
export function confirmAbsence(
  earlier: Absence | undefined,
  now: number,
  isProven = true,
): Absence {
  const before = earlier?.unproven ? undefined : earlier;
  if (!isProven) {
    const until = Math.max(now + FIRST_MS, before?.until ?? 0);
    return before ? { ...before, until } : { firstAt: now, until, unproven: true };
  }
  const firstAt = before?.firstAt ?? now;
  const settled = now - firstAt >= DAY_MS;
  return { firstAt, until: now + (settled ? SETTLED_MS : FIRST_MS) };
}

/** Whether the record still answers lookups. */
export function isAbsent(absence: Absence, now: number): boolean {
  return now < absence.until;
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
  const isUnproven = "unproven" in value && value.unproven === true;
  return { firstAt, until, ...(isUnproven ? { unproven: true as const } : {}) };
}
