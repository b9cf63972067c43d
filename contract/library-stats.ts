import * as z from "zod";
import { v1 } from "./catalogue.ts";
import { goalSchema } from "./goals.ts";
import { formatSchema, ratingSchema } from "./library-fields.ts";

const count = z.int().min(0);

const sized = z.object({
  isbn: z.string(),
  title: z.string().optional(),
  pageCount: z.int().min(1),
});

/** Statistics of a range of days. */
const periodSchema = z
  .object({
    from: z.iso.date(),
    to: z.iso.date(),
    books: count,
    readings: count,
    pages: count.meta({ description: "Pages of the readings finished in the period" }),
    longest: sized.optional().meta({ description: "Ratings of the finished books" }),
    shortest: sized.optional(),
    daysPerBook: z
      .object({ average: z.number(), least: z.int(), most: z.int(), readings: count })
      .optional()
      .meta({ description: "Average over finished readings with known start and end days" }),
    progress: z
      .object({
        days: count.meta({ description: "Days with progress" }),
        pages: count,
        minutes: count,
        pagesPerDay: z.number().meta({ description: "Average over days with progress" }),
        byDay: z.array(
          z.object({ date: z.iso.date(), pages: count, minutes: count, records: count }),
        ),
      })
      .meta({
        description:
          "The amounts by which progress exceeds all earlier progress of the same reading",
      }),
  })
  .meta({ id: "PeriodStats" });

export const libraryStatsSchema = z
  .object({
    books: count,
    byStatus: z.object({
      want_to_read: count,
      reading: count,
      completed: count,
      paused: count,
      abandoned: count,
      none: count,
    }),
    ratings: z.array(z.object({ rating: ratingSchema, count })),
    averageRating: z.number().optional().meta({ description: "Average over rated books only" }),
    readings: count.meta({ description: "Finished read-throughs" }),
    pages: count.meta({
      description: "Pages of those read-throughs, where the page count is known",
    }),
    year: z.int().meta({ description: "The year that `byMonth` covers" }),
    byMonth: z.array(
      z.object({ month: z.int().min(1).max(12), books: count, readings: count, pages: count }),
    ),
    byYear: z.array(z.object({ year: z.int(), books: count, readings: count, pages: count })),
    topAuthors: z.array(z.object({ name: z.string(), books: count })),
    categories: z.array(z.object({ name: z.string(), books: count })),
    languages: z.array(z.object({ language: z.string(), books: count })),
    decades: z
      .array(z.object({ decade: z.int().nullable(), books: count }))
      .meta({ description: "By decade of publication (1990 for the nineties); null: unknown" }),
    formats: z
      .array(z.object({ format: z.enum([...formatSchema.options, "none"]), books: count }))
      .meta({ description: "By the format of the user's copy; `none`: unknown" }),
    series: z.array(z.object({ name: z.string(), books: count })),
    tags: z.array(z.object({ name: z.string(), books: count })),
    timeZone: z.string(),
    streak: z.object({ current: count, longest: count }).meta({
      description:
        "Runs of consecutive days with progress; the current one includes yesterday or today",
    }),
    period: periodSchema,
    goal: goalSchema.optional().meta({ description: "The goal of `year`, if there is one" }),
  })
  .meta({ id: "LibraryStats" });
export const libraryStatsResponseSchema = v1(libraryStatsSchema);

export type LibraryStats = z.infer<typeof libraryStatsSchema>;
