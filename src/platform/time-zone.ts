const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether a text is the name of an IANA time zone, such as Europe/Berlin. An offset, such as +02:00, is none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+/-]*$/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
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

/** Formats are expensive to make. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  formats.set(timeZone, format);
  return format;
}
