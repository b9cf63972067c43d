import { DAY_MS, MINUTE_MS } from "../../platform/time.ts";

/** What is noted when every provider that counts said no. Instants are ms since the epoch. */
export interface Absence {
  /** When the first of the confirmations in a row came. */
  firstAt: number;
  /** Until then the absence answers lookups. */
  until: number;
}

/** New books appear at the providers within hours: an absence first holds for 5 minutes. */
const FIRST_MS = 5 * MINUTE_MS;
/** Confirmed a day apart it is a settled one. */
const SETTLED_MS = DAY_MS;

/** Notes one more confirmation; `earlier` is the note that stands, if any. */
export function confirmAbsence(earlier: Absence | undefined, now: number): Absence {
  const firstAt = earlier?.firstAt ?? now;
  const settled = now - firstAt >= DAY_MS;
  return { firstAt, until: now + (settled ? SETTLED_MS : FIRST_MS) };
}

/** Whether the note still answers lookups. */
export function isAbsent(absence: Absence, now: number): boolean {
  return now < absence.until;
}

/** Reads a note; undefined when there is none or it cannot be read. */
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
