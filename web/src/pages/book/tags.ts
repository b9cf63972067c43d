import { folded } from "../../ui/suggest.ts";

const MAX_LENGTH = 100;

/** The typed tags, separated by commas, that the book does not have yet. */
export function newTags(typed: string, tags: readonly string[]): string[] {
  const known = new Set(tags.map(folded));
  const fresh: string[] = [];
  for (const tag of typed.split(",").map((part) => part.trim().replaceAll(/\s+/g, " "))) {
    if (tag === "" || known.has(folded(tag))) continue;
    known.add(folded(tag));
    fresh.push(tag.slice(0, MAX_LENGTH));
  }
  return fresh;
}
