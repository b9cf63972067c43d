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

/** Editions that each side is asked for. */
const LIMIT = 20;
const EDITION_ID = /^OL\d+M$/;
/** Without a hint of its own a provider is worth another try after this long; none makes a job wait longer than a minute. */
const WAIT_MS = 5000;
const MAX_WAIT_MS = MINUTE_MS;

/** Where editions come from. */
export interface EditionSources {
  /** By full text, best first. Throws when D1 is away. */
  inCatalogue(sought: {
    title: string;
    author?: string;
    limit: number;
  }): Promise<readonly ProviderBook[]>;
  /** At the providers, in the lane of imports. */
  atProviders(query: TitleQuery): Promise<ProviderSearchAnswer>;
}

/** What was found of a row. `searched`: a provider was asked for it. `later`: it could not be. */
export type Finding =
  | { kind: "sure"; isbn: string; by: MatchedBy; score: number; searched: boolean }
  | { kind: "unsure"; candidates: readonly Candidate[]; isTie: boolean; searched: boolean }
  | { kind: "later"; waitMs: number };

/**
 * Looks for the edition that a row without an ISBN means: by its Open Library id, which names it; else by title and
 * author, in the catalogue first. What a provider's search finds counts only if a lookup of its ISBN says the same.
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
  const question = { title: withoutBrackets(title), ...(author ? { author } : {}), limit: LIMIT };
  const held = await sources.inCatalogue(question);
  const known = chooseEdition(sought, held);
  if (known.kind === "sure") return sureOf(known.best, hasSearched);

  const answer = await sources.atProviders(question);
  if (answer.kind === "failed") return later(answer);
  const match = chooseEdition(sought, [...held, ...answer.books]);
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

/** Catalogues seldom have the series in the title. */
function withoutBrackets(title: string): string {
  return title.replace(/\s*[([][^()[\]]*[)\]]\s*$/, "").trim() || title;
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
