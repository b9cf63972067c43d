import {
  MAX_TAGS,
  readingsSchema,
  tagsSchema,
  type Reading,
} from "../../../contract/library-fields.ts";
import { changeEntrySchema } from "../../../contract/library.ts";
import type { ChangeBody } from "../../../contract/sync.ts";
import { defined, withoutNulls } from "../../platform/defined.ts";
import { readingId, type Entry, type EntryChange } from "../../library/domain/entry.ts";
import { foldTag, normaliseTags } from "../../library/domain/tags.ts";

/** The fields that a change of an outbox sets, or why it is invalid. */
export type ResolvedChange =
  | { kind: "change"; change: EntryChange }
  /** A list would exceed its limits, or a reading would end before it begins. */
  | { kind: "invalid"; path: string; message: string };

/**
 * Applies the operations on lists to the lists of this entry. Adding an existing member or removing
 * a missing one changes nothing, so a change that arrives twice, or after a similar one, is
 * harmless.
 */
export function resolveLists(entry: Entry, body: ChangeBody): ResolvedChange {
  const change = changeEntrySchema.parse(body);
  const tags = tagsAfter(entry, change, body);
  const readings = readingsAfter(entry, change, body);
  const tagsError = tagsSchema.safeParse(tags ?? []).error;
  if (tagsError) {
    return {
      kind: "invalid",
      path: "body.addTags",
      message: `leads to more than ${MAX_TAGS} tags`,
    };
  }
  const [fault] = readingsSchema.safeParse(readings ?? []).error?.issues ?? [];
  if (fault) {
    const path = ["body", ...sentAs(readings ?? [], body, fault.path)].join(".");
    return { kind: "invalid", path, message: fault.message };
  }
  return { kind: "change", change: { ...change, ...defined({ tags, readings }) } };
}

/** The tags after a change; undefined when it does not mention them. */
function tagsAfter(
  entry: Entry,
  { tags }: EntryChange,
  { addTags, removeTags }: ChangeBody,
): EntryChange["tags"] {
  if (!addTags && !removeTags) return tags;
  const removed = new Set((removeTags ?? []).map(foldTag));
  const all = normaliseTags([...(tags ?? (tags === null ? [] : entry.tags)), ...(addTags ?? [])]);
  return all.filter((tag) => !removed.has(foldTag(tag)));
}

/** The readings after a change; undefined when it does not mention them. */
function readingsAfter(
  entry: Entry,
  { readings }: EntryChange,
  { addReadings, changeReadings, removeReadings }: ChangeBody,
): EntryChange["readings"] {
  if (!addReadings && !changeReadings && !removeReadings) return readings;
  const before: readonly Reading[] =
    readings === undefined
      ? entry.readings.map((reading, position) => ({
          ...reading,
          id: readingId(reading, position),
        }))
      : (readings ?? []);
  const removed = new Set(removeReadings);
  const changes = new Map((changeReadings ?? []).map(({ id, ...dates }) => [id, dates]));
  const there = new Set(before.map(({ id }) => id));
  return [...before, ...(addReadings ?? []).filter(({ id }) => !there.has(id))]
    .filter(({ id }) => id === undefined || !removed.has(id))
    .map((reading) => {
      const dates = changes.get(reading.id ?? "");
      return dates === undefined ? reading : withoutNulls({ ...reading, ...defined(dates) });
    });
}

/** The path of a value of the resulting readings in the change that brought it. */
function sentAs(
  readings: readonly Reading[],
  { addReadings, changeReadings, readings: all }: ChangeBody,
  [position, ...rest]: readonly PropertyKey[],
): string[] {
  const id = typeof position === "number" ? readings[position]?.id : undefined;
  for (const [name, sent] of Object.entries({ changeReadings, addReadings, readings: all ?? [] })) {
    const index = (sent ?? []).findIndex((reading) => id !== undefined && reading.id === id);
    if (index !== -1) return [name, index, ...rest].map(String);
  }
  return [addReadings ? "addReadings" : "readings"];
}

/** The readings that a change corrects but the entry does not have. */
export function missingReadings(
  entry: Entry,
  { changeReadings, addReadings }: ChangeBody,
): string[] {
  const there = new Set([
    ...entry.readings.map(readingId),
    ...(addReadings ?? []).map(({ id }) => id),
  ]);
  return (changeReadings ?? []).map(({ id }) => id).filter((id) => !there.has(id));
}
