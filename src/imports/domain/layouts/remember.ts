/** Longer texts seldom repeat. */
const MAX_LENGTH = 40;
/** Maximum number of remembered texts, across all files. */
const MAX_TEXTS = 500;

/**
 * Caches the results for short texts, which repeat within a column. Callers must not modify the
 * results.
 */
export function remembering<Value>(read: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    if (text.length > MAX_LENGTH) return read(text);
    if (!known.has(text)) {
      if (known.size >= MAX_TEXTS) known.clear();
      known.set(text, read(text));
    }
    return known.get(text) as Value;
  };
}
