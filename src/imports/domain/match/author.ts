import { fold } from "../../../library/domain/fold.ts";
import { diceSimilarity } from "./similarity.ts";

/** What stands beside a name and tells nobody apart. */
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
/** Initials written in one: `JRR Tolkien`. */
const JOINED_INITIALS = /^\p{Lu}{2,3}$/u;

/** A name without titles: its words in order, folded. The family name is the last of them. */
function wordsOf(name: string): string[] {
  const [last = "", first, ...more] = name.split(",").map((part) => part.trim());
  // `King, Stephen` is turned round; `King, Jr.` and a list of three parts are not.
  const isTurned = first !== undefined && more.length === 0 && !TITLES.has(plain(first));
  return (isTurned ? `${first} ${last}` : name)
    .split(/[\s.,]+/)
    .flatMap((word) => (JOINED_INITIALS.test(word) ? Array.from(word) : [word]))
    .map(plain)
    .filter((word) => word !== "" && !TITLES.has(word));
}

function plain(text: string): string {
  return fold(text).replace(/[^\p{L}\p{N}\p{M}]+/gu, "");
}

/** Family names alike from here on are taken for spellings of one: `Dostoevsky` and `Dostoyevsky` are 0.82. */
const SPELLINGS = 0.7;

/** How surely two names are one person's, from 0 to 1. */
export function sameAuthor(one: string, other: string): number {
  const left = wordsOf(one);
  const right = wordsOf(other);
  if (left.length === 0 || right.length === 0) return 0;
  if (left.join(" ") === right.join(" ") || left.join("") === right.join("")) return 1;
  // Family names come first in many languages, and catalogues do not agree where.
  if (left.toSorted().join(" ") === right.toSorted().join(" ")) return 0.98;
  const family = diceSimilarity(left.at(-1) ?? "", right.at(-1) ?? "");
  const given = sameGiven(left.slice(0, -1), right.slice(0, -1));
  if (family === 1) return given;
  return family >= SPELLINGS && given >= 0.95 ? 0.85 : 0.1;
}

/** Given names and initials, as far as both sides have them. */
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
