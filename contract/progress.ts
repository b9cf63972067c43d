import * as z from "zod";
import { v1 } from "./catalogue.ts";
import { givenInstantSchema, textSchema } from "./library-fields.ts";
import { libraryBookSchema } from "./library.ts";
import { limitSchema } from "./library-query.ts";

const MAX_NOTE_LENGTH = 10_000;

/** Client-generated ids, so that a repeated request creates the item only once. */
export const clientIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, - or _");

const pageSchema = z.int().min(0).max(100_000);
const percentSchema = z.number().min(0).max(100);
const minutesSchema = z.int().min(0).max(1_000_000);
const noteSchema = textSchema(MAX_NOTE_LENGTH);

/**
 * An instant; years before 1900 are typing errors. A text that is not an instant reports only that
 * error.
 */
const instantSchema = givenInstantSchema.refine(
  (text) => Date.parse(text) >= Date.UTC(1900),
  "must not be before 1900",
);

const positionFields = {
  page: pageSchema.optional().meta({ description: "The last page read" }),
  percent: percentSchema
    .optional()
    .meta({ description: "Percentage of the book that has been read" }),
  minutes: minutesSchema.optional().meta({ description: "Minutes listened" }),
};

const positionsOf = (given: { [Name in keyof typeof positionFields]?: unknown }): number =>
  [given.page, given.percent, given.minutes].filter((value) => value !== undefined).length;

/** New progress in a book: exactly one of page, percent and minutes. */
export const addProgressRequestSchema = z
  .object({
    id: clientIdSchema.optional().meta({
      description: "Client-generated, so that a repeated request records the progress only once",
    }),
    ...positionFields,
    at: instantSchema
      .optional()
      .meta({ description: "When the position was reached; default: now" }),
    note: noteSchema.optional(),
  })
  .refine((request) => positionsOf(request) === 1, {
    message: "send exactly one of page, percent and minutes",
    path: ["page"],
  })
  .meta({ id: "AddProgressRequest" });

/**
 * A change of progress. Absent fields are unchanged; a page, percent or minutes replaces the other
 * two.
 */
export const changeProgressRequestSchema = z
  .object({
    ...positionFields,
    at: instantSchema.optional(),
    note: noteSchema.nullable().optional(),
  })
  .refine((request) => positionsOf(request) <= 1, {
    message: "send at most one of page, percent and minutes",
    path: ["page"],
  })
  .refine((request) => Object.values(request).some((value) => value !== undefined), {
    message: "contains no change; send page, percent, minutes, at or note",
  })
  .meta({ id: "ChangeProgressRequest" });

/** A record of the user's progress. */
export const progressSchema = z
  .object({
    id: z.string(),
    isbn: z.string(),
    readingId: z.string().meta({
      description: "The reading that the progress belongs to; it may have been deleted since",
    }),
    page: z.int().min(0).optional(),
    percent: z.number().min(0).max(100).optional().meta({
      description: "As sent, or computed from the page if the book's page count is known",
    }),
    minutes: z.int().min(0).optional(),
    note: z.string().optional(),
    at: z.iso.datetime(),
    version: z.int(),
  })
  .meta({ id: "ReadingProgress" });

export const recordedProgressResponseSchema = v1(
  z.object({ progress: progressSchema, book: libraryBookSchema }),
);
export const progressPageSchema = v1(
  z.object({
    items: z.array(progressSchema),
    count: z.int().min(0),
    nextCursor: z.string().optional(),
  }),
);
export const progressQuerySchema = z.object({
  limit: limitSchema(200, 50),
  cursor: z.string().max(300).optional().meta({
    description: "The `nextCursor` of the previous page",
  }),
});

export type AddProgressRequest = z.infer<typeof addProgressRequestSchema>;
export type ChangeProgressRequest = z.infer<typeof changeProgressRequestSchema>;
export type Progress = z.infer<typeof progressSchema>;
