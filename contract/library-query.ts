import * as z from "zod";
import { v1 } from "./catalogue.ts";
import { formatSchema, isPartialDate, statusSchema } from "./library-fields.ts";

const whole = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^-?\d{1,6}$/, message)
    .transform(Number)
    .pipe(z.int().min(min, message).max(max, message));
};

const asInteger = (minimum: number, maximum: number) => ({
  type: "integer" as const,
  minimum,
  maximum,
});

/** The `limit` parameter of a list: from 1 to `max`. */
export const limitSchema = (max: number, fallback: number) =>
  whole(1, max)
    .default(fallback)
    .meta({ ...asInteger(1, max), default: fallback });

export const yearSchema = whole(-9999, 9999).meta(asInteger(-9999, 9999));

const sorts = ["added", "title", "author", "rating", "year", "finished", "series"] as const;
const descendingSorts = sorts.map((sort) => `-${sort}` as const);

export const sortSchema = z.enum([...sorts, ...descendingSorts]);

const words = z.string().max(300);

/** A parameter that may be repeated. A single value becomes a list. */
function repeatable<const Value extends string>(values: readonly Value[], description: string) {
  return z
    .preprocess((value) => (typeof value === "string" ? [value] : value), z.array(z.enum(values)))
    .optional()
    .meta({ type: "array", items: { type: "string", enum: [...values] }, description });
}

function flag(description: string) {
  return z
    .enum(["true", "false"], "must be true or false")
    .transform((text) => text === "true")
    .optional()
    .meta({ type: "boolean", description });
}

