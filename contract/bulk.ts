import * as z from "zod";
import { v1 } from "./catalogue.ts";
import { tagsSchema } from "./library-fields.ts";
import { filterSchema } from "./library-query.ts";
import { changeEntrySchema, changeOwnBookSchema } from "./library.ts";

/** Maximum number of entries that one bulk request names or reaches. */
export const MAX_BULK_ENTRIES = 1000;

/** Fields that only a change of a single book may set. */
const OF_ONE_BOOK: readonly string[] = ["readings", ...Object.keys(changeOwnBookSchema.shape)];

/** Rejected explicitly; otherwise such a change would be applied without these fields. */
const change = z.preprocess(
  (given, context) => {
    const names = typeof given === "object" && given !== null ? Object.keys(given) : [];
    for (const name of names.filter((one) => OF_ONE_BOOK.includes(one))) {
      const message = "cannot be changed for many books at once; change each book with PATCH";
      context.addIssue({ code: "custom", path: [name], message });
    }
    return given;
  },
  changeEntrySchema.omit({ readings: true }),
);

const CHANGEABLE = Object.keys(changeEntrySchema.omit({ readings: true }).shape).join(", ");

/** A change of many entries: those with these ids, or those that match a filter. */
export const bulkChangeRequestSchema = z
  .object({
    isbns: z.array(z.string().min(1).max(110)).min(1).max(MAX_BULK_ENTRIES).optional(),
    filter: filterSchema.optional(),
    change: change.optional(),
    addTags: tagsSchema.optional(),
    removeTags: tagsSchema.optional(),
    delete: z.literal(true).optional(),
  })
  .superRefine((request, context) => {
    const issue = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    const { isbns, filter, addTags = [], removeTags = [] } = request;
    const fields = Object.values(request.change ?? {}).filter((value) => value !== undefined);
    const changes = fields.length + addTags.length + removeTags.length > 0;
    if ((isbns === undefined) === (filter === undefined)) {
      issue("isbns", "send either isbns or a filter");
    }
    if (changes === (request.delete === true)) {
      issue(
        "change",
        `send either a change (change with ${CHANGEABLE}; addTags; removeTags) or delete: true`,
      );
    }
    if (request.change?.tags !== undefined && addTags.length + removeTags.length > 0) {
      issue("change.tags", "replaces all tags and cannot be combined with addTags or removeTags");
    }
  })
  .meta({ id: "BulkChangeRequest" });

export const bulkChangeResponseSchema = v1(
  z.object({
    results: z.array(
      z.object({
        isbn: z.string().meta({ description: "ISBN-13 or `local-...`; as sent if invalid" }),
        outcome: z.enum(["changed", "unchanged", "deleted", "notFound", "refused"]),
        problem: z.object({ code: z.string(), detail: z.string() }).optional(),
      }),
    ),
    remaining: z.int().min(0).meta({
      description:
        "Matching entries that have not been processed; repeat the request with a new key",
    }),
  }),
).meta({ id: "BulkChangeResponse" });

export type BulkChangeRequest = z.infer<typeof bulkChangeRequestSchema>;
export type BulkChangeResult = z.infer<typeof bulkChangeResponseSchema>["data"]["results"][number];
