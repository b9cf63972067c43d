import { MAX_REVIEW_LENGTH, ratingSchema } from "../../../../../contract/library-fields.ts";
import { isBlank, isPlaceholder } from "../cells.ts";
import { columnKey } from "../column-names.ts";
import { dayInSeconds, readDate } from "../dates.ts";
import { fitting, note, type Draft } from "../draft.ts";
import { withoutMarkup } from "../markup.ts";
import { splitAtCommas } from "../names.ts";
import { statusOf } from "../statuses.ts";
import type { FieldReader } from "./reader.ts";

const NUMBER =
  /^(\d{1,3}(?:[.,]\d{1,4})?)(?:\s*(?:\/|of|von|sur|de|di|van)\s*(\d{1,2}))?(?:\s*(?:stars?|\*|★))?$/i;
const STARS = /^([★*]{1,10})(½?)[☆\s]*$/;

/** Parses a rating as stars out of five; undefined if the text is not a rating. 0 means not rated. */
function starsOf(text: string, fullRating: number): number | undefined {
  const [, stars, half] = STARS.exec(text) ?? [];
  if (stars !== undefined) return stars.length + (half === "" ? 0 : 0.5);
  const [, number, outOf] = NUMBER.exec(text) ?? [];
  if (number === undefined) return undefined;
  return (Number(number.replace(",", ".")) * 5) / Number(outOf ?? fullRating);
}

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

const tags =
  (target: "tags" | "spareTags", split: (cell: string) => string[]): FieldReader =>
  (cell, draft) => {
    draft[target].push(...split(cell));
    return true;
  };

function setStatus(draft: Draft, word: string): boolean {
  const shelf = word.trim();
  const status = statusOf(shelf);
  draft.shelf.words.push(columnKey(shelf));
  if (status === undefined) draft.shelf.unknown ??= shelf;
  else draft.shelf.status ??= status;
  return true;
}

/** LibraryThing's default collections, which are not imported as tags. */
const DEFAULT_COLLECTIONS = new Set(["yourlibrary", "favorites", "favourites"]);

/** Fields of the user's entry for the book. */
export const ENTRY_FIELDS = {
  status: (cell, draft) => setStatus(draft, cell),

  /** The user's spelling of the exclusive shelf (BookWyrm: `cooking-9` is `Cooking`). */
  shelfName: (cell, draft) => {
    draft.shelf.name = cell.trim();
    return true;
  },

  /** LibraryThing: several default and custom collections. Some default ones determine the status; custom ones become tags. */
  collections: (cell, draft) => {
    for (const collection of splitAtCommas(cell)) {
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
    const stars = starsOf(cell.trim(), draft.conventions.fullRating);
    if (stars === 0) return true;
    if (stars === undefined || !ratingSchema.safeParse(stars).success) {
      note(draft, "RATING_UNREADABLE", `${column}: ${cell.trim().slice(0, 50)}.`);
      return false;
    }
    draft.rating ??= stars;
    return draft.rating === stars;
  },

  review: text("review"),
  notes: text("privateNotes"),

  tags: tags("tags", (cell) => cell.split(/[,;\n]/)),
  /** Openreads: tags may contain commas. */
  tagsByBars: tags("tags", (cell) => cell.split("|||||")),
  /** Jelu: a second copy of the tags with their spaces removed. */
  spareTags: tags("spareTags", (cell) => cell.split(/\s+/)),

  addedAt: (cell, draft, column) => {
    if (isPlaceholder(cell)) return true;
    const day = readDate(cell, draft.conventions.dayOrder);
    const added = day === undefined ? undefined : (day.instant ?? dayInSeconds(day.date));
    if (added === undefined || added < 0) {
      note(draft, "DATE_UNREADABLE", `${column}: ${cell.trim().slice(0, 50)}.`);
      return false;
    }
    draft.addedAt ??= added;
    return true;
  },
} satisfies Record<string, FieldReader>;
