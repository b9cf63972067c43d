import * as z from "zod";
import { v1 } from "./catalogue.ts";
import {
  givenInstantSchema,
  partialDateSchema,
  readingSchema,
  tagsSchema,
} from "./library-fields.ts";
import { GOAL_YEARS, goalRequestSchema } from "./goals.ts";
import { limitSchema } from "./library-query.ts";
import { addBookRequestSchema, changeBookRequestSchema, libraryBookSchema } from "./library.ts";
import { problemSchema } from "./problems.ts";
import { timeZoneSchema } from "./settings.ts";
import { addProgressRequestSchema, progressSchema } from "./progress.ts";

/** Limits of synchronisation: items per page, changes per request, streams per account. */
export const MAX_SYNC = { items: 1000, changes: 100, streams: 3 } as const;

/** Retention of removals and keys of changes in days, and the maximum age of an edit. */
export const SYNC_DAYS = 180;

const version = z.int().min(1).meta({
  description: "Incremented by each write to this item; compared with `ifVersion`",
});
const deleted = z.literal(true).optional().meta({ description: "Present if the item was removed" });
const id = z.string().min(1).max(100);
const count = z.int().min(0);
const goalNumbers = z.object({
  books: count.optional(),
  pages: count.optional(),
  minutes: count.optional(),
});
const goalYear = z.int().min(GOAL_YEARS.first).max(GOAL_YEARS.last);

/**
 * One changed item in its current state: `book`, `progress`, `goal` or `value` is absent when
 * `deleted`.
 */
export const feedItemSchema = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("book"),
      isbn: z.string(),
      version,
      deleted,
      book: libraryBookSchema.optional(),
    }),
    z.object({
      kind: z.literal("progress"),
      id: z.string(),
      isbn: z.string(),
      version,
      deleted,
      progress: progressSchema.optional().meta({
        description: "As sent: `percent` is absent if a page was sent",
      }),
    }),
    z.object({
      kind: z.literal("goal"),
      year: z.int(),
      version,
      deleted,
      goal: goalNumbers.optional(),
    }),
    z.object({
      kind: z.literal("setting"),
      name: z.string(),
      version,
      deleted,
      value: z.unknown().optional(),
    }),
  ])
  .meta({ id: "FeedItem" });

export const feedQuerySchema = z.object({
  since: z.string().max(300).optional().meta({
    description: "`next` of the previous page. Without it, the feed begins with the whole library",
  }),
  limit: limitSchema(MAX_SYNC.items, 200),
});

export const feedPageSchema = v1(
  z.object({
    items: z.array(feedItemSchema),
    next: z.string().meta({
      description:
        "`since` of the next request: immediately if `more`, otherwise for the next poll",
    }),
    more: z.boolean(),
    seq: z.int().min(0).meta({
      description:
        "Number of the latest write when the page was read; the stream sends the same number",
    }),
  }),
).meta({ id: "FeedPage" });

/** Data of the only event of the stream. */
export const streamEventSchema = z
  .object({ seq: z.int().min(0).meta({ description: "Number of the latest write" }) })
  .meta({ id: "ChangeEvent" });

const given = {
  /** Client-generated; also the id of the item that the change creates. */
  key: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, `-` or `_`")
    .meta({
      description: "Unique per user, such as a UUID. A repeated change is applied only once",
    }),
  at: givenInstantSchema.optional().meta({
    description: `When the user made the edit; an edit older than ${SYNC_DAYS} days is refused`,
  }),
};
const isbn = z.string().min(1).max(100);
const ifVersion = z.int().min(1).optional().meta({
  description: "The version that the user edited. Without it, the change applies to any version",
});
const clearableDate = partialDateSchema.nullable().optional();

/** Operations on lists, which never conflict with additions by another device. */
const listChanges = z.object({
  addTags: tagsSchema.optional(),
  removeTags: tagsSchema.optional(),
  addReadings: z
    .array(readingSchema.extend({ id: given.key }))
    .max(200)
    .optional()
    .meta({ description: "New readings with client-generated ids" }),
  changeReadings: z
    .array(z.object({ id, startedAt: clearableDate, finishedAt: clearableDate }))
    .max(200)
    .optional()
    .meta({ description: "Absent dates are unchanged; null clears a date" }),
  removeReadings: z.array(id).max(200).optional(),
});

