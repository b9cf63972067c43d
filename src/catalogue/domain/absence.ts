import { DAY_MS, MINUTE_MS } from "../../platform/time.ts";
/** Recorded when every counted provider reports that it does not have the book. Instants are ms since the epoch. */
export interface Absence {
  /** Time of the first of the consecutive confirmations. */
  firstAt: number;
  /** The absence answers lookups until this instant. */
  until: number;
}

/** New books reach the providers within hours, so a first absence is valid for 5 minutes only. */
const FIRST_MS = 5 * MINUTE_MS;
/** An absence that is confirmed again a day or more after the first time is settled. */
const SETTLED_MS = DAY_MS;

/** Records one more confirmation. `earlier` is the existing record, if any. */
export function confirmAbsence(earlier: Absence | undefined, now: number): Absence {
  const firstAt = earlier?.firstAt ?? now;
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
  return typeof firstAt === "number" && typeof until === "number" ? { firstAt, until } : undefined;
}
