import { parseIsbn, type IsbnResult } from "../../../catalogue/domain/isbn/isbn.ts";
import { compactOf, MAX_INPUT_LENGTH } from "../../../catalogue/domain/isbn/text.ts";
import { cut } from "../../../catalogue/domain/merge/normalise.ts";
import { reason, type Reason } from "../job/reasons.ts";
import type { MatchedBy } from "../job/row.ts";
import { isPlaceholder } from "./cells.ts";

/** A cell that should contain an ISBN. A `spare` cell counts only if no other cell has an ISBN. */
export interface IsbnCell {
  column: string;
  cell: string;
  kind: "isbn" | "spare";
}

/** The combined result of a row's ISBN cells. */
export type IsbnFinding =
  | { kind: "one"; isbn: string; matchedBy: MatchedBy; notes: Reason[] }
  | { kind: "conflict" | "rounded" | "invalid"; reason: Reason; isUsable: boolean }
  | { kind: "none" };

type Refusal = Extract<IsbnResult, { ok: false }>;
type Read =
  | { kind: "valid" | "padded"; isbn13: string; matchedBy: MatchedBy; from: IsbnCell }
  | { kind: "damaged"; refusal: Refusal; from: IsbnCell };

/**
 * An ISBN-10 from an English-speaking country may lose up to three leading zeros, of its group and
 * publisher.
 */
const ZEROS_LOST = /^\d{6,8}[\dX]$/;
const SEPARATORS = /[,;|\n]|\s\/\s/;

/**
 * Finds the ISBN of a row. Valid ISBNs take precedence over those whose leading zeros had to be restored. ISBNs of two
 * different books are a conflict. A damaged ISBN is never guessed.
 */
export function findIsbn(cells: readonly IsbnCell[]): IsbnFinding {
  const main = cells.filter(({ kind }) => kind === "isbn").flatMap(readCell);
  const spare = cells.filter(({ kind }) => kind === "spare").flatMap(readCell);
  const damaged = main.filter((read) => read.kind === "damaged");
  return (
    chosen(main, "valid", damaged) ??
    chosen(main, "padded", damaged) ??
    chosen(spare, "valid", damaged, true) ??
    refused(damaged)
  );
}

function chosen(
  reads: readonly Read[],
  kind: "valid" | "padded",
  damaged: readonly Read[],
  takeFirst = false,
): IsbnFinding | undefined {
  const found = reads.flatMap((read) => (read.kind === kind ? [read] : []));
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  const other = others.find(({ isbn13 }) => isbn13 !== first.isbn13);
  if (other !== undefined && !takeFirst) {
    const detail = `${first.from.column}: ${first.isbn13}; ${other.from.column}: ${other.isbn13}.`;
    return { kind: "conflict", reason: reason("ISBN_CONFLICT", detail), isUsable: true };
  }
  const ignored = reads.filter((read) => read.kind === "padded" && read.isbn13 !== first.isbn13);
  const notes = [...damaged, ...ignored].map(({ from }) => reason("ISBN_IGNORED", cellText(from)));
  if (kind === "padded") notes.unshift(reason("ISBN_PADDED", cellText(first.from)));
  const by13 = found.some(({ matchedBy }) => matchedBy === "isbn13");
  return { kind: "one", isbn: first.isbn13, matchedBy: by13 ? "isbn13" : "isbn10", notes };
}

function refused(damaged: readonly Read[]): IsbnFinding {
  const refusals = damaged.flatMap((read) => (read.kind === "damaged" ? [read] : []));
  const rounded = refusals.find(({ refusal }) => refusal.problem === "rounded_number");
  const wrong = refusals.find((read) => read !== rounded && read.refusal.suggestions.length > 0);
  if (rounded !== undefined && wrong === undefined) {
    return {
      kind: "rounded",
      reason: reason("ISBN_ROUNDED", cellText(rounded.from)),
      isUsable: false,
    };
  }
  const [first = rounded] = wrong === undefined ? refusals : [wrong];
  if (first === undefined) return { kind: "none" };
  const { detail, suggestions } = first.refusal;
  const hint = suggestions.length === 0 ? "" : ` Did you mean ${suggestions.join(" or ")}?`;
  return {
    kind: "invalid",
    reason: reason("ISBN_INVALID", `${cellText(first.from)} ${detail}${hint}`),
    isUsable: suggestions.length > 0,
  };
}

const cellText = ({ column, cell }: IsbnCell): string =>
  `${column}: ${cut(cell.trim(), MAX_INPUT_LENGTH)}.`;

/**
 * A number with the additions of library catalogues: `0441172717 (pbk.)`, `9780441172719 : $9.99`.
 */
const WITH_REMARK = /^\s*((?:97[89][\s-]?)?\d[\d\s-]{7,12}[\dX])\s*[(:[]\D/i;

/** Reads the ISBNs of a cell, which may contain both ISBNs of an edition. */
function readCell(from: IsbnCell): Read[] {
  const [, bare] = WITH_REMARK.exec(from.cell) ?? [];
  const whole = readIsbn(bare ?? from.cell, from);
  if (whole === undefined || whole.kind !== "damaged" || !SEPARATORS.test(from.cell)) {
    return whole === undefined ? [] : [whole];
  }
  const parts = from.cell
    .slice(0, 20 * MAX_INPUT_LENGTH)
    .split(SEPARATORS)
    .flatMap((part) => readIsbn(part, from) ?? []);
  return parts.some(({ kind }) => kind !== "damaged") ? parts : [whole];
}

function readIsbn(cell: string, from: IsbnCell): Read | undefined {
  if (isPlaceholder(cell)) return undefined;
  const compact = cell.length > MAX_INPUT_LENGTH ? "" : compactOf(cell);
  const isPadded = ZEROS_LOST.test(compact);
  const result = parseIsbn(isPadded ? compact.padStart(10, "0") : cell);
  if (result.ok) {
    const matchedBy = compact.length === 13 ? "isbn13" : "isbn10";
    return { kind: isPadded ? "padded" : "valid", isbn13: result.isbn.isbn13, matchedBy, from };
  }
  // An empty number or the article number of another product is not a damaged ISBN.
  if (["empty", "all_zeros", "not_bookland", "asin"].includes(result.problem)) return undefined;
  return {
    kind: "damaged",
    refusal: isPadded ? refusalWithoutPadding(cell, result) : result,
    from,
  };
}

function refusalWithoutPadding(cell: string, padded: Refusal): Refusal {
  const result = parseIsbn(cell);
  return result.ok ? padded : result;
}