function day(description: string) {
  return z
    .string()
    .refine(
      (text) => text.length === 10 && isPartialDate(text),
      "must be a day that exists: YYYY-MM-DD",
    )
    .optional()
    .meta({ description, format: "date", pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
}

const filters = {
  status: repeatable(
    [...statusSchema.options, "none"],
    "May be repeated: books with any of these statuses. `none` means books without a status",
  ),
  rating: z
    .string()
    .regex(/^\d(\.\d{1,2})?$/, "must be a number from 0 to 5")
    .transform(Number)
    .pipe(z.number().min(0).max(5))
    .optional()
    .meta({ type: "number", minimum: 0, maximum: 5, description: "Minimum rating" }),
  unrated: flag("`true`: books without a rating; `false`: books with one"),
  year: yearSchema
    .optional()
    .meta({ ...asInteger(-9999, 9999), description: "Year of publication" }),
  finishedYear: yearSchema
    .optional()
    .meta({ ...asInteger(-9999, 9999), description: "Year in which a reading was finished" }),
  finishedFrom: day(
    "Books with a reading finished on this day or later. A finish date that is only a month or a year counts if all of it is in the range",
  ),
  finishedTo: day("Books with a reading finished on this day or earlier"),
  addedFrom: day("Books added on this day or later"),
  addedTo: day("Books added on this day or earlier"),
  confirmed: flag("`true`: books that the catalogue has; `false`: books that only the user has"),
  format: repeatable(formatSchema.options, "May be repeated: books with any of these formats"),
  owned: flag("`true`: books that the user owns; `false`: all others"),
  language: z
    .string()
    .regex(/^[a-z]{2}$/, "must be an ISO 639-1 code, such as en")
    .optional()
    .meta({ description: "Language of the book, ISO 639-1" }),
  author: words.optional().meta({
    description: "The full name of one of the authors; case and diacritics are ignored",
  }),
  series: words.optional().meta({
    description: "The full name of one of the series; case and diacritics are ignored",
  }),
  q: words.optional().meta({
    description:
      "Words that must all occur in title, authors, tags, review or notes; case and diacritics are ignored",
  }),
  tag: words.optional(),
};

interface Range {
  finishedFrom?: string | undefined;
  finishedTo?: string | undefined;
  addedFrom?: string | undefined;
  addedTo?: string | undefined;
}

/** Reports a range with an end before its start. */
function inOrder(query: Range, context: z.RefinementCtx): void {
  for (const name of ["finished", "added"] as const) {
    const [from, to] = [query[`${name}From`], query[`${name}To`]];
    if (from === undefined || to === undefined || from <= to) continue;
    const message = `must not be before ${name}From`;
    context.addIssue({ code: "custom", path: [`${name}To`], message });
  }
}

/** In a JSON body, a parameter may also be a number or a boolean. */
const asParameter = (value: unknown): unknown =>
  typeof value === "number" || typeof value === "boolean" ? String(value) : value;

/**
 * The filters of a list as a JSON object. An unknown name is rejected, because ignoring it would
 * match more books than intended.
 */
export const filterSchema = z
  .preprocess(
    (given) =>
      typeof given === "object" && given !== null && !Array.isArray(given)
        ? Object.fromEntries(
            Object.entries(given).map(([name, value]) => [name, asParameter(value)]),
          )
        : given,
    z.strictObject(filters).superRefine(inOrder),
  )
  .meta({ id: "LibraryFilter" });

export const libraryQuerySchema = z
  .object({
    ...filters,
    sort: sortSchema.default("-added").meta({
      description: "Prefix `-` for descending. Books without a value come last in both directions",
    }),
    from: words.optional().meta({
      description:
        "Start at this position in the sort order: the beginning of a title or an author, a rating, a year, or a date (YYYY, YYYY-MM or YYYY-MM-DD) for `added` and `finished`. Ignored with a `cursor`",
    }),
    before: flag(
      "`true`: the response has `before`, the number of matching books before the position `from`",
    ),
    fields: z.enum(["compact"]).optional().meta({
      description: "`compact`: books without `description`, `sources` and `extra`",
    }),
    limit: limitSchema(200, 50),
    cursor: z.string().max(3000).optional().meta({
      description: "The `nextCursor` of the previous page; requires the same `sort`",
    }),
  })
  .superRefine(inOrder);

export const facetsQuerySchema = z
  .object({
    ...filters,
    limit: limitSchema(1000, 100).meta({
      ...asInteger(1, 1000),
      default: 100,
      description: "Maximum number of values per facet, most frequent first",
    }),
  })
  .superRefine(inOrder);

export const topRatedQuerySchema = z.object({
  year: yearSchema.optional(),
  limit: limitSchema(200, 50),
});

export const statsQuerySchema = z
  .object({
    year: whole(1, 9999)
      .optional()
      .meta({
        ...asInteger(1, 9999),
        description: "Year of `byMonth` and `goal`; default: this year",
      }),
    from: day(
      "First day of `period`; default: the first day of `year`; open if only `to` is given",
    ),
    to: day("Last day of `period`; default: the last day of `year`; open if only `from` is given"),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    message: "must not be before from",
    path: ["to"],
  });

export const exportFormatSchema = z.enum(["csv", "json", "ndjson", "archive"]);
/** A request for a download ticket of an export. */
export const exportTicketRequestSchema = z
  .object({ format: exportFormatSchema.optional().meta({ description: "`csv` by default" }) })
  .meta({ id: "ExportTicketRequest" });

/** A single-use ticket for one export. */
export const exportTicketResponseSchema = v1(
  z.object({
    ticket: z.string(),
    url: z.string().meta({
      description: "The path of the export with its format and ticket, relative to the service",
    }),
    expiresAt: z.iso.datetime(),
  }),
).meta({ id: "ExportTicketResponse" });

export const exportQuerySchema = z.object({
  format: exportFormatSchema.default("csv"),
  ticket: z.string().max(200).optional().meta({
    description: "The ticket of this export, instead of the Authorization header",
  }),
});

export const reviewQueueQuerySchema = z.object({
  limit: limitSchema(200, 50),
  cursor: z.string().max(300).optional(),
  jobId: z.string().min(1).max(100).optional().meta({
    description: "Only rows that this import has queued or updated",
  }),
});
