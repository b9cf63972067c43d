import type { Book } from "../../../../contract/catalogue.ts";
import { toLine } from "../merge/normalise.ts";
import { asList, asObject } from "./json-values.ts";

/** A series and the book's number in it. */
export type BookSeries = NonNullable<Book["series"]>[number];

const MAX_SERIES = 10;
/** `Dune Chronicles, #1`, `Discworld #3`, `Dune, Book 2`, `Foundation ; 2`, `Saga (vol. 3)`. */
const NUMBERED =
  /^(.+?)[\s,;:(-]*(?:#|\b(?:book|bk|vol|volume|band|bd|buch|tome|no|nr)\b\.?)?\s*#?([0-9]+(?:\.[0-9]+)?(?:\s?[-–]\s?[0-9]+)?)\)?$/iu;
/** A number without a mark is the number in the series only after a comma or semicolon. */
const MARKED =
  /(?:[,;]|#|\b(?:book|bk|vol|volume|band|bd|buch|tome|no|nr)\b\.?)\s*#?[0-9.–\s-]+\)?$/iu;
/** `Title (Series, #3)`, the way Goodreads writes it. */
const IN_TITLE = /^(.+?)\s*\(([^()]+#[0-9][^()]*)\)$/u;

/**
 * Series as providers write them: a text, a list of texts, or objects with `name` or `title` and `position`. A text may end
 * in the number. Each series once, at most 10.
 */
export function toSeries(value: unknown): BookSeries[] {
  const found = new Map<string, BookSeries>();
  for (const entry of asList(value)) {
    const series = toOne(entry);
    const key = series?.name.toLowerCase();
    if (series === undefined || key === undefined) continue;
    const held = found.get(key);
    if (held === undefined || (held.position === undefined && series.position !== undefined)) {
      found.set(key, series);
    }
  }
  return [...found.values()].slice(0, MAX_SERIES);
}

/** A title without the series in brackets that Goodreads adds, and all series. `series` is absent if there is none. */
export function titleAndSeries(
  title: string,
  series: readonly BookSeries[],
): { title: string; series?: BookSeries[] } {
  const [, bare, inside = ""] = IN_TITLE.exec(title) ?? [];
  const named = bare === undefined ? [] : inside.split(";").map((part) => part.trim());
  const all = toSeries([...series, ...named]);
  return { title: bare ?? title, ...(all.length > 0 ? { series: all } : {}) };
}

function toOne(entry: unknown): BookSeries | undefined {
  const object = asObject(entry);
  const text = toLine(object ? (object["name"] ?? object["title"]) : entry);
  if (text === undefined) return undefined;
  const position = toLine(object?.["position"]);
  const [, name, number] = MARKED.test(text) ? (NUMBERED.exec(text) ?? []) : [];
  const at = position ?? number?.replace(/\s/g, "").replace("–", "-");
  return { name: name ?? text, ...(at === undefined ? {} : { position: at }) };
}
