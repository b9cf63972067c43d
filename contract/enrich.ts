import * as z from "zod";
import { lookedUpBookSchema } from "./catalogue.ts";

/** The book providers. */
export const providerIdSchema = z.enum(["openlibrary", "google-books"]);

/** Longer than any scanner output and any URL of a book's page. */
const MAX_CODE_LENGTH = 2_000;

/**
 * A JSON number has lost its leading zeros, which are restored where possible when the code is
 * parsed.
 */
const code = z.union([z.string().max(MAX_CODE_LENGTH), z.int().nonnegative()]).optional();
const key = z.string().min(1).max(255).optional();

export const enrichRequestSchema = z
  .object({
    barcode: code.meta({
      description:
        "Raw scanner output: EAN-13, UPC-A with its add-on, GTIN-14 or GS1, including prefixes, add-ons and line ends; or a text with one ISBN, such as a label or the URL of a book's page",
      examples: ["9780441172719"],
    }),
    isbn: code.meta({ description: "An ISBN-10 or ISBN-13, instead of `barcode`" }),
    idempotency_key: key.meta({
      description: "Alternative to the Idempotency-Key header",
      examples: ["scan_20261122_0001"],
    }),
    idempotencyKey: key.meta({ description: "Alias of `idempotency_key`" }),
    preferProvider: providerIdSchema.optional().meta({
      description:
        "The provider to ask first if one has to be asked. In this response its values win where providers disagree; the stored book does not depend on it",
    }),
    refresh: z.boolean().default(false).meta({
      description:
        "Ask the providers again. Counts as a lookup that reaches a provider, even with a token. If no provider can confirm the book, the response is the stored book with `state=stale`",
    }),
  })
  .refine(({ barcode, isbn }) => (barcode === undefined) !== (isbn === undefined), {
    path: ["barcode"],
    message: "send exactly one of barcode and isbn",
  })
  .meta({ id: "EnrichRequest" });

/** The book for a scanned code, without an envelope. */
export const enrichedBookSchema = lookedUpBookSchema
  .extend({ enrichedAt: z.iso.datetime().meta({ description: "Time of this response" }) })
  .meta({ id: "EnrichedBook" });

export type EnrichedBook = z.infer<typeof enrichedBookSchema>;
