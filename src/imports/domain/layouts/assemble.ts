import {
  MAX_TAG_LENGTH,
  MAX_TAGS,
  MAX_REVIEW_LENGTH,
  type Status,
} from "../../../../contract/library-fields.ts";
import type { OwnBook } from "../../../../contract/library.ts";
import type { ParsedEntry } from "../../../library/domain/merge-entry.ts";
import { foldTag, normaliseTags } from "../../../library/domain/tags.ts";
import { toWrittenLine } from "../../../catalogue/domain/merge/normalise.ts";
import type { RowIdentifiers, Verdict } from "../job/row.ts";
import { copyOf } from "./assemble-copy.ts";
import { impliedStatus, readingsOf } from "./assemble-readings.ts";
import { withoutInvisible } from "./cells.ts";
import { columnKey } from "./column-names.ts";
import { fitting, note, type Draft } from "./draft.ts";
import type { CellStore } from "./kept.ts";
import { isAuthorRole } from "./names.ts";
import type { Field } from "./fields/index.ts";
import type { Plan } from "./plan.ts";
import { statusOfTag } from "./statuses.ts";
import { verdictOf } from "./verdict.ts";
import { defined } from "../../../platform/defined.ts";

const MAX_AUTHORS = 50;
const MAX_NAME_LENGTH = 300;

/** Builds verdict, book, entry and identifiers from a complete draft. */
export function assemble(
  draft: Draft,
  store: CellStore,
  plan: Plan,
): { verdict: Verdict; book: Partial<OwnBook>; entry: ParsedEntry; identifiers: RowIdentifiers } {
  const authors = authorsOf(draft);
  const book = { ...draft.book, ...(authors.length === 0 ? {} : { authors }) };
  const verdict = verdictOf(draft);
  return { verdict, book, entry: entryOf(draft, store, plan), identifiers: draft.identifiers };
}

function authorsOf(draft: Draft): string[] {
  const { authors, more, secondary, roles, spare, given = "", family = "" } = draft.names;
  const others = secondary.filter((_, index) => isAuthorRole(roles[index] ?? ""));
  const parts = `${given} ${family}`.trim();
  const isNamed = authors.some((name) => name.includes(parts));
  const named = [...(isNamed ? [] : [parts]), ...authors, ...more, ...others].filter(
    (name) => name !== "",
  );
  const all = (named.length === 0 ? spare : named)
    .map((name) => withoutInvisible(name).replace(/\s+/g, " "))
    .flatMap((name) => toWrittenLine(name) ?? [])
    .map((name) => fitting(draft, name, MAX_NAME_LENGTH, "Author").trim());
  const distinct = [...new Set(all)].filter((name) => name !== "");
  if (distinct.length > MAX_AUTHORS) note(draft, "LIST_SHORTENED", `${distinct.length} authors.`);
  return distinct.slice(0, MAX_AUTHORS);
}

function entryOf(draft: Draft, store: CellStore, plan: Plan): ParsedEntry {
  const status = statusOf(draft, plan);
  const readings = readingsOf(draft, status);
  const { starts, ends, count } = draft.read;
  const isSwapped = draft.notes.some(({ code }) => code === "DATES_SWAPPED");
  const unused = isSwapped ? [...starts, ...ends] : status === "abandoned" ? ends : [];
  for (const [column, cell] of unused) store.add(column, cell);
  const tags = tagsOf(draft);
  const notes = fitting(draft, draft.privateNotes.join("\n\n"), MAX_REVIEW_LENGTH, "Notes");
  const copy = copyOf(draft, store);
  const extra = store.extra();
  return {
    ...defined({ status, rating: draft.rating, review: draft.review }),
    ...(notes === "" ? {} : { notes }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(readings.length === 0 ? {} : { readings }),
    ...copy,
    ...defined({ readCount: readings.length > 0 ? count : undefined, extra }),
  };
}

/**
 * The status from the status cell, or else from a column such as `Read?`. Without either, or if the
 * exclusive shelf is not a status, reading dates and progress imply it. A book with an end date is
 * not being read, whatever its progress.
 */
function statusOf(draft: Draft, plan: Plan): Status | undefined {
  const { layout, columns } = plan;
  const { isRead, progress } = draft.shelf;
  const status = draft.shelf.status ?? statusOfTags(draft, plan);
  if (status !== undefined) return status;
  if (isRead === true) return "completed";
  const hasCollections = columns.some(({ field }) => field === "collections");
  const implied = hasCollections && !layout?.datesImplyStatus ? undefined : impliedStatus(draft);
  const shown = progress === "reading" ? (implied ?? progress) : (progress ?? implied);
  return shown ?? (isRead === false ? "want_to_read" : undefined);
}

const STATUS_FIELDS: ReadonlySet<Field> = new Set(["status", "statusWithDay", "collections"]);

/**
 * The status among the tags of a table without a status column, which may list all shelves in one
 * column.
 */
function statusOfTags(draft: Draft, { layout, columns }: Plan): Status | undefined {
  const fields = layout === undefined ? [] : Object.values(layout.columns);
  const hasStatus = columns.some(({ field }) => STATUS_FIELDS.has(field));
  const mayHaveStatus = layout === undefined || fields.includes("status");
  if (hasStatus || !mayHaveStatus) return undefined;
  let found: Status | undefined;
  for (const tag of draft.tags) {
    const status = statusOfTag(tag);
    if (status === undefined) continue;
    draft.shelf.words.push(columnKey(tag));
    if (found === undefined || found === "want_to_read") found = status;
  }
  return found;
}

/** Returns the user's tags and, if the exclusive shelf is not a status, the shelf. Tags that repeat the status are dropped. */
function tagsOf(draft: Draft): string[] {
  const { unknown, name, words } = draft.shelf;
  const shelf = unknown === undefined ? [] : [name ?? unknown];
  const spare = draft.tags.length === 0 ? draft.spareTags : [];
  const statusWords = new Set(unknown === undefined ? words : []);
  const free = [...draft.tags, ...spare].filter((tag) => !statusWords.has(columnKey(tag)));
  const fitted = [...free, ...shelf].map((tag) =>
    fitting(draft, tag.trim(), MAX_TAG_LENGTH, "Tag"),
  );
  const tags = normaliseTags(fitted).filter(
    (tag) => tag.length <= MAX_TAG_LENGTH && foldTag(tag) !== "",
  );
  if (tags.length > MAX_TAGS) note(draft, "LIST_SHORTENED", `${tags.length} tags.`);
  return tags.slice(0, MAX_TAGS);
}
