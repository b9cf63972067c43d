import * as z from "zod";

/** Origin of a book's data: one of the two providers, several merged, or the operator's old data. */
export const bookProviderSchema = z.enum(["openlibrary", "google-books", "merged", "import"]);

/** Which tier answered a lookup. */
export const cacheSourceSchema = z.enum(["memory", "kv", "d1", "external_api"]);

/** Freshness of a response. */
export const answerStateSchema = z.enum(["fresh", "stale", "known-absent"]);

const httpsUrl = z.string().startsWith("https://");
const instant = z.iso.datetime();

export const authorDetailSchema = z.object({
  name: z.string(),
  role: z.string().optional(),
  key: z.string().optional(),
});

/** A series and the book's number in it, as in the source: `1`, `1.5`, `1-3`. */
export const bookSeriesSchema = z.object({
  name: z.string().min(1),
  position: z.string().min(1).optional(),
});

export const bookSourceSchema = z.object({
  provider: z.string(),
  fetchedAt: instant,
  fields: z.array(z.string()),
});

/** One edition, keyed by its ISBN-13. */
export const bookSchema = z
  .object({
    isbn: z
      .string()
      .regex(/^97[89]\d{10}$/)
      .meta({ examples: ["9780441172719"] }),
    isbn10: z
      .string()
      .regex(/^\d{9}[\dX]$/)
      .optional()
      .meta({ examples: ["0441172717"] }),
    title: z
      .string()
      .min(1)
      .meta({ examples: ["Dune"] }),
    subtitle: z.string().optional(),
    authors: z.array(z.string()).meta({ examples: [["Frank Herbert"]] }),
    authorsDetailed: z.array(authorDetailSchema).optional(),
    publisher: z.string().optional(),
    publishedDate: z
      .string()
      .regex(/^\d{4}(-\d{2}(-\d{2})?)?$/)
      .optional()
      .meta({ examples: ["1990-09"] }),
    publicationYear: z
      .int()
      .optional()
      .meta({ examples: [1990] }),
    pageCount: z
      .int()
      .positive()
      .optional()
      .meta({ examples: [535] }),
    language: z
      .string()
      .regex(/^[a-z]{2}$/)
      .optional()
      .meta({ examples: ["en"] }),
    categories: z.array(z.string()).meta({ examples: [["Science fiction"]] }),
    description: z.string().optional(),
    imageLinks: z
      .object({
        thumbnail: httpsUrl.optional(),
        medium: httpsUrl.optional(),
        large: httpsUrl.optional(),
      })
      .optional(),
    coverUrl: httpsUrl.optional(),
    identifiers: z.record(z.string(), z.string()).optional(),
    series: z
      .array(bookSeriesSchema)
      .optional()
      .meta({ examples: [[{ name: "Dune Chronicles", position: "1" }]] }),
    workId: z
      .string()
      .optional()
      .meta({ description: "Equal for all editions of a work", examples: ["OL893415W"] }),
    firstPublicationYear: z
      .int()
      .optional()
      .meta({
        description: "Year in which the work was first published, in any edition",
        examples: [1965],
      }),
    binding: z
      .string()
      .optional()
      .meta({ description: "The binding in the source's words", examples: ["Paperback"] }),
    originalTitle: z
      .string()
      .optional()
      .meta({ description: "The title of the work, if it differs" }),
    languageTag: z
      .string()
      .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})+$/)
      .optional()
      .meta({ description: "BCP 47 tag, if a region or script is known", examples: ["pt-BR"] }),
    provider: bookProviderSchema,
    sources: z.array(bookSourceSchema),
    unusedAnswers: z
      .array(bookSourceSchema.pick({ provider: true, fetchedAt: true }))
      .optional()
      .meta({
        description:
          "Providers with a latest answer that contributes no value; their earlier values are not used either",
      }),
    updatedAt: instant,
  })
  .meta({ id: "Book" });

/** A book as returned by a lookup, with the tier that answered. */
export const lookedUpBookSchema = bookSchema
  .extend({ _cacheSource: cacheSourceSchema })
  .meta({ id: "LookedUpBook" });

/** Envelope of every successful v1 response: `data` with `success` and `metadata`. */
export const v1 = <Data extends z.ZodType>(data: Data) =>
  z.object({
    success: z.literal(true),
    data,
    metadata: z.object({ timestamp: instant, processingTime: z.number().optional() }),
  });

export const isbnSearchQuerySchema = z.object({
  isbn: z
    .string()
    .optional()
    .meta({
      description: "ISBN-10 or ISBN-13, with or without hyphens and spaces",
      examples: ["978-0-441-17271-9"],
    }),
});
export const isbnSearchResponseSchema = v1(
  z.object({
    book: z.union([lookedUpBookSchema, z.null()]),
    partial: z.boolean().optional().meta({
      description:
        "`book` is null, but a provider with an exhausted daily quota could not be queried and may have the book",
    }),
  }),
);

export type Book = z.infer<typeof bookSchema>;
export type BookSource = z.infer<typeof bookSourceSchema>;
export type AuthorDetail = z.infer<typeof authorDetailSchema>;
export type CacheSource = z.infer<typeof cacheSourceSchema>;
export type AnswerState = z.infer<typeof answerStateSchema>;
