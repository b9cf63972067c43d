import type { CsvRecord } from "../job/row.ts";
import { isBlank } from "./cells.ts";
import type { Format } from "./formats.ts";
import { ISBN_FIELDS } from "./fields/index.ts";
import { looksLikeBook } from "./headerless.ts";
import { isOwnHeader } from "./own.ts";
import { evidenceOf, fitOf, isRecognised, type Fit } from "./fit.ts";
import { isUsable, planColumns, type PlannedColumn } from "./plan.ts";
import { isTitleColumn } from "./plain-list.ts";
import { LAYOUTS } from "./tables/index.ts";

/** Maximum number of title lines, empty lines and notes before a header. */
export const MAX_LINES_ABOVE = 20;
/** Share of the columns that a layout must know when the caller has named the format. */
const MIN_PRECISION = 0.5;

/** The header of a file and its layout; `fit` is absent for a table from no known service. */
export interface Header {
  index: number;
  fit?: Fit;
}

/**
 * Finds the header of a file: the first of the best-fitting records.
 * @param wish the format that the caller named
 */
export function bestHeader(
  sample: readonly CsvRecord[],
  wish: Format | undefined,
): Header | undefined {
  const candidates = sample
    .slice(0, MAX_LINES_ABOVE + 1)
    .map(({ cells, damage }, index) => ({ index, cells: damage === undefined ? cells : [] }));
  const own = candidates.find(({ cells }) => isOwnHeader(cells));
  if (own !== undefined && (wish === undefined || wish === "bookstrack"))
    return { index: own.index };
  if (wish === "bookstrack" || wish === "bookstrack-archive") return undefined;

  let best: (Header & { fit: Fit }) | undefined;
  for (const { index, cells } of wish === "list" ? [] : candidates) {
    const fit = bestFit(cells, wish);
    if (fit !== undefined && isBetter(fit, best?.fit)) best = { index, fit };
  }
  return best ?? (wish === undefined || wish === "list" ? listHeader(candidates) : undefined);
}

const isBetter = (one: Fit, other: Fit | undefined): boolean =>
  other === undefined ||
  one.marks > other.marks ||
  (one.marks === other.marks && one.known > other.known);

function bestFit(cells: readonly string[], wish: Format | undefined): Fit | undefined {
  if (cells.length < 2) return undefined;
  const keys = evidenceOf(cells);
  const fitting = LAYOUTS.filter(({ format }) => wish === undefined || wish === format)
    .map((layout) => fitOf(keys, layout))
    .filter((fit) => (wish === undefined ? isRecognised(fit) : fit.precision >= MIN_PRECISION))
    .filter(({ layout }) => isUsable(planColumns(cells, layout)))
    .toSorted((one, other) => (isBetter(one, other) ? -1 : 1));
  return fitting[0];
}

/** Finds the header of a generic table: it has an ISBN column, a title and another known column, or only a title column. */
function listHeader(
  candidates: readonly { index: number; cells: readonly string[] }[],
): Header | undefined {
  let best: { index: number; known: number } | undefined;
  for (const { index, cells } of candidates) {
    if (looksLikeBook({ cells })) continue;
    const known = planColumns(cells, undefined).filter(({ isKnown }) => isKnown);
    const hasIsbn = known.some(({ field }) => ISBN_FIELDS.has(field));
    const hasTitle = known.some(({ field }) => field === "title");
    const isHeader = hasIsbn || (hasTitle && known.length > 1) || isTitleColumn(cells);
    if (isHeader && known.length > (best?.known ?? 0)) best = { index, known: known.length };
  }
  return best;
}

/** Returns the confidence, from 0 to 1, that the columns of a generic table were recognised correctly. */
export function listConfidence(columns: readonly PlannedColumn[]): number {
  const named = columns.filter(({ name }) => !isBlank(name));
  const known = named.filter(({ isKnown }) => isKnown).length;
  const hasIsbn = columns.some(({ field }) => ISBN_FIELDS.has(field));
  return Math.round((known / Math.max(1, named.length)) * (hasIsbn ? 1 : 0.8) * 100) / 100;
}
