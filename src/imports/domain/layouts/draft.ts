import type { Reading, Status } from "../../../../contract/library-fields.ts";
import type { OwnBook } from "../../../../contract/library.ts";
import { reason, type Reason, type ReasonCode } from "../job/reasons.ts";
import { shortened } from "./cells.ts";
import type { DayOrder } from "./dates.ts";
import type { IsbnCell } from "./isbn-cells.ts";

/** Conventions detected from the values of a file. */
export interface Conventions {
  dayOrder?: DayOrder;
  /** The maximum rating. */
  fullRating: 5 | 10;
}

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
    /** The words from which the status was read; they are not imported as tags. */
    words: string[];
  };
  readonly tags: string[];
  readonly spareTags: string[];
  readonly read: {
    sessions: Reading[];
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
    read: { sessions: [], starts: [], ends: [], givenUp: false },
    privateNotes: [],
    isRemoved: false,
  };
}

/** Further notes are dropped: a row with this many is damaged as a whole. */
const MAX_NOTES = 50;

/** Adds a note unless the draft already has one with the same text. */
export function note(draft: Draft, code: ReasonCode, detail?: string): void {
  const added = reason(code, detail);
  if (draft.notes.length >= MAX_NOTES) return;
  if (!draft.notes.some(({ text }) => text === added.text)) draft.notes.push(added);
}

/** Cuts a text to at most `length` characters, and adds a note if it was longer. */
export function fitting(draft: Draft, text: string, length: number, column: string): string {
  const { text: result, isCut } = shortened(text, length);
  if (isCut) note(draft, "TEXT_SHORTENED", `${column}: ${text.length} characters.`);
  return result;
}
