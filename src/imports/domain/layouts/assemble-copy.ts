import { loanSchema, type Loan, type OwnSeries } from "../../../../contract/library-fields.ts";
import type { ParsedEntry } from "../../../library/domain/merge-entry.ts";
import { distinctSeries, seriesInTitle } from "../../../library/domain/series-text.ts";
import { defined } from "../../../platform/defined.ts";
import type { Draft } from "./draft.ts";
import type { CellStore } from "./kept.ts";

/**
 * The user's copy of a book as a row describes it. Cells that cannot be represented are stored
 * unchanged.
 */
export function copyOf(
  draft: Draft,
  store: CellStore,
): Pick<ParsedEntry, "format" | "owned" | "location" | "loan" | "ownSeries"> {
  const { format, owned, location } = draft.copy;
  const [loan, ownSeries] = [loanOf(draft, store), seriesOfRow(draft, store)];
  return defined({ format, owned, location: location || undefined, loan, ownSeries });
}

/** A loan needs a borrower, and its dates must be in order. */
function loanOf({ copy }: Draft, store: CellStore): Loan | undefined {
  const { to, since, due } = copy.loan;
  const loan = loanSchema.safeParse(defined({ to, since, due }));
  if (loan.success && !copy.isReturned) return loan.data;
  for (const [column, cell] of copy.loanCells) store.add(column, cell);
  return undefined;
}

/** The series of the row's columns, then those in its title. */
function seriesOfRow({ copy, book }: Draft, store: CellStore): OwnSeries | undefined {
  const { series, position } = copy;
  const [only] = series;
  const isPlaced = series.length === 1 && only?.position === undefined;
  if (position !== undefined && !isPlaced) store.add(position.column, position.cell);
  const placed =
    isPlaced && only ? [{ ...only, ...defined({ position: position?.position }) }] : series;
  const all = distinctSeries([...placed, ...seriesInTitle(book.title ?? "")]);
  return all.length > 0 ? all : undefined;
}
