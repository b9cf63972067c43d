/** Longer texts seldom repeat. */
const MAX_LENGTH = 40;
/** Number of texts that are remembered, of all files. */
const MAX_TEXTS = 500;

/** Remembers what short texts mean, because those of a column repeat. The results must not be changed. */
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
