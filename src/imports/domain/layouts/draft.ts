import type { Reading, Status } from "../../../../contract/library-fields.ts";
import type { OwnBook } from "../../../../contract/library.ts";
import { reason, type Reason, type ReasonCode } from "../job/reasons.ts";
import { shortened } from "./cells.ts";
import type { DayOrder } from "./dates.ts";
import type { IsbnCell } from "./isbn-cells.ts";

/** What the values of a file have shown of the way in which it is written. */
export interface Conventions {
  dayOrder?: DayOrder;
  /** What a full rating is. */
  fullRating: 5 | 10;
}

/** A row while its cells are read; each cell adds what it says, the whole is judged afterwards. */
export interface Draft {
  readonly conventions: Conventions;
  readonly notes: Reason[];
  readonly book: Partial<OwnBook>;
  readonly names: {
    authors: string[];
    /** Those named apart: after the authors. */
    more: string[];
    /** In a cell each, with roles in another. */
    secondary: string[];
    roles: string[];
    /** For a row that names its author only there. */
    spare: string[];
  };
  readonly isbnCells: IsbnCell[];
  readonly identifiers: Record<string, string>;
  readonly shelf: {
    status?: Status;
    /** An exclusive shelf that is no status of ours. */
    unknown?: string;
    /** How its reader writes the name of that shelf. */
    name?: string;
    /** The words that the status was read from: they are no tags. */
    words: string[];
  };
  readonly tags: string[];
  readonly spareTags: string[];
  readonly read: {
    sessions: Reading[];
    started?: string;
    finished?: string;
    lastRead?: string;
    /** The columns and cells of ends that may be the day on which the book was given up. */
    ends: [column: string, cell: string][];
    givenUp: boolean;
    count?: number;
  };
  rating?: number;
  review?: string;
  privateNotes: string[];
  addedAt?: number;
  /** What kind of thing the row is, if it is no book. */
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
    read: { sessions: [], ends: [], givenUp: false },
    privateNotes: [],
    isRemoved: false,
  };
}

/** A row with more to say is broken as a whole. */
const MAX_NOTES = 50;

/** Adds a note, once for each of its texts. */
export function note(draft: Draft, code: ReasonCode, particular?: string): void {
  const added = reason(code, particular);
  if (draft.notes.length >= MAX_NOTES) return;
  if (!draft.notes.some(({ text }) => text === added.text)) draft.notes.push(added);
}

/** A text as far as it can be stored, with a note if that is not all of it. */
export function fitting(draft: Draft, text: string, length: number, column: string): string {
  const { text: kept, isCut } = shortened(text, length);
  if (isCut) note(draft, "TEXT_SHORTENED", `${column}: ${text.length} characters.`);
  return kept;
}
