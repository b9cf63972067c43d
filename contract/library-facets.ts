import * as z from "zod";
import { v1 } from "./catalogue.ts";
import { formatSchema, statusSchema } from "./library-fields.ts";

const count = z.int().min(0);

const valuesOf = <Value extends z.ZodType>(value: Value) =>
  z.array(z.object({ value, count: z.int().min(1).meta({ description: "Matching books" }) }));

const each = <Value extends z.ZodType>(value: Value) =>
  z.object({
    tags: value,
    authors: value,
    series: value,
    languages: value,
    formats: value,
    years: value,
    statuses: value,
  });

/** The values of the matching books, most frequent first. */
export const libraryFacetsSchema = z
  .object({
    total: count.meta({ description: "Matching books" }),
    tags: valuesOf(z.string()),
    authors: valuesOf(z.string()),
    series: valuesOf(z.string()),
    languages: valuesOf(z.string()),
    formats: valuesOf(formatSchema),
    years: valuesOf(z.int()).meta({ description: "Years of publication" }),
    statuses: valuesOf(z.enum([...statusSchema.options, "none"])),
    without: each(count).meta({ description: "Matching books without a value" }),
    more: each(count).meta({ description: "Values beyond `limit`" }),
  })
  .meta({ id: "LibraryFacets" });

export const libraryFacetsResponseSchema = v1(libraryFacetsSchema);

export type LibraryFacets = z.infer<typeof libraryFacetsSchema>;
