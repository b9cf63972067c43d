import { fold } from "../../../library/domain/fold.ts";
import { diceSimilarity } from "./similarity.ts";

/** Titles and suffixes that do not distinguish people. */
const TITLES = new Set([
  "dr",
  "prof",
  "sir",
  "dame",
  "jr",
  "sr",
  "ii",
  "iii",
  "phd",
  "md",
  "mr",
  "mrs",
  "ms",
]);
/** Initials written together: `JRR Tolkien`. */
const JOINED_INITIALS = /^\p{Lu}{2,3}$/u;

/** Splits a name into folded words without titles; the family name comes last. */
function wordsOf(name: string): string[] {
  const [last = "", first, ...more] = name.split(",").map((part) => part.trim());
  // `King, Stephen` is inverted; `King, Jr.` and a list of three parts are not.
  const isInverted = first !== undefined && more.length === 0 && !TITLES.has(plain(first));
  return (isInverted ? `${first} ${last}` : name)
    .split(/[\s.,]+/)
    .flatMap((word) => (JOINED_INITIALS.test(word) ? Array.from(word) : [word]))
    .map(plain)
    .filter((word) => word !== "" && !TITLES.has(word));
}

function plain(text: string): string {
  return fold(text).replace(/[^\p{L}\p{N}\p{M}]+/gu, "");
}

/** Minimum similarity of two spellings of one family name: `Dostoevsky` and `Dostoyevsky` have 0.82. */
const MIN_SPELLING_SIMILARITY = 0.7;

/** Scores how likely two names are the same person's, from 0 to 1. */
export function sameAuthor(one: string, other: string): number {
  const left = wordsOf(one);
  const right = wordsOf(other);
  if (left.length === 0 || right.length === 0) return 0;
  if (left.join(" ") === right.join(" ") || left.join("") === right.join("")) return 1;
  // In many languages the family name comes first, and catalogues disagree on the order.
  if (left.toSorted().join(" ") === right.toSorted().join(" ")) return 0.98;
  const family = diceSimilarity(left.at(-1) ?? "", right.at(-1) ?? "");
  const given = sameGiven(left.slice(0, -1), right.slice(0, -1));
  if (family === 1) return given;
  return family >= MIN_SPELLING_SIMILARITY && given >= 0.95 ? 0.85 : 0.1;
}

/** Compares given names and initials as far as both names have them. */
function sameGiven(one: readonly string[], other: readonly string[]): number {
  if (one.length === 0 || other.length === 0) return 0.8;
  const [shorter, longer] = one.length <= other.length ? [one, other] : [other, one];
  let certain = 0.97;
  for (const [index, name] of shorter.entries()) {
    const counterpart = longer[index] ?? "";
    if (name === counterpart) continue;
    const isInitial = name.length === 1 || counterpart.length === 1;
    if (!isInitial || name[0] !== counterpart[0]) return 0.1;
    certain = 0.95;
  }
  return certain;
}
