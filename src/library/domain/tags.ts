import { fold } from "./fold.ts";

/** A tag's spelling: composed letters, single spaces, none at the ends. */
export function spellTag(tag: string): string {
  return tag.normalize("NFC").replace(/\s+/g, " ").trim();
}

/**
 * What a tag is compared by. A tag of marks or symbols alone may fold to nothing and is then compared as it is spelt.
 */
export function foldTag(tag: string): string {
  return fold(spellTag(tag)) || spellTag(tag);
}

/** Tags as they are kept: spelt alike, each once (the first spelling wins), in the order given. */
export function normaliseTags(tags: readonly string[]): string[] {
  const kept = new Map<string, string>();
  for (const tag of tags) {
    const spelt = spellTag(tag);
    if (spelt !== "" && !kept.has(foldTag(spelt))) kept.set(foldTag(spelt), spelt);
  }
  return [...kept.values()];
}
