/** Suggestions of a combobox, from values that the user has entered elsewhere. */

/** Letters without case and diacritics, for comparisons. */
export const folded = (text: string): string =>
  text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase().trim();

/** Counts the occurrences of each value. */
export function counted(values: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/**
 * At most `limit` values that contain a text: those that begin with it first, then by frequency.
 */
export function suggestions(
  counts: ReadonlyMap<string, number>,
  text: string,
  { without = [], limit = 8 }: { without?: readonly string[]; limit?: number } = {},
): string[] {
  const wanted = folded(text);
  const left = [...counts].filter(([value]) => !without.includes(value));
  const found = left.flatMap(([value, count]) => {
    const at = folded(value).indexOf(wanted);
    return at < 0 ? [] : [{ value, count, rank: at === 0 ? 0 : 1 }];
  });
  found.sort((a, b) => a.rank - b.rank || b.count - a.count || a.value.localeCompare(b.value));
  return found.slice(0, limit).map(({ value }) => value);
}

/**
 * Splits a comma-separated list into the text before the last part, the last part, and the other
 * parts.
 */
export function lastPart(text: string): { before: string; typed: string; others: string[] } {
  const parts = text.split(",").map((part) => part.trim());
  const typed = parts.pop() ?? "";
  const others = parts.filter(Boolean);
  return { before: others.map((part) => `${part}, `).join(""), typed, others };
}
