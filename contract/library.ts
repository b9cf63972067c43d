import * as z from "zod";
import { bookSchema, v1 } from "./catalogue.ts";
import {
  addedAtSchema,
  extraSchema,
  formatSchema,
  loanSchema,
  locationSchema,
  notesSchema,
  ownSeriesSchema,
  partialDateSchema,
  ratingSchema,
  readingsSchema,
  reviewSchema,
  statusSchema,
  storedReadingSchema,
  tagsSchema,
  textSchema,
} from "./library-fields.ts";

const ownTitle = textSchema(1000).refine((title) => title.trim() !== "", "must not be blank");
const ownAuthors = z.array(textSchema(300).min(1)).max(50);
const ownDetails = z.object({
  subtitle: textSchema(1000),
  publisher: textSchema(300),
  publishedDate: partialDateSchema,
  publicationYear: z.int().min(-3000).max(9999),
  pageCount: z.int().min(1).max(100_000),
  language: z.string().regex(/^[a-z]{2}$/, "must be an ISO 639-1 code, such as en"),
  categories: z.array(textSchema(100).min(1)).max(50),
  description: textSchema(20_000),
});

/** Book data that users may enter themselves when no provider has it. */
export const ownBookSchema = z
  .object({ title: ownTitle, authors: ownAuthors.default([]), ...ownDetails.partial().shape })
  .meta({ id: "OwnBook" });

const clearable = <Schema extends z.ZodType>(schema: Schema) => schema.nullable().optional();

/**
 * A change of these fields. Absent fields are unchanged and null clears a field; the title cannot
 * be cleared.
 */
export const changeOwnBookSchema = z.object({
  title: ownTitle.optional(),
  authors: clearable(ownAuthors),
  subtitle: clearable(ownDetails.shape.subtitle),
  publisher: clearable(ownDetails.shape.publisher),
  publishedDate: clearable(ownDetails.shape.publishedDate),
  publicationYear: clearable(ownDetails.shape.publicationYear),
  pageCount: clearable(ownDetails.shape.pageCount),
  language: clearable(ownDetails.shape.language),
  categories: clearable(ownDetails.shape.categories),
  description: clearable(ownDetails.shape.description),
});

/** The user's progress in the open reading. */
export const bookProgressSchema = z
  .object({
    page: z.int().min(0).optional(),
    percent: z.number().min(0).max(100).optional().meta({
      description: "As recorded, or computed from the page if the page count is known",
    }),
    minutes: z.int().min(0).optional(),
    at: addedAtSchema,
  })
  .meta({ id: "BookProgress" });

/**
 * A book on a shelf: its data and the user's entry. `updatedAt` is the last change of the entry.
 */
export const libraryBookSchema = bookSchema
  .extend({
    isbn: z.string().min(1).meta({ description: "ISBN-13, or `local-...` for a book without one" }),
    status: statusSchema.optional(),
    rating: ratingSchema.optional(),
    review: z.string().optional(),
    notes: z.string().optional(),
    tags: z.array(z.string()),
    readings: z.array(storedReadingSchema),
    progress: bookProgressSchema.optional().meta({
      description: "The latest progress of the open reading",
    }),
    format: formatSchema.optional(),
    owned: z.boolean().optional().meta({ description: "Absent if unknown" }),
    location: z.string().optional(),
    loan: loanSchema.optional(),
    series: bookSchema.shape.series.meta({
      description: "The user's own series if `ownSeries` is set, else the catalogue's",
    }),
    ownSeries: ownSeriesSchema.optional(),
    addedAt: addedAtSchema,
    updatedAt: addedAtSchema,
    confirmed: z.boolean().meta({
      description: "False while the book's data comes only from the user's file or input",
    }),
    source: z.string().optional().meta({ description: "The import that added the book" }),
    extra: extraSchema.optional(),
  })
  .meta({ id: "LibraryBook" });

/** A book as `fields=compact` lists it. */
export const compactBookSchema = libraryBookSchema
  .omit({ description: true, sources: true, extra: true })
  .meta({ id: "CompactLibraryBook" });

const entryFields = {
  status: statusSchema.optional(),
  rating: ratingSchema.optional(),
  review: reviewSchema.optional(),
  notes: notesSchema.optional(),
  tags: tagsSchema.optional(),
  readings: readingsSchema.optional(),
  format: formatSchema.optional(),
  owned: z.boolean().optional(),
  location: locationSchema.optional(),
  loan: loanSchema.optional(),
  ownSeries: ownSeriesSchema.optional(),
};

export const addBookRequestSchema = z
  .object({
    isbn: z.string().min(1).max(100).optional(),
    title: ownTitle.optional(),
    authors: ownAuthors.optional(),
    ...ownDetails.partial().shape,
    ...entryFields,
  })
  .refine(({ isbn, title }) => isbn !== undefined || title !== undefined, {
    message: "is missing: send an ISBN, or the title of a book without one",
    path: ["isbn"],
  })
  .meta({ id: "AddBookRequest" });

/** A change of the user's entry for a book. Absent fields are unchanged; null clears a field. */
export const changeEntrySchema = z.object({
  status: clearable(statusSchema),
  rating: clearable(ratingSchema),
  review: clearable(reviewSchema),
  notes: clearable(notesSchema),
  tags: clearable(tagsSchema),
  readings: clearable(readingsSchema),
  format: clearable(formatSchema),
  owned: clearable(z.boolean()),
  location: clearable(locationSchema),
  loan: clearable(loanSchema),
  ownSeries: clearable(ownSeriesSchema),
});

export const changeBookRequestSchema = changeEntrySchema
  .extend(changeOwnBookSchema.shape)
  .meta({ id: "ChangeBookRequest" });

export const libraryPageSchema = v1(
  z.object({
    books: z.array(z.union([libraryBookSchema, compactBookSchema])).meta({
      description: "`CompactLibraryBook` with `fields=compact`, else `LibraryBook`",
    }),
    count: z.int().min(0),
    total: z.int().min(0).meta({ description: "Number of all matching books" }),
    before: z
      .int()
      .min(0)
      .optional()
      .meta({ description: "With `before=true`: the number of matching books before this page" }),
    nextCursor: z.string().optional(),
  }),
);

export const libraryBookResponseSchema = v1(z.object({ book: libraryBookSchema }));
export const addedBookResponseSchema = v1(
  z.object({
    added: z.boolean(),
    restored: z
      .literal(true)
      .optional()
      .meta({ description: "The book was restored from the trash with all its data" }),
    book: libraryBookSchema,
  }),
);
export const changedBookResponseSchema = v1(
  z.object({ updated: z.literal(true), book: libraryBookSchema }),
);
/** The other edition of the book. */
export const moveEditionRequestSchema = z
  .object({ isbn: z.string().min(1).max(100) })
  .meta({ id: "MoveEditionRequest" });
export const movedBookResponseSchema = v1(
  z.object({ moved: z.literal(true), book: libraryBookSchema }),
);
export const topRatedResponseSchema = v1(
  z.object({ year: z.int(), books: z.array(libraryBookSchema), count: z.int().min(0) }),
);

export type LibraryBook = z.infer<typeof libraryBookSchema>;
export type CompactBook = z.infer<typeof compactBookSchema>;
export type OwnBook = z.infer<typeof ownBookSchema>;
export type AddBookRequest = z.infer<typeof addBookRequestSchema>;
export type ChangeEntry = z.infer<typeof changeEntrySchema>;
export type ChangeOwnBook = z.infer<typeof changeOwnBookSchema>;
