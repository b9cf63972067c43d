import { toLine } from "../merge/normalise.ts";
import { asList } from "./json-values.ts";
import { isPlaceholder } from "./placeholder.ts";

/** More would be an index, not a description. */
const MAX_CATEGORIES = 20;
/** Only the beginning of a list of thousands of subjects is read. */
const MAX_READ = 500;

/** `nyt:combined-print=2011-05-01`, `collectionID:x`, `award:hugo_award=1966`, `Lexile:800`: machine tags. */
const MACHINE_TAG = /^\w+:\S+$|^\w+=\S+$/;
/** Notes of libraries and shops among the subjects: about copies, lists or reading levels. */
const SYSTEM = new RegExp(
  `^(?:${[
    "accessible books?",
    "(?:pro )?protected daisy",
    "in library",
    "in ?library",
    "lending library",
    "overdrive(?: .*)?",
    "borrow(?:able)?",
    "daisy",
    "large (?:type|print)(?: books?)?",
    "(?:the )?new york times (?:best[- ]?sellers?(?: list)?|reviewed)",
    "nyt(?:imes)? best ?sellers?",
    "best ?sellers?",
    "open library staff picks",
    "(?:open library )?staff picks",
    "(?:internet )?archive\\.?org wish ?list",
    "internet archive(?: .*)?",
    "long now manual.*",
    "open syllabus project",
    "popular print disabled books",
    "print[ -]?disabled",
    "reading level.*",
    "(?:grade )?reading level[- ]?.*",
    "accelerated reader.*",
    "guided reading level.*",
    "lexile.*",
    "interest level.*",
    "grades? \\d+.*",
    "ages? \\d+.*",
    "\\[?electronic (?:books?|resources?)\\]?",
    "e-?books?",
    "(?:audio|talking) ?books?",
    "braille books?",
    "kindle.*",
    "paperback",
    "hardcover",
    "unabridged",
    "general",
    "accessible",
    "book",
    "books",
    "(?:un)?read",
    "to[ -]?read",
    "currently[ -]?reading",
    "did[ -]not[ -]finish",
    "[1-5] stars?",
    "book club",
    "wish ?list",
    "owned(?: books)?",
    "books i own",
    "my (?:library|books)",
    "default",
    "non-?classifiable",
    "uncategori[sz]ed",
    "miscellaneous",
    "other",
    "favou?rites?",
    "specimens",
  ].join("|")})$`,
  "i",
);

function read(value: unknown): string | undefined {
  // `Fiction|12`: a count or an id after the name.
  const name = toLine(value)
    ?.replace(/\s*\|\s*[\w-]*$/, "")
    .replace(/(?<!\betc)(?<=\p{L}{3}|\)|\d{4})\.$/u, "")
    .replace(/[\s,;:/]+$/, "")
    .replace(/^[\s,;:/]+/, "");
  if (name === undefined || !/\p{L}/u.test(name) || isPlaceholder(name)) return undefined;
  return MACHINE_TAG.test(name) || SYSTEM.test(name.replaceAll("_", " ")) ? undefined : name;
}

/**
 * Of two spellings that differ only in case, the one written like a heading: `Fiction`, not
 * `FICTION` or `fiction`.
 */
function better(one: string, other: string): string {
  const rank = (text: string): number => {
    if (!/\p{Ll}/u.test(text)) return 2;
    return /^\P{L}*\p{Lu}/u.test(text) ? 0 : 1;
  };
  return rank(other) < rank(one) ? other : one;
}

/**
 * Converts subjects to categories: at most 20, in order, without case-insensitive duplicates,
 * machine tags and library notes (`In library`, `Reading Level-Grade 7`).
 */
export function toCategories(values: unknown): string[] {
  const found = new Map<string, string>();
  for (const value of asList(values).slice(0, MAX_READ)) {
    const name = read(value);
    if (name === undefined) continue;
    const folded = name.toLowerCase().replace(/\s*(--|\/)\s*/g, "$1");
    const earlier = found.get(folded);
    found.set(folded, earlier === undefined ? name : better(earlier, name));
  }
  return [...found.values()].slice(0, MAX_CATEGORIES);
}
