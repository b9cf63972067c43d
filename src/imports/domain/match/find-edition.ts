import type {
  ProviderAnswer,
  ProviderBook,
  ProviderSearchAnswer,
  TitleQuery,
} from "../../../catalogue/domain/provider.ts";
import type { Resolution } from "../../../catalogue/domain/resolution.ts";
import type { ParsedRow, MatchedBy } from "../job/row.ts";
import { chooseEdition, scoreOf, THRESHOLD, type Candidate, type SoughtBook } from "./match.ts";
import { MINUTE_MS } from "../../../platform/time.ts";

/** Editions requested from each source. */
const LIMIT = 20;
const EDITION_ID = /^OL\d+M$/;
/** Wait before retrying a provider that suggests no time itself, and minimum wait. */
const WAIT_MS = 5000;
/** Maximum time for which a provider can make a job wait. */
export const MAX_WAIT_MS = MINUTE_MS;

/** Sources of editions. */
export interface EditionSources {
  /** Searches the catalogue by full text; best match first. Throws when D1 is unavailable. */
  inCatalogue(sought: {
    title: string;
    author?: string;
    limit: number;
  }): Promise<readonly ProviderBook[]>;
  /** Searches the providers in the import lane. */
  atProviders(query: TitleQuery): Promise<ProviderSearchAnswer>;
}

/** The result of the search for a row. `searched`: a provider was asked. `later`: no provider was available. */
export type Finding =
  | { kind: "sure"; isbn: string; by: MatchedBy; score: number; searched: boolean }
  | { kind: "unsure"; candidates: readonly Candidate[]; isTie: boolean; searched: boolean }
  | { kind: "later"; waitMs: number };

/**
 * Searches the edition of a row without an ISBN: by its Open Library edition id, which is unambiguous; otherwise by title
 * and author, in the catalogue first. A provider's search result counts only if a lookup of its ISBN confirms it.
 */
export async function findEdition(
  { book: sought, identifiers }: ParsedRow,
  sources: EditionSources,
  resolve: (isbn13: string) => Promise<Resolution>,
): Promise<Finding> {
  const { openLibraryEdition: edition } = identifiers;
  let searched = false;
  if (edition !== undefined && EDITION_ID.test(edition)) {
    const answer = await sources.atProviders({ edition, limit: 1 });
    if (answer.kind === "failed") return later(answer);
    searched = true;
    const [named] = answer.books;
    const resolution = named && (await resolve(named.isbn));
    if (resolution?.kind === "unavailable") return { kind: "later", waitMs: waitOf(resolution) };
    if (named && resolution?.kind === "found") {
      return { kind: "sure", isbn: named.isbn, by: "isbn13", score: 1, searched };
    }
  }
  if (sought.title === undefined) return { kind: "unsure", candidates: [], isTie: false, searched };
  return byTitle({ ...sought, title: sought.title }, sources, resolve, searched);
}

async function byTitle(
  sought: SoughtBook & { title: string },
  sources: EditionSources,
  resolve: (isbn13: string) => Promise<Resolution>,
  hasSearched: boolean,
): Promise<Finding> {
  const { title, authors: [author] = [] } = sought;
  const query = { title: withoutBrackets(title), ...(author ? { author } : {}), limit: LIMIT };
  const stored = await sources.inCatalogue(query);
  const known = chooseEdition(sought, stored);
  if (known.kind === "sure") return sureOf(known.best, hasSearched);

  const answer = await sources.atProviders(query);
  if (answer.kind === "failed") return later(answer);
  const match = chooseEdition(sought, [...stored, ...answer.books]);
  if (match.kind === "unsure") return { ...match, searched: true };
  const { best } = match;
  const resolution = await resolve(best.book.isbn);
  if (resolution.kind === "unavailable") return { kind: "later", waitMs: waitOf(resolution) };
  const isConfirmed =
    resolution.kind === "found" && scoreOf(sought, resolution.record.book) >= THRESHOLD;
  if (isConfirmed) return sureOf(best, true);
  return { kind: "unsure", candidates: [best], isTie: false, searched: true };
}

function sureOf({ book, score }: Candidate, searched: boolean): Finding {
  return { kind: "sure", isbn: book.isbn, by: "titleAuthor", score, searched };
}

/** Removes a trailing series in brackets: catalogues seldom have the series in the title. */
function withoutBrackets(title: string): string {
  return title.replace(/(?<!\s)\s*[([][^()[\]]*[)\]]\s*$/, "").trim() || title;
}

function later({ retryAfterMs }: Extract<ProviderAnswer, { kind: "failed" }>): Finding {
  return { kind: "later", waitMs: bounded(retryAfterMs ?? WAIT_MS) };
}

function waitOf({ retryAfterSeconds }: Extract<Resolution, { kind: "unavailable" }>): number {
  return bounded(retryAfterSeconds * 1000);
}

function bounded(waitMs: number): number {
  return Math.min(MAX_WAIT_MS, Math.max(WAIT_MS, waitMs));
}
