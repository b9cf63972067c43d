import * as z from "zod";
import { bookSchema, v1 } from "./catalogue.ts";

const WHOLE_NUMBER = "must be a whole number from 1 to 50";

const limit = z
  .string()
  .regex(/^[0-9]{1,2}$/, WHOLE_NUMBER)
  .transform(Number)
  .pipe(z.int().min(1, WHOLE_NUMBER).max(50, WHOLE_NUMBER))
  .default(20)
  .meta({ type: "integer", minimum: 1, maximum: 50, default: 20, description: "Books a page" });

const words = (description: string, ...examples: string[]) =>
  z
    .string()
    .optional()
    .meta({ description, ...(examples.length > 0 ? { examples } : {}) });

const page = {
  limit,
  cursor: words("The `nextCursor` of the page before, with the same search"),
};

export const titleSearchQuerySchema = z.object({
  q: words("Words of the title or the author: at most 300 characters and 40 words", "dune herbert"),
  title: words("Another name of `q`"),
  ...page,
});

export const advancedSearchQuerySchema = z.object({
  title: words("Words of title or subtitle: at most 300 characters and 40 words", "dune"),
  author: words("Words of the authors' names: at most 300 characters and 40 words", "herbert"),
  ...page,
});

/** A page of books, best first. */
export const bookSearchResponseSchema = v1(
  z.object({
    books: z.array(bookSchema),
    resultCount: z.int().min(0),
    nextCursor: z.string().optional(),
    partial: z.literal(true).optional().meta({
      description:
        "The catalogue has few books with these words, and not every provider could be asked: later there may be more",
    }),
  }),
);

export type BookSearchResponse = z.infer<typeof bookSearchResponseSchema>;