/** What a `change` sets: the fields of `ChangeBookRequest`, and operations on the lists. */
export const changeBodySchema = changeBookRequestSchema
  .extend(listChanges.shape)
  .meta({ id: "OutboxChangeBody" });

/** An `add` identifies the book by its ISBN, here or in the body, or by title and authors. */
const addBodySchema = z.object(addBookRequestSchema.shape).meta({ id: "OutboxAddBody" });

const operation = <Op extends string, Shape extends z.ZodRawShape>(op: Op, shape: Shape) =>
  z.object({ op: z.literal(op), ...given, ...shape });

/** One change of the outbox. */
export const outboxChangeSchema = z
  .discriminatedUnion("op", [
    operation("add", { isbn: isbn.optional(), body: addBodySchema.optional() }),
    operation("change", { isbn, ifVersion, body: changeBodySchema }),
    operation("delete", { isbn, ifVersion }),
    operation("restore", { isbn }),
    operation("progress", { isbn, body: addProgressRequestSchema }),
    operation("progress.delete", { isbn, body: z.object({ id }) }),
    operation("goal", { ifVersion, body: goalRequestSchema.safeExtend({ year: goalYear }) }),
    operation("goal.delete", { ifVersion, body: z.object({ year: goalYear }) }),
    operation("setting", {
      ifVersion: z.int().min(0).optional().meta({
        description: "As for other changes; 0 for a setting that the feed has not listed",
      }),
      body: z.object({
        name: z.enum(["timeZone"]),
        value: timeZoneSchema.nullable().meta({ description: "null restores the default" }),
      }),
    }),
  ])
  .meta({ id: "OutboxChange" });

/**
 * The members needed to give a change its own result. An otherwise invalid change is refused
 * without affecting the others.
 */
const anyChangeSchema = z.looseObject({ key: given.key });

export const outboxRequestSchema = z
  .object({ changes: z.array(anyChangeSchema).min(1).max(MAX_SYNC.changes) })
  .meta({ id: "OutboxRequest" });

export const changeOutcomeSchema = z.enum(["applied", "replayed", "conflict", "refused"]);

/** A problem without the members that describe the request. */
export const changeProblemSchema = problemSchema
  .omit({ instance: true, requestId: true, success: true, error: true })
  .meta({ id: "ChangeProblem" });

export const outboxResultSchema = z
  .object({
    key: z.string(),
    outcome: changeOutcomeSchema,
    isbn: z.string().optional().meta({ description: "The book that was changed" }),
    version: version.optional().meta({
      description: "The entry's version after an applied change",
    }),
    unchanged: z.literal(true).optional().meta({
      description:
        "The versioned item was not written, because it already had the values, was removed, or only its progress was written; `version` may be from another device's write",
    }),
    current: libraryBookSchema.optional().meta({
      description: "For a conflict: the current book; absent if it was removed",
    }),
    currentVersion: version.optional().meta({
      description: "For a conflict: the version of `current`, to send with a new change",
    }),
    currentGoal: goalNumbers.optional().meta({ description: "For a conflict: the current goal" }),
    currentSetting: z
      .object({ name: z.string(), value: z.unknown() })
      .optional()
      .meta({ description: "For a conflict: the current setting" }),
    deleted: z.literal(true).optional().meta({
      description: "For a conflict: the book or the goal was removed",
    }),
    fields: z.array(z.string()).optional().meta({
      description: "For a conflict: the fields that were changed after `ifVersion`",
    }),
    problem: changeProblemSchema.optional().meta({ description: "Why a change was refused" }),
  })
  .meta({ id: "OutboxResult" });

export const outboxResponseSchema = v1(
  z.object({
    results: z.array(outboxResultSchema).meta({
      description: "One result per change, in the order of the request",
    }),
  }),
).meta({ id: "OutboxResponse" });

export type FeedItem = z.infer<typeof feedItemSchema>;
export type OutboxChange = z.infer<typeof outboxChangeSchema>;
export type ChangeBody = z.infer<typeof changeBodySchema>;
export type OutboxResult = z.infer<typeof outboxResultSchema>;
