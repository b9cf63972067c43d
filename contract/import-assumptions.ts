import * as z from "zod";
import { statusSchema } from "./library-fields.ts";

/** Maps columns of the file to fields, for files in an unknown layout. */
export const importMappingSchema = z
  .record(z.string().min(1).max(300), z.string().min(1).max(40))
  .meta({ description: 'Field name by column of the file, or by its position: "1", "2", ...' });

/** The maximum rating of a file. */
export const ratingScaleSchema = z
  .union(
    [z.literal(5), z.literal(10), z.literal(20), z.literal(100)],
    "Invalid option: expected 5, 10, 20 or 100",
  )
  .meta({ description: "The maximum rating of the file" });

/** How `3/4/2021` is read; `ymd` for `21/3/4`. */
export const dateOrderSchema = z
  .enum(["dmy", "mdy", "ymd"])
  .meta({ description: "How `3/4/2021` is read; `ymd` for `21/3/4`" });

/**
 * What a comma between names means: `given-first` and `list` separate people, `family-first`
 * inverts a name.
 */
const authorOrderSchema = z.enum(["given-first", "family-first", "list"]).meta({
  description:
    "What a comma between names means: `given-first` and `list` separate people (`Ann Bell, Jo King`; `ONE, Yusuke Murata`), `family-first` inverts a name (`Bell, Ann`)",
});

/** The status of a shelf; `none` is a shelf without a status, which becomes a tag. */
export const shelfStatusSchema = z.enum([...statusSchema.options, "none"]);

/** The caller's choices for reading a file, under the names of the assumptions they replace. */
export const readingOptionsSchema = z.object({
  format: z.string().min(1).max(40).optional(),
  encoding: z.string().min(1).max(40).optional().meta({
    description: "A label of the Encoding Standard, such as `windows-1251` or `shift_jis`",
  }),
  mapping: importMappingSchema.optional(),
  ratingScale: ratingScaleSchema.optional(),
  dateOrder: dateOrderSchema.optional(),
  authorOrder: authorOrderSchema.optional(),
  statusMapping: z
    .record(z.string().min(1).max(300), shelfStatusSchema)
    .optional()
    .meta({ description: "Status by shelf; `none` makes the shelf a tag" }),
});

const assumptionKindSchema = z.enum([
  "format",
  "encoding",
  "ratingScale",
  "dateOrder",
  "authorOrder",
  "statusMapping",
]);

/** One assumption made while a file was read, with its evidence. */
export const importAssumptionSchema = z
  .object({
    kind: assumptionKindSchema,
    name: z.string().optional().meta({ description: "The shelf, for `statusMapping`" }),
    value: z.union([z.string(), z.number()]),
    confidence: z.number().min(0).max(1).meta({ description: "1 if the caller chose the value" }),
    rows: z.int().min(0).meta({ description: "Number of affected rows" }),
    samples: z.array(z.object({ row: z.int().min(1), from: z.string(), to: z.string() })).meta({
      description: "At most two cells, with their text in the file and the value read from it",
    }),
  })
  .meta({ id: "ImportAssumption" });
