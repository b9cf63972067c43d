import type { Format, OwnSeries, Reading, Status } from "../../../../contract/library-fields.ts";
import type { OwnBook } from "../../../../contract/library.ts";
import { reason, type Reason, type ReasonCode } from "../job/reasons.ts";
import { shortened } from "./cells.ts";
import { isAmbiguousDate, readDate } from "./dates.ts";
import type { DateOrder, RatingScale, ShelfStatus } from "../reading/assumptions.ts";
import type { IsbnCell } from "./isbn-cells.ts";
import type { CommaRule } from "./names.ts";

/** Conventions of a file, chosen by the caller or detected from its values. */
export interface Conventions {
  /** Undefined when unknown; ambiguous dates are then omitted. */
  dateOrder?: DateOrder;
  /** The order of columns that differ from `dateOrder`. */
  dateOrders?: ReadonlyMap<string, DateOrder>;
  /** The order is not certain: ambiguous dates get a note. */
  isDateOrderAssumed?: true;
  /** The maximum of ratings that do not state it. */
  ratingScale: RatingScale;
  /** The scale is not certain: ratings get a note. */
  isRatingScaleAssumed?: true;
  /** What commas mean, by column of names. */
  commaRules?: ReadonlyMap<string, CommaRule>;
  /** Statuses that the caller has chosen for shelves, by `columnKey`. */
  statuses: ReadonlyMap<string, ShelfStatus>;
}

/** The conventions of this service's own export. */
export const OWN_CONVENTIONS: Conventions = { ratingScale: 5, statuses: new Map() };

/** A row while its cells are read. Each cell adds its values; the verdict is derived when all cells are read. */
export interface Draft {
  readonly conventions: Conventions;
  readonly notes: Reason[];
  readonly book: Partial<OwnBook>;
  readonly names: {
    authors: string[];
    /** Additional authors from a separate column, listed after `authors`. */
    more: string[];
    /** Secondary people; `roles` has the role of each at the same index. */
    secondary: string[];
    roles: string[];
    /** The author's name from separate columns. */
    given?: string;
    family?: string;
    /** Used only if no other column names an author. */
    spare: string[];
  };
  readonly isbnCells: IsbnCell[];
  readonly identifiers: Record<string, string>;
  readonly shelf: {
    status?: Status;
    /** An exclusive shelf that does not correspond to a status. */
    unknown?: string;
    /** The user's spelling of the name of that shelf. */
    name?: string;
    /** The answer in a column such as `Read?`, used if no other column has the status. */
    isRead?: boolean;
    /**
     * The status implied by a column such as `Progress`, used if no other column has the status.
     */
    progress?: Status;
    /** The words from which the status was read; they are not imported as tags. */
    words: string[];
  };
  readonly tags: string[];
  readonly spareTags: string[];
  readonly read: {
    sessions: Reading[];
    /** Further readings from numbered columns, by the number in the column name. */
    again: Map<string, Reading>;
    started?: string;
    finished?: string;
    lastRead?: string;
    /** Columns and cells of start dates. */
    starts: [column: string, cell: string][];
    /** Columns and cells of end dates that may be the day on which the book was abandoned. */
    ends: [column: string, cell: string][];
    givenUp: boolean;
    count?: number;
  };
  /** The user's copy of the book. */
  readonly copy: {
    format?: Format;
    owned?: boolean;
    location?: string;
    loan: { to?: string; since?: string; due?: string };
    /** Columns and cells of the loan. */
    loanCells: [column: string, cell: string][];
    isReturned: boolean;
    series: OwnSeries;
    /** The number in the series, from a separate column. */
    position?: { column: string; cell: string; position: string };
  };
  rating?: number;
  review?: string;
  privateNotes: string[];
  addedAt?: number;
  /** The kind of item, if it is not a book. */
  notABook?: { word: string; isCertain: boolean };
  isRemoved: boolean;
}

export function newDraft(conventions: Conventions): Draft {
  return {
    conventions,
    notes: [],
    book: {},
    names: { authors: [], more: [], secondary: [], roles: [], spare: [] },
    isbnCells: [],
    identifiers: {},
    shelf: { words: [] },
    tags: [],
    spareTags: [],
    read: { sessions: [], again: new Map(), starts: [], ends: [], givenUp: false },
    copy: { loan: {}, loanCells: [], isReturned: false, series: [] },
    privateNotes: [],
    isRemoved: false,
  };
}

/** Further notes are dropped, because a row with so many is damaged as a whole. */
const MAX_NOTES = 50;

/** Adds a note unless the draft already has one with the same text. */
export function note(draft: Draft, code: ReasonCode, detail?: string): void {
  const added = reason(code, detail);
  if (draft.notes.length >= MAX_NOTES) return;
  if (!draft.notes.some(({ text }) => text === added.text)) draft.notes.push(added);
}

/** The order of the dates in a column. */
export function dateOrderIn({ conventions }: Draft, column: string): DateOrder | undefined {
  return conventions.dateOrders?.get(column) ?? conventions.dateOrder;
}

/**
 * Adds a note for a date with interchangeable day and month, if the order of the file is uncertain.
 */
export function noteAssumedOrder(draft: Draft, column: string, cell: string): void {
  const { isDateOrderAssumed } = draft.conventions;
  const dateOrder = dateOrderIn(draft, column);
  if (!isDateOrderAssumed || dateOrder === undefined || !isAmbiguousDate(cell)) return;
  const date = readDate(cell, dateOrder)?.date;
  note(draft, "DATE_ORDER_ASSUMED", `${column}: ${cell.trim().slice(0, 50)} as ${date}.`);
}

/** Truncates a text to `length` characters, with a note if it was longer. */
export function fitting(draft: Draft, text: string, length: number, column: string): string {
  const { text: result, isCut } = shortened(text, length);
  if (isCut) note(draft, "TEXT_SHORTENED", `${column}: ${text.length} characters.`);
  return result;
}
