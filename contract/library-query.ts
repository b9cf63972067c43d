import * as z from "zod";
import { statusSchema } from "./library-fields.ts";

const whole = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^-?\d{1,6}$/, message)
    .transform(Number)
    .pipe(z.int().min(least, message).max(most, message));
};

const asInteger = (minimum: number, maximum: number) => ({
  type: "integer" as const,
  minimum,
  maximum,
});

/** `limit` of a list. */
export const limitSchema = (most: number, usual: number) =>
  whole(1, most)
    .default(usual)
    .meta({ ...asInteger(1, most), default: usual });

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
    .meta({ type: "number", minimum: 0, maximum: 5, description: "Rated at least this" }),
  year: yearSchema
    .optional()
    .meta({ ...asInteger(-9999, 9999), description: "Published that year" }),
  finishedYear: yearSchema
    .optional()
    .meta({ ...asInteger(-9999, 9999), description: "A reading of it ended that year" }),
  q: words.optional().meta({
    description:
      "Words that all occur in title, authors, tags, review or notes; case and diacritics do not matter",
  }),
  tag: words.optional(),
  sort: sortSchema.default("-added").meta({
    description: "`-` for descending. Books without the value come last in both directions",
  }),
  limit: limitSchema(200, 50),
  cursor: z.string().max(3000).optional().meta({
    description: "The `nextCursor` of the page before, with the same `sort`",
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
});
