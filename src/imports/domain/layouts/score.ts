import type { CsvRecord } from "../job/row.ts";
import { isBlank } from "./cells.ts";
import type { Format } from "./formats.ts";
import { ISBN_FIELDS } from "./fields/index.ts";
import { isOwnHeader } from "./own.ts";
import { fitOf, isUsable, planColumns, type Fit, type PlannedColumn } from "./plan.ts";
import { isTitleColumn } from "./plain-list.ts";
import { LAYOUTS } from "./tables/index.ts";

/** Title lines, empty lines and notes above a header are fewer. */
const MAX_LINES_ABOVE = 20;
/** Two columns that few other layouts have, one of them with words that no other uses. */
const MIN_RARE = 2;
const MIN_EVIDENCE = 1.5;
/** Of the columns of a file that its caller says is of a layout, the share that the layout must know. */
const MIN_PRECISION = 0.5;

/** The record that names the columns, and the layout that they are of; none if it is a table of no known service. */
export interface Header {
  index: number;
  fit?: Fit;
}

/** The header of a file: the first of those that fit best. @param wish the format that the file has to be of */
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
  if (wish === "bookstrack") return undefined;

  let best: (Header & { fit: Fit }) | undefined;
  for (const { index, cells } of wish === "list" ? [] : candidates) {
    const fit = bestFit(cells, wish);
    if (fit !== undefined && fit.evidence > (best?.fit.evidence ?? 0)) best = { index, fit };
  }
  return best ?? (wish === undefined || wish === "list" ? listHeader(candidates) : undefined);
}

function bestFit(cells: readonly string[], wish: Format | undefined): Fit | undefined {
  if (cells.length < 2) return undefined;
  const fits = LAYOUTS.filter(({ format }) => wish === undefined || wish === format)
    .map((layout) => fitOf(cells, layout))
    .filter(({ evidence, rare, precision }) =>
      wish === undefined
        ? evidence >= MIN_EVIDENCE && rare >= MIN_RARE
        : precision >= MIN_PRECISION,
    )
    .filter(({ layout }) => isUsable(planColumns(cells, layout)));
  return fits.sort((one, other) => other.evidence - one.evidence)[0];
}

/** A table with a column of ISBNs, or with titles and something else that is understood. */
function listHeader(
  candidates: readonly { index: number; cells: readonly string[] }[],
): Header | undefined {
  let best: { index: number; known: number } | undefined;
  for (const { index, cells } of candidates) {
    const known = planColumns(cells, undefined).filter(({ isKnown }) => isKnown);
    const hasIsbn = known.some(({ field }) => ISBN_FIELDS.has(field));
    const hasTitle = known.some(({ field }) => field === "title");
    const isHeader = hasIsbn || (hasTitle && known.length > 1) || isTitleColumn(cells);
    if (isHeader && known.length > (best?.known ?? 0)) best = { index, known: known.length };
  }
  return best;
}

/** How sure it is that the columns of a table of no known service were understood. */
export function listConfidence(columns: readonly PlannedColumn[]): number {
  const named = columns.filter(({ name }) => !isBlank(name));
  const known = named.filter(({ isKnown }) => isKnown).length;
  const hasIsbn = columns.some(({ field }) => ISBN_FIELDS.has(field));
  return Math.round((known / Math.max(1, named.length)) * (hasIsbn ? 1 : 0.8) * 100) / 100;
}
