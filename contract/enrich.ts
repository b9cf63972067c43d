import * as z from "zod";
import { lookedUpBookSchema } from "./catalogue.ts";

/** The providers that can be asked for a book. */
export const providerIdSchema = z.enum(["openlibrary", "google-books"]);

/** Longer than anything that a scanner gives. */
const MAX_CODE_LENGTH = 500;

const code = z.string().max(MAX_CODE_LENGTH).optional();
const key = z.string().min(1).max(255).optional();

export const enrichRequestSchema = z
  .object({
    barcode: code.meta({
      description:
        "What the scanner gave, as it is: EAN-13, UPC-A with its add-on, GTIN-14, GS1; prefixes, add-ons and line ends too",
      examples: ["9780441172719"],
    }),
    isbn: code.meta({ description: "An ISBN-10 or ISBN-13, in place of `barcode`" }),
    idempotency_key: key.meta({
      description: "In place of the header Idempotency-Key",
      examples: ["scan_20261122_0001"],
    }),
    idempotencyKey: key.meta({ description: "Another name of `idempotency_key`" }),
    preferProvider: providerIdSchema.optional().meta({
      description:
        "Ask this provider first if one has to be asked; where both say something, its word stands",
    }),
    refresh: z.boolean().default(false).meta({
      description:
        "Ask the providers anew. Counts as a lookup that reaches a provider, with a token too. A book that nobody can confirm now is answered as it is stored, with `state=stale`",
    }),
  })
  .refine(({ barcode, isbn }) => (barcode === undefined) !== (isbn === undefined), {
    path: ["barcode"],
    message: "give either barcode or isbn",
  })
  .meta({ id: "EnrichRequest" });

/** The book behind a scan, flat. */
export const enrichedBookSchema = lookedUpBookSchema
  .extend({ enrichedAt: z.iso.datetime().meta({ description: "When this answer was made" }) })
  .meta({ id: "EnrichedBook" });

export type EnrichedBook = z.infer<typeof enrichedBookSchema>;
