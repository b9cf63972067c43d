import * as z from "zod";
import { GOAL_YEARS, goalRequestSchema } from "./goals.ts";
import {
  addedAtSchema,
  extraSchema,
  formatSchema,
  loanSchema,
  locationSchema,
  notesSchema,
  ownSeriesSchema,
  ratingSchema,
  readingSchema,
  readingsSchema,
  reviewSchema,
  statusSchema,
  tagsSchema,
} from "./library-fields.ts";
import { ownBookSchema } from "./library.ts";
import { addProgressRequestSchema, clientIdSchema } from "./progress.ts";

/** The archive of an account: one JSON object per line. docs/export.md describes it. */
export const ARCHIVE = { format: "bookstrack-archive", version: 1 } as const;

/** Versions are counters that start at the current time in ms; this is the year 2286. */
const MAX_VERSION = 10_000_000_000_000;
const versionSchema = z.int().min(1).max(MAX_VERSION);
const placeSchema = z
  .string()
  .regex(/^(\d{13}|local-[\w-]{1,100})$/, "must be an ISBN-13 or local-...");

/** Writer, version, and place: see `FieldWrites`. */
const fieldWriteSchema = z.union([
  z.tuple([z.string().max(100), z.int().min(0).max(MAX_VERSION)]),
  z.tuple([z.string().max(100), z.int().min(0).max(MAX_VERSION), z.int().min(0).max(MAX_VERSION)]),
]);

/** A book's stored entry. */
const entryFields = {
  isbn: placeSchema,
  status: statusSchema.optional(),
  rating: ratingSchema.optional(),
  review: reviewSchema.optional(),
  notes: notesSchema.optional(),
  tags: tagsSchema,
  readings: readingsSchema,
  format: formatSchema.optional(),
  owned: z.boolean().optional(),
  location: locationSchema.optional(),
  loan: loanSchema.optional(),
  ownSeries: ownSeriesSchema.optional(),
  addedAt: addedAtSchema,
  updatedAt: addedAtSchema,
  source: z.string().max(100).optional(),
  extra: extraSchema.optional(),
  version: versionSchema,
  fieldWrites: z.record(z.string().max(100), fieldWriteSchema).optional(),
  own: ownBookSchema.optional(),
  book: ownBookSchema.optional(),
};

export const archiveHeaderSchema = z.object({
  type: z.literal("archive"),
  format: z.literal(ARCHIVE.format),
  version: z.int().min(1),
  exportedAt: addedAtSchema,
});

export const archivedEntrySchema = z.object({ type: z.literal("entry"), ...entryFields });

/** The latest progress of a reading of an entry in the trash; `at` in ms since the epoch. */
const latestSchema = z.object({
  id: clientIdSchema,
  page: z.int().min(0).optional(),
  percent: z.number().min(0).max(100).optional(),
  minutes: z.int().min(0).optional(),
  at: z.int(),
});

export const archivedTrashSchema = z.object({
  type: z.literal("trash"),
  ...entryFields,
  latest: z.record(z.string().max(64), latestSchema).optional(),
  deletedAt: addedAtSchema,
  until: addedAtSchema,
});

export const archivedProgressSchema = addProgressRequestSchema.safeExtend({
  type: z.literal("progress"),
  id: clientIdSchema,
  isbn: placeSchema,
  readingId: z.string().regex(/^[\w-]{1,64}$/),
  reading: readingSchema.omit({ id: true }).optional(),
  at: addedAtSchema,
  trashed: z.literal(true).optional(),
});

export const archivedGoalSchema = goalRequestSchema.safeExtend({
  type: z.literal("goal"),
  year: z.int().min(GOAL_YEARS.first).max(GOAL_YEARS.last),
});

export const archivedSettingSchema = z.object({
  type: z.literal("setting"),
  name: z.literal("timeZone"),
  value: z.string().min(1).max(100),
});

export const archivedMoveSchema = z.object({
  type: z.literal("move"),
  isbn: placeSchema,
  movedTo: placeSchema,
});

/** The last line; a file without it is incomplete. */
export const archiveEndSchema = z.object({ type: z.literal("end"), lines: z.int().min(0) });

export type ArchivedEntry = z.infer<typeof archivedEntrySchema>;
export type ArchivedTrash = z.infer<typeof archivedTrashSchema>;
export type ArchivedProgress = z.infer<typeof archivedProgressSchema>;
export type ArchivedGoal = z.infer<typeof archivedGoalSchema>;
export type ArchivedSetting = z.infer<typeof archivedSettingSchema>;
export type ArchivedMove = z.infer<typeof archivedMoveSchema>;
