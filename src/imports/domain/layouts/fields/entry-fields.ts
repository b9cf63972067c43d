import { MAX_REVIEW_LENGTH, ratingSchema } from "../../../../../contract/library-fields.ts";
import { isBlank, isPlaceholder, quotedItems } from "../cells.ts";
import { columnKey } from "../column-names.ts";
import { dayInSeconds, readDate } from "../dates.ts";
import { dateOrderIn, fitting, note, noteAssumedOrder, type Draft } from "../draft.ts";
import { withoutMarkup } from "../markup.ts";
import { splitAtCommas } from "../names.ts";
import { shareOf, statusOfShare } from "../progress.ts";
import { readStars } from "../ratings.ts";
import { shelfStatusOf, statusOf, yesOrNo } from "../statuses.ts";
import { READING_FIELDS } from "./reading-fields.ts";
import type { FieldReader } from "./reader.ts";
import { readAnswer, setStatus, statusAndDay } from "./shelf.ts";

const { startedAt: startedOn, finishedAt: finishedOn } = READING_FIELDS;

const text =
  (field: "review" | "privateNotes"): FieldReader =>
  (cell, draft, column) => {
    const found = withoutMarkup(cell);
    if (isBlank(found)) return true;
    if (field === "privateNotes") {
      draft.privateNotes.push(found);
      return true;
    }
    draft.review ??= fitting(draft, found, MAX_REVIEW_LENGTH, column);
    return found.startsWith(draft.review);
  };

/** Confidence for a shelf that is a word for a status or was mapped to one. */
const EXACT = 0.9;

/** A dash that means no tag or category. */
const NO_TAG = /^\s*[-–—]\s*$/;

const tags =
  (target: "tags" | "spareTags", split: (cell: string) => string[]): FieldReader =>
  (cell, draft) => {
    if (!NO_TAG.test(cell)) draft[target].push(...(quotedItems(cell) ?? split(cell)));
    return true;
  };

/** Reads a status with its date: `Finished on 2023-12-29`, `Being read since 2024-04-02`. */
function statusOnDay(word: string, day: string, draft: Draft, column: string): boolean {
  setStatus(draft, word);
  const { status } = draft.shelf;
  if (status === "completed") return finishedOn(day, draft, column);
  return status === "reading" ? startedOn(day, draft, column) : false;
}

/**
 * Answers in a column such as `Read?`; a reading date, a number of readings or a status is also an
 * answer.
 */
const isRead: FieldReader = (cell, draft, column) =>
  readAnswer(cell, draft) || finishedOn(cell, draft, column);

/** LibraryThing's default collections, which are not imported as tags. */
const DEFAULT_COLLECTIONS = new Set(["yourlibrary", "favorites", "favourites"]);

/** Fields of the user's entry for the book. */
export const ENTRY_FIELDS = {
  status: (cell, draft, column) => {
    if (/\d{4}/.test(cell)) {
      const { confidence } = shelfStatusOf(cell.trim(), draft.conventions.statuses);
      const [word, day] =
        confidence < EXACT ? (statusAndDay(cell, dateOrderIn(draft, column)) ?? []) : [];
      if (word !== undefined && day !== undefined && statusOf(word) !== undefined)
        return statusOnDay(word, day, draft, column);
    }
    setStatus(draft, cell);
    return true;
  },
  isRead,

  /**
   * Reading progress, which implies a status if no other column has one; or a word for a status.
   */
  progress: (cell, draft, column) => {
    const share = shareOf(cell, /[%٪％]|[cz]ent/i.test(column));
    const { status } = shelfStatusOf(cell.trim(), draft.conventions.statuses);
    const shown = share === undefined ? status : statusOfShare(share);
    if (shown !== "none") draft.shelf.progress ??= shown;
    return share === undefined && shown !== "none";
  },

  /** Anobii: the status and its date in one cell. */
  statusWithDay: (cell, draft, column) => {
    const [word, day] = statusAndDay(cell, dateOrderIn(draft, column)) ?? [];
    if (word !== undefined && day !== undefined) return statusOnDay(word, day, draft, column);
    setStatus(draft, cell);
    return true;
  },

  /** A column named after one status: `To Read`, `DNF`. */
  isOfStatus: (cell, draft, column) => {
    const answer = yesOrNo(cell);
    if (answer === true) setStatus(draft, column);
    return answer !== undefined;
  },

  /** `1` for a book on the wish list. */
  isWished: (cell, draft) => {
    if (yesOrNo(cell) === true) draft.shelf.isRead ??= false;
    return true;
  },

  /** CLZ: whether the user owns the book; only a wish is a status. */
  collectionStatus: (cell, draft) => {
    if (statusOf(cell) === "want_to_read") draft.shelf.isRead ??= false;
    const key = columnKey(cell);
    if (["incollection", "forsale"].includes(key)) draft.copy.owned ??= true;
    if (["notincollection", "sold"].includes(key)) draft.copy.owned ??= false;
    return false;
  },

  /** The user's spelling of the exclusive shelf (BookWyrm: `cooking-9` is `Cooking`). */
  shelfName: (cell, draft) => {
    draft.shelf.name = cell.trim();
    return true;
  },

  /** LibraryThing: several default and custom collections. Some default ones determine the status; custom ones become tags. */
  collections: (cell, draft) => {
    for (const collection of splitAtCommas(cell)) {
      const key = columnKey(collection);
      if (key === "yourlibrary") draft.copy.owned ??= true;
      if (key === "readbutunowned") draft.copy.owned ??= false;
      const status = statusOf(collection);
      if (status === undefined) {
        if (!DEFAULT_COLLECTIONS.has(columnKey(collection))) draft.tags.push(collection);
      } else if (draft.shelf.status === undefined || draft.shelf.status === "want_to_read") {
        draft.shelf.status = status;
      }
    }
    return false;
  },

  rating: (cell, draft, column) => {
    if (isPlaceholder(cell)) return true;
    const { ratingScale, isRatingScaleAssumed } = draft.conventions;
    const found = readStars(cell, ratingScale);
    if (found?.stars === 0) return true;
    if (found === undefined || !ratingSchema.safeParse(found.stars).success) {
      note(draft, "RATING_UNREADABLE", `${column}: ${cell.trim().slice(0, 50)}.`);
      return false;
    }
    draft.rating ??= found.stars;
    const shown = `${column}: ${cell.trim().slice(0, 50)} as ${found.stars} of 5 stars.`;
    if (found.isRounded) note(draft, "RATING_ROUNDED", shown);
    else if (isRatingScaleAssumed) note(draft, "RATING_SCALE_ASSUMED", shown);
    return draft.rating === found.stars && !found.isRounded;
  },

  review: text("review"),
  notes: text("privateNotes"),

  tags: tags("tags", (cell) => cell.split(/[,;|\n]/)),
  /** Openreads: tags may contain commas. */
  tagsByBars: tags("tags", (cell) => cell.split("|||||")),
  /** Jelu: a second copy of the tags with their spaces removed. */
  spareTags: tags("spareTags", (cell) => cell.split(/\s+/)),

  addedAt: (cell, draft, column) => {
    if (isPlaceholder(cell)) return true;
    const day = readDate(cell, dateOrderIn(draft, column));
    const added = day === undefined ? undefined : (day.instant ?? dayInSeconds(day.date));
    if (added === undefined || added < 0) {
      note(draft, "DATE_UNREADABLE", `${column}: ${cell.trim().slice(0, 50)}.`);
      return false;
    }
    noteAssumedOrder(draft, column, cell);
    draft.addedAt ??= added;
    return true;
  },
} satisfies Record<string, FieldReader>;
