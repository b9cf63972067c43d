import type { Book } from "../../../../contract/catalogue.ts";
import { toLine } from "../merge/normalise.ts";
import { asList, asObject, present } from "./json-values.ts";
import { isPlaceholder } from "./placeholder.ts";

/** A series and the book's number in it. */
export type BookSeries = NonNullable<Book["series"]>[number];

const MAX_SERIES = 10;
const DIGITS = "[0-9]+(?:\\.[0-9]+)?(?:\\s?[-–]\\s?[0-9]+(?:\\.[0-9]+)?)?";
const WORDS =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen".split(
    " ",
  );
const SPELLED = `[ivxl]{1,6}|${WORDS.join("|")}`;
const PART =
  "(?:books?|bks?|vols?|volumes?|v(?=\\.)|band|bd|buch|tome|tomo|t(?=\\.)|livre|libro|part|pt|teil|deel|том|т(?=\\.)|книга|кн|вып)(?!\\p{L})\\.?";
const NUMBER_SIGN = "(?:(?:no|nr)\\b\\.?|n[°º]|#|第)";
/** Between a name and its number; a comma between digits is a part of the name: `Warhammer 40,000`. */
const MARK = "(?:(?<!\\d),|,(?=\\s)|[;([])";
/**
 * `Dune Chronicles, #1`, `Discworld #3`, `Dune, Book Two`, `Foundation ; 2`, `Saga (vol. IV)`, `Dune (1)`. A number without a
 * mark is the number in the series only after a comma, a semicolon, a dash or in brackets.
 */
const MARKED = new RegExp(
  `^(.+?)(?:\\s*${MARK}\\s*|\\s+--?\\s+|\\s+|(?=#))(?:${PART}\\s*#?\\s*(${DIGITS}|${SPELLED})(?:\\s+of\\s+\\d+)?|${NUMBER_SIGN}\\s*(${DIGITS})(?:\\s*[巻卷冊册集部])?|(?<=(?:${MARK}|-)\\s*)(${DIGITS}))[)\\]]?\\.?$`,
  "iu",
);
/**
 * A number on its own, which belongs to the previous series in the list: `vol. 24`, `[31]`, `v.
 * 111, no. 352`.
 */
const ALONE = new RegExp(
  `^(?:\\[?(?:(?:${PART}|v\\.|${NUMBER_SIGN})\\s*)?(${DIGITS})\\]?)(?:\\s*,.*)?\\.?$`,
  "iu",
);
/** The number of the serial: `Lecture notes in mathematics, 0075-8434 ; 1234`. */
const ISSN = /,?\s*ISSN:?\s*\d{4}-\d{3}[\dX]|,\s*\d{4}-\d{3}[\dX](?=\s*;)/i;
const ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split(" ");
/** `Title (Series, #3)`, `Title (Series, Book 3)`. */
const IN_TITLE =
  /^(.+?)\s*\(([^()]+(?:#\s?[0-9][^()]*|[^()#\s](?:\s*,)?\s+(?:book|bk|buch|band|bd|tome|tomo|livre|libro|part|teil|deel)\.?\s+(?:[0-9]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten)))\)$/iu;

/**
 * Series as providers write them: a text, a list of texts, or objects with `name` or `title` and
 * `position`. A text may end with the number. At most 10, without duplicates.
 */
export function toSeries(value: unknown): BookSeries[] {
  const found = new Map<string, BookSeries>();
  let last: string | undefined;
  for (const entry of asList(value)) {
    const position = last === undefined ? undefined : ALONE.exec(textOf(entry) ?? "")?.[1];
    const before = position === undefined ? undefined : found.get(last ?? "");
    const series = before ? { ...before, position: before.position ?? position } : toOne(entry);
    last = series?.name.toLowerCase();
    if (series === undefined || last === undefined) continue;
    const held = found.get(last);
    if (held?.position === undefined) found.set(last, present({ ...held, ...series }));
  }
  return [...found.values()].slice(0, MAX_SERIES);
}

/**
 * A title without the bracketed series that Goodreads appends, and all series. `series` is absent
 * if there is none.
 */
export function titleAndSeries(
  title: string,
  series: readonly BookSeries[],
): { title: string; series?: BookSeries[] } {
  const [, bare, inside = ""] = IN_TITLE.exec(title) ?? [];
  const named = bare === undefined ? [] : inside.split(";").map((part) => part.trim());
  const all = toSeries([...series, ...named]);
  return { title: bare ?? title, ...(all.length > 0 ? { series: all } : {}) };
}

function textOf(entry: unknown): string | undefined {
  const object = asObject(entry);
  return toLine(object ? (object["name"] ?? object["title"]) : entry);
}

function toOne(entry: unknown): BookSeries | undefined {
  const text = textOf(entry);
  if (text === undefined) return undefined;
  if (isPlaceholder(text) || (ALONE.test(text) && !/^\d+$/.test(text))) return undefined;
  const { name, position } = numbered(text.replace(ISSN, ""));
  const at = toLine(asObject(entry)?.["position"]) ?? position;
  return name === "" ? undefined : present({ name, position: at });
}

/**
 * The name and the number in a text; for `Harry Potter, #5, Part 1` the number in the series, not
 * the part of the volume.
 */
function numbered(text: string): { name: string; position?: string } {
  const [, before, part, marked, bare] = MARKED.exec(text) ?? [];
  const number = part ?? marked ?? bare;
  if (before === undefined || number === undefined) return { name: tidy(text) };
  const within = numbered(before);
  return within.position === undefined
    ? { name: within.name, position: positionOf(number) }
    : within;
}

function positionOf(number: string): string {
  const word = number.toLowerCase();
  for (const [list, first] of [
    [WORDS, 0],
    [ROMAN, 1],
  ] as const) {
    const index = list.indexOf(word);
    if (index >= 0) return String(index + first);
  }
  return number.replace(/\s/g, "").replace("–", "-");
}

/**
 * The name without the marks that library records put around it: `--Discworld`, `(Discworld)`,
 * `Discworld,`.
 */
function tidy(name: string): string {
  return name
    .replace(/^[\s\-–—:;,]+|[\s,;:]+$/gu, "")
    .replace(/^\(([^()]*)\)$|^\[([^[\]]*)\]$/u, "$1$2")
    .replace(/(?<=\p{Ll}{3})\.$/u, "")
    .trim();
}
