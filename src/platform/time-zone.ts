import { HOUR_MS } from "./time.ts";

/** More than there are time zones; imported files may spell one zone in several ways. */
const MAX_FORMATS = 1000;
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Whether a text is the name of an IANA time zone, such as Europe/Berlin. An offset such as +02:00
 * is not.
 */
export function isTimeZone(name: string): boolean {
  return timeZoneNamed(name) !== undefined;
}

/**
 * Returns the name of a time zone in its canonical case, which some platforms require:
 * Europe/Berlin for europe/berlin. An alias such as Asia/Kolkata is kept. Undefined for an unknown
 * time zone.
 */
export function timeZoneNamed(name: string): string | undefined {
  if (!/^[A-Za-z][\w+/-]*$/.test(name)) return undefined;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    return timeZone.toLowerCase() === name.toLowerCase() ? timeZone : name;
  } catch {
    return undefined;
  }
}

/** The day (YYYY-MM-DD) of an instant in a time zone. @param ms since the epoch */
export function dayIn(timeZone: string, ms: number): string {
  if (timeZone === "UTC") return new Date(ms).toISOString().slice(0, 10);
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  return `${(parts.get("year") ?? "").padStart(4, "0")}-${parts.get("month")}-${parts.get("day")}`;
}

/** Larger than any offset from UTC. */
const MAX_OFFSET_MS = 16 * HOUR_MS;

/**
 * The first second (ms since the epoch) of a day in a time zone, or of the next one that exists there.
 * @param utc the beginning of that day in UTC
 */
export function dayStart(timeZone: string, utc: number): number {
  if (timeZone === "UTC") return utc;
  const day = dayIn("UTC", utc);
  let [before, after] = [(utc - MAX_OFFSET_MS) / 1000, (utc + MAX_OFFSET_MS) / 1000];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dayIn(timeZone, middle * 1000) >= day) after = middle;
    else before = middle;
  }
  return after * 1000;
}

/** Cached, because creating a formatter is expensive. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  if (formats.size >= MAX_FORMATS) formats.clear();
  formats.set(timeZone, format);
  return format;
}
