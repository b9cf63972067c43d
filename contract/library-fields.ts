import * as z from "zod";

/** Reading status of a book on a shelf. A book may have none. */
export const statusSchema = z.enum(["want_to_read", "reading", "completed", "paused", "abandoned"]);

/** For reviews and private notes. 100,000 UTF-16 units are at most 300 KB; D1 accepts rows of up to 2 MB. */
export const MAX_REVIEW_LENGTH = 100_000;
export const MAX_TAGS = 100;
export const MAX_TAG_LENGTH = 100;
export const MAX_READINGS = 200;
export const MAX_LOCATION_LENGTH = 300;
export const MAX_BORROWER_LENGTH = 300;
export const MAX_SERIES = 10;
export const MAX_SERIES_NAME_LENGTH = 300;
export const MAX_POSITION_LENGTH = 30;

/**
 * Neither can be stored unchanged: some SQLite functions end a text at NUL, and a lone surrogate
 * has no UTF-8 form.
 */
const UNSTORABLE = /[\0\p{Cs}]/u;

/** A text that can be stored and returned unchanged. @param maxLength in UTF-16 units */
export const textSchema = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .refine((text) => !UNSTORABLE.test(text), "must not contain NUL or an unpaired surrogate");

/** A text that is not blank. */
const namedSchema = (maxLength: number) =>
  textSchema(maxLength).refine((text) => text.trim() !== "", "must not be blank");

export const ratingSchema = z
  .number()
  .min(0.25)
  .max(5)
  .multipleOf(0.25, "must be a multiple of 0.25");

export const reviewSchema = textSchema(MAX_REVIEW_LENGTH);
export const notesSchema = textSchema(MAX_REVIEW_LENGTH);

export const tagsSchema = z.array(namedSchema(MAX_TAG_LENGTH)).max(MAX_TAGS);

const DAYS_IN_LEAP_YEAR = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a text is an existing day, month or year (proleptic Gregorian, years 1 to 9999). */
export function isPartialDate(text: string): boolean {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text);
  if (!match) return false;
  const [year, month, day] = match.slice(1).map((part) => part && Number(part));
  if (!year) return false;
  if (month === undefined || month === "") return true;
  const length = DAYS_IN_LEAP_YEAR[month - 1];
  if (length === undefined) return false;
  if (day === undefined || day === "") return true;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day >= 1 && day <= (month === 2 && !isLeap ? 28 : length);
}

/** A day, a month or a year. */
export const partialDateSchema = z
  .string()
  .max(10)
  .refine(isPartialDate, "must be a date that exists: YYYY-MM-DD, YYYY-MM or YYYY")
  .meta({ id: "PartialDate", pattern: "^\\d{4}(-\\d{2}(-\\d{2})?)?$" });

const readingIdSchema = z
  .string()
  .regex(/^[\w-]{1,64}$/, "must be 1 to 64 letters, digits, - and _")
  .meta({ description: "Stable for as long as the reading exists" });

/**
 * One read-through of a book. Unknown dates are absent. A request names a reading by its `id`; a
 * new reading may have a client-generated id.
 */
export const readingSchema = z
  .object({
    id: readingIdSchema.optional(),
    startedAt: partialDateSchema.optional(),
    finishedAt: partialDateSchema.optional(),
  })
  .meta({ id: "GivenReading" });

/** A reading as it is stored. */
export const storedReadingSchema = readingSchema
  .extend({ id: readingIdSchema })
  .meta({ id: "Reading" });

export const readingsSchema = z
  .array(
    readingSchema.refine(
      ({ startedAt, finishedAt }) =>
        startedAt === undefined || finishedAt === undefined || !isBefore(finishedAt, startedAt),
      { message: "must not be before startedAt", path: ["finishedAt"] },
    ),
  )
  .max(MAX_READINGS)
  .refine(
    (readings) => {
      const ids = readings.flatMap(({ id }) => id ?? []);
      return new Set(ids).size === ids.length;
    },
    { message: "must not contain an id twice" },
  );

/** The format of the user's copy. `Book.binding` is the edition's, from the catalogue. */
export const formatSchema = z.enum(["paperback", "hardcover", "ebook", "audiobook", "other"]);

/** Where the user's copy is: a room, a shelf, a box. */
export const locationSchema = textSchema(MAX_LOCATION_LENGTH);

/** A loan of the user's copy. */
export const loanSchema = z
  .object({
    to: namedSchema(MAX_BORROWER_LENGTH),
    since: partialDateSchema.optional(),
    due: partialDateSchema.optional(),
  })
  .refine(({ since, due }) => since === undefined || due === undefined || !isBefore(due, since), {
    message: "must not be before since",
    path: ["due"],
  })
  .meta({ id: "Loan" });

/** The series of a book as the user has entered them; an empty list means that the book is in none. */
export const ownSeriesSchema = z
  .array(
    z.object({
      name: namedSchema(MAX_SERIES_NAME_LENGTH),
      position: namedSchema(MAX_POSITION_LENGTH)
        .optional()
        .meta({ examples: ["1", "1.5", "1-3"] }),
    }),
  )
  .max(MAX_SERIES)
  .meta({ examples: [[{ name: "Dune Chronicles", position: "1" }]] });

/** Compares two partial dates at the precision that both have. */
function isBefore(one: string, other: string): boolean {
  const known = Math.min(one.length, other.length);
  return one.slice(0, known) < other.slice(0, known);
}

/** Values of an imported file without a matching field, by column. */
export const extraSchema = z.record(z.string(), z.string());

export const addedAtSchema = z.iso.datetime();

/** An instant that a client sends, in any time zone. */
export const givenInstantSchema = z.iso.datetime({
  offset: true,
  abort: true,
  error: "must be an instant with its time zone, such as 2026-03-01T12:00:00Z",
});

export type Status = z.infer<typeof statusSchema>;
export type Reading = z.infer<typeof readingSchema>;
export type Format = z.infer<typeof formatSchema>;
export type Loan = z.infer<typeof loanSchema>;
export type OwnSeries = z.infer<typeof ownSeriesSchema>;
