import type { ProviderBook } from "../../../catalogue/domain/provider.ts";
import type { OwnBook } from "../../../../contract/library.ts";
import { fold } from "../../../library/domain/fold.ts";
import { sameAuthor } from "./author.ts";
import { diceSimilarity } from "./similarity.ts";
import { readTitle, type TitleParts } from "./title.ts";

/** What a book without an ISBN is known by. */
export type SoughtBook = Partial<OwnBook>;

/** An edition that may be the one, and how surely: from 0 to 1. */
export interface Candidate {
  book: Pick<ProviderBook, "isbn" | "title" | "authors">;
  score: number;
}

/** `sure`: one edition stands out. `unsure`: the best that there are, best first. */
export type Match =
  | { kind: "sure"; best: Candidate }
  | { kind: "unsure"; candidates: Candidate[]; isTie: boolean };

/**
 * From here on an edition is taken without asking. Of the labelled pairs in the test beside this file no wrong one gets above
 * 0.88, and no right one below 0.95.
 */
export const THRESHOLD = 0.9;
/** The next best edition has to be this much worse: less is a question of taste. */
export const MARGIN = 0.05;
/** What is less alike is no help to a reader. */
const WORTH_SHOWING = 0.4;
const MAX_CANDIDATES = 5;

/** Chooses among editions, each ISBN once. Precision comes first: whoever is not sure asks the reader. */
export function chooseEdition(sought: SoughtBook, editions: readonly ProviderBook[]): Match {
  const byIsbn = new Map<string, Candidate>();
  for (const { isbn, title, authors, ...book } of editions) {
    const score = scoreOf(sought, { isbn, title, authors, ...book });
    if (score > (byIsbn.get(isbn)?.score ?? 0)) {
      byIsbn.set(isbn, { book: { isbn, title, authors }, score });
    }
  }
  const ranked = [...byIsbn.values()].sort((a, b) => b.score - a.score);
  const [best, second] = ranked;
  const isSure = best !== undefined && best.score >= THRESHOLD;
  if (isSure && best.score - (second?.score ?? 0) >= MARGIN) return { kind: "sure", best };
  return {
    kind: "unsure",
    candidates: ranked.filter(({ score }) => score >= WORTH_SHOWING).slice(0, MAX_CANDIDATES),
    isTie: isSure,
  };
}

/** How surely an edition is the book that is sought, from 0 to 1, in hundredths. */
export function scoreOf(sought: SoughtBook, book: ProviderBook): number {
  const { title, authors = [] } = sought;
  const [author] = authors;
  if (title === undefined) return 0;
  const edition = sameEdition(sought, book);
  const titles = sameTitle(
    readTitle(title, sought.subtitle),
    readTitle(book.title, book.subtitle),
    edition.isConfirmed,
  );
  // A title alone tells no book from another.
  const writers = author === undefined ? 0.6 : sameFirstAuthor(author, book.authors);
  return Math.round(100 * titles * writers * edition.factor) / 100;
}

function sameFirstAuthor(author: string, authors: readonly string[]): number {
  if (authors.length === 0) return 0.6;
  const scores = authors.map((name, index) => sameAuthor(author, name) * (index === 0 ? 1 : 0.97));
  return Math.max(...scores);
}

/** @param isConfirmed whether year and pages or publisher say that it is this edition */
function sameTitle(one: TitleParts, other: TitleParts, isConfirmed: boolean): number {
  const derived = one.derived.join() === other.derived.join() ? 1 : 0.5;
  return mainTitles(one, other, isConfirmed) * volumes(one, other) * derived;
}

function mainTitles(one: TitleParts, other: TitleParts, isConfirmed: boolean): number {
  const whole = (parts: TitleParts): string => [parts.main, parts.subtitle ?? ""].join(" ").trim();
  if (whole(one) === whole(other)) return 1;
  if (squeezed(whole(one)) === squeezed(whole(other))) return 0.98;
  if (one.main !== other.main) return 0.85 * diceSimilarity(whole(one), whole(other));
  if (one.subtitle !== undefined && other.subtitle !== undefined) {
    return 0.6 + 0.3 * diceSimilarity(one.subtitle, other.subtitle);
  }
  // Where one side has no subtitle, the other's may as well be the title of a volume.
  const said = one.subtitle ?? other.subtitle ?? "";
  if (GENERIC_SUBTITLE.test(said)) return 1;
  return isConfirmed ? 0.96 : 0.86;
}

/** What publishers put under a title to say what kind of book it is. */
const GENERIC_SUBTITLE =
  /^(?:(?:novel|memoir|thriller|romance|mystery|novella|play|poems|stories|roman|romanzo|novela)\b.{0,20}|(?:\w+ ){0,2}(?:novel|memoir|thriller|roman|edition))$/;

/** Without spaces and articles, which files leave out before a subtitle. */
function squeezed(text: string): string {
  return text.replace(/\b(?:the|an?)\b| /g, "");
}

function volumes(one: TitleParts, other: TitleParts): number {
  if (one.volume === other.volume) return 1;
  if (one.volume !== undefined && other.volume !== undefined) return 0.3;
  const named = one.volume === undefined ? other : one;
  // `Dune Messiah (Dune Chronicles, #2)` has a title of its own; `Saga, Vol. 2` has none.
  if (named.series !== undefined && named.series !== named.main) return 1;
  if (named.volume !== "1") return 0.5;
  return named.series === undefined ? 0.88 : 0.97;
}

/** Pages are counted in more than one way. */
const PAGES_APART = 0.02;
/** An edition that keeps silent is a little less likely than one that agrees. */
const SILENT = { year: 0.97, pages: 0.99, publisher: 0.99 };

/** What row and edition say of year, pages, publisher and language: what differs makes it another edition. */
function sameEdition(
  sought: SoughtBook,
  book: ProviderBook,
): { factor: number; isConfirmed: boolean } {
  const year = weigh(yearOf(sought), yearOf(book), SILENT.year, (a, b) =>
    a === b ? 1 : Math.abs(a - b) === 1 ? 0.98 : 0.88,
  );
  const pages = weigh(sought.pageCount, book.pageCount, SILENT.pages, (a, b) =>
    Math.abs(a - b) <= PAGES_APART * Math.max(a, b) ? 1 : 0.93,
  );
  const publisher = weigh(sought.publisher, book.publisher, SILENT.publisher, (a, b) =>
    namesAgree(a, b) ? 1 : 0.95,
  );
  const language = weigh(sought.language, book.language, 1, (a, b) => (a === b ? 1 : 0.5));
  return {
    factor: (year ?? 1) * (pages ?? 1) * (publisher ?? 1) * (language ?? 1),
    isConfirmed: [year, pages, publisher].filter((one) => one === 1).length >= 2,
  };
}

/** `undefined` when nothing is sought. */
function weigh<Value>(
  sought: Value | undefined,
  given: Value | undefined,
  silent: number,
  agreement: (sought: Value, given: Value) => number,
): number | undefined {
  if (sought === undefined) return undefined;
  return given === undefined ? silent : agreement(sought, given);
}

function yearOf({ publicationYear, publishedDate }: SoughtBook): number | undefined {
  return (
    publicationYear ?? (publishedDate === undefined ? undefined : Number(publishedDate.slice(0, 4)))
  );
}

/** `Penguin` and `Penguin Books Ltd` are one publisher. */
function namesAgree(one: string, other: string): boolean {
  const [shorter = "", longer = ""] = [fold(one), fold(other)].toSorted(
    (a, b) => a.length - b.length,
  );
  return longer.includes(shorter);
}
