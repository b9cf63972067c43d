import type { ProviderBook } from "../../../catalogue/domain/provider.ts";
import type { OwnBook } from "../../../../contract/library.ts";
import { fold } from "../../../library/domain/fold.ts";
import { sameAuthor } from "./author.ts";
import { diceSimilarity } from "./similarity.ts";
import { readTitle, type TitleParts } from "./title.ts";

/** The description of a book without an ISBN. */
export type SoughtBook = Partial<OwnBook>;

/** A possible edition and its score from 0 to 1. */
export interface Candidate {
  book: Pick<ProviderBook, "isbn" | "title" | "authors"> &
    Partial<Pick<ProviderBook, "coverUrl" | "publicationYear" | "publisher">>;
  score: number;
}

/** `sure`: one edition stands out. `unsure`: the best candidates, best first; `isTie` when several are good enough. */
export type Match =
  | { kind: "sure"; best: Candidate }
  | { kind: "unsure"; candidates: Candidate[]; isTie: boolean };

/**
 * Minimum score for choosing an edition without asking the user. In the labelled pairs of the test beside this file, no wrong
 * pair scores above 0.88 and no right pair below 0.95.
 */
export const THRESHOLD = 0.9;
/** Minimum distance to the second-best edition; between closer editions the user chooses. */
export const MARGIN = 0.05;
/** Minimum score of a candidate; less similar editions do not help the user. */
const MIN_CANDIDATE_SCORE = 0.4;
const MAX_CANDIDATES = 5;

/** Chooses among editions, counting each ISBN once. Precision matters more than recall: doubtful cases go to the user. */
export function chooseEdition(sought: SoughtBook, editions: readonly ProviderBook[]): Match {
  const byIsbn = new Map<string, Candidate>();
  for (const book of editions) {
    const score = scoreOf(sought, book);
    if (score > (byIsbn.get(book.isbn)?.score ?? 0)) byIsbn.set(book.isbn, { book, score });
  }
  const ranked = [...byIsbn.values()].sort((a, b) => b.score - a.score);
  const [best, second] = ranked;
  const isSure = best !== undefined && best.score >= THRESHOLD;
  if (isSure && best.score - (second?.score ?? 0) >= MARGIN) return { kind: "sure", best };
  return {
    kind: "unsure",
    candidates: ranked.filter(({ score }) => score >= MIN_CANDIDATE_SCORE).slice(0, MAX_CANDIDATES),
    isTie: isSure,
  };
}

/** Scores how likely an edition is the sought book, from 0 to 1, rounded to hundredths. */
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
  // A title alone does not identify a book.
  const writers = author === undefined ? 0.6 : sameFirstAuthor(author, book.authors);
  return Math.round(100 * titles * writers * edition.factor) / 100;
}

function sameFirstAuthor(author: string, authors: readonly string[]): number {
  if (authors.length === 0) return 0.6;
  const scores = authors.map((name, index) => sameAuthor(author, name) * (index === 0 ? 1 : 0.97));
  return Math.max(...scores);
}

/** @param isConfirmed whether at least two of year, pages and publisher agree */
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
  // If only one side has a subtitle, it may be the title of a volume.
  const subtitle = one.subtitle ?? other.subtitle ?? "";
  if (GENERIC_SUBTITLE.test(subtitle)) return 1;
  return isConfirmed ? 0.96 : 0.86;
}

/** Subtitles that only name the kind of book. */
const GENERIC_SUBTITLE =
  /^(?:(?:novel|memoir|thriller|romance|mystery|novella|play|poems|stories|roman|romanzo|novela)\b.{0,20}|(?:\w+ ){0,2}(?:novel|memoir|thriller|roman|edition))$/;

/** Removes spaces and articles, which some files omit before a subtitle. */
function squeezed(text: string): string {
  return text.replace(/\b(?:the|an?)\b| /g, "");
}

function volumes(one: TitleParts, other: TitleParts): number {
  if (one.volume === other.volume) return 1;
  if (one.volume !== undefined && other.volume !== undefined) return 0.3;
  const named = one.volume === undefined ? other : one;
  // `Dune Messiah (Dune Chronicles, #2)` has its own title; `Saga, Vol. 2` has only the title of its series.
  if (named.series !== undefined && named.series !== named.main) return 1;
  if (named.volume !== "1") return 0.5;
  return named.series === undefined ? 0.88 : 0.97;
}

/** Relative tolerance of page counts, because catalogues count pages differently. */
const PAGE_TOLERANCE = 0.02;
/** Factors for an edition that lacks a value: slightly less likely than one whose value agrees. */
const MISSING = { year: 0.97, pages: 0.99, publisher: 0.99 };

/** Compares year, pages, publisher and language; a difference suggests another edition. */
function sameEdition(
  sought: SoughtBook,
  book: ProviderBook,
): { factor: number; isConfirmed: boolean } {
  const year = weigh(yearOf(sought), yearOf(book), MISSING.year, (a, b) =>
    a === b ? 1 : Math.abs(a - b) === 1 ? 0.98 : 0.88,
  );
  const pages = weigh(sought.pageCount, book.pageCount, MISSING.pages, (a, b) =>
    Math.abs(a - b) <= PAGE_TOLERANCE * Math.max(a, b) ? 1 : 0.93,
  );
  const publisher = weigh(sought.publisher, book.publisher, MISSING.publisher, (a, b) =>
    namesAgree(a, b) ? 1 : 0.95,
  );
  const language = weigh(sought.language, book.language, 1, (a, b) => (a === b ? 1 : 0.5));
  return {
    factor: (year ?? 1) * (pages ?? 1) * (publisher ?? 1) * (language ?? 1),
    isConfirmed: [year, pages, publisher].filter((one) => one === 1).length >= 2,
  };
}

/** Returns undefined when the sought book lacks the value, and `missing` when only the edition lacks it. */
function weigh<Value>(
  sought: Value | undefined,
  actual: Value | undefined,
  missing: number,
  agreement: (sought: Value, actual: Value) => number,
): number | undefined {
  if (sought === undefined) return undefined;
  return actual === undefined ? missing : agreement(sought, actual);
}

function yearOf({ publicationYear, publishedDate }: SoughtBook): number | undefined {
  return (
    publicationYear ?? (publishedDate === undefined ? undefined : Number(publishedDate.slice(0, 4)))
  );
}

/** Treats `Penguin` and `Penguin Books Ltd` as one publisher. */
function namesAgree(one: string, other: string): boolean {
  const [shorter = "", longer = ""] = [fold(one), fold(other)].toSorted(
    (a, b) => a.length - b.length,
  );
  return longer.includes(shorter);
}
