import * as z from "zod";
import { statusSchema } from "./library-fields.ts";

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

const sorts = ["added", "title", "author", "rating", "year", "finished"] as const;
const descendingSorts = sorts.map((sort) => `-${sort}` as const);

export const sortSchema = z.enum([...sorts, ...descendingSorts]);

const words = z.string().max(300);

export const libraryQuerySchema = z.object({
  status: statusSchema.optional(),
  rating: z
    .string()
    .regex(/^\d(\.\d{1,2})?$/, "must be a number from 0 to 5")
    .transform(Number)
    .pipe(z.number().min(0).max(5))
    .optional()
    .meta({ type: "number", minimum: 0, maximum: 5, description: "Minimum rating" }),
  year: yearSchema
    .optional()
    .meta({ ...asInteger(-9999, 9999), description: "Year of publication" }),
  finishedYear: yearSchema
    .optional()
    .meta({ ...asInteger(-9999, 9999), description: "Year in which a reading was finished" }),
  q: words.optional().meta({
    description:
      "Words that must all occur in title, authors, tags, review or notes; case and diacritics are ignored",
  }),
  tag: words.optional(),
  sort: sortSchema.default("-added").meta({
    description: "Prefix `-` for descending. Books without a value come last in both directions",
  }),
  limit: limitSchema(200, 50),
  cursor: z.string().max(3000).optional().meta({
    description: "The `nextCursor` of the previous page; requires the same `sort`",
  }),
});

export const topRatedQuerySchema = z.object({
  year: yearSchema.optional(),
  limit: limitSchema(200, 50),
});

export const statsQuerySchema = z.object({ year: yearSchema.optional() });

export const exportFormatSchema = z.enum(["csv", "json", "ndjson"]);
export const exportQuerySchema = z.object({ format: exportFormatSchema.default("csv") });

export const reviewQueueQuerySchema = z.object({
  limit: limitSchema(200, 50),
  cursor: z.string().max(300).optional(),
  jobId: z.string().min(1).max(100).optional().meta({
    description: "Only rows that this import has queued or brought up to date",
  }),
});
