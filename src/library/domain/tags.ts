import { fold } from "./fold.ts";

/** Normalizes the spelling of a tag: composed letters, single spaces, trimmed. */
export function spellTag(tag: string): string {
  return tag.normalize("NFC").replace(/\s+/g, " ").trim();
}

/** Comparison key of a tag. A tag of only marks or symbols may fold to nothing and is then compared by its spelling. */
export function foldTag(tag: string): string {
  return fold(spellTag(tag)) || spellTag(tag);
}

/** Normalizes tags for storage: normalized spelling, without duplicates (the first spelling wins), in the given order. */
export function normaliseTags(tags: readonly string[]): string[] {
  const kept = new Map<string, string>();
  for (const tag of tags) {
    const spelt = spellTag(tag);
    if (spelt !== "" && !kept.has(foldTag(spelt))) kept.set(foldTag(spelt), spelt);
  }
  return [...kept.values()];
}
