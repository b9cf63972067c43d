import * as z from "zod";
import { bookSchema, v1 } from "./catalogue.ts";
import { statusSchema } from "./library-fields.ts";

const WHOLE_NUMBER = "must be a whole number from 1 to 50";

const limit = z
  .string()
  .regex(/^[0-9]{1,2}$/, WHOLE_NUMBER)
  .transform(Number)
  .pipe(z.int().min(1, WHOLE_NUMBER).max(50, WHOLE_NUMBER))
  .default(20)
  .meta({ type: "integer", minimum: 1, maximum: 50, default: 20, description: "Books per page" });

const words = (description: string, ...examples: string[]) =>
  z
    .string()
    .optional()
    .meta({ description, ...(examples.length > 0 ? { examples } : {}) });

const works = z.enum(["0", "1"]).optional().meta({
  description:
    "`1` groups the editions of a work into one hit: the edition on the caller's shelf if a token is sent, otherwise the most complete one",
});

/** A search hit. */
export const searchHitSchema = bookSchema
  .extend({
    editionCount: z
      .int()
      .min(1)
      .optional()
      .meta({ description: "With `works=1`: the number of editions of the work in the catalogue" }),
    onShelf: z
      .object({
        isbn: z.string().meta({ description: "The edition on the shelf" }),
        status: statusSchema.optional(),
      })
      .nullable()
      .optional()
      .meta({
        description:
          "With a token: the edition on the caller's shelf, either this one or another of the same work; null if there is none",
      }),
  })
  .meta({ id: "SearchHit" });

const page = {
  works,
  limit,
  cursor: words("The `nextCursor` of the previous page; requires the same search"),
};

export const titleSearchQuerySchema = z.object({
  q: words("Words from title or authors; at most 300 characters and 40 words", "dune herbert"),
  title: words("Alias of `q`"),
  ...page,
});

export const advancedSearchQuerySchema = z.object({
  title: words("Words from title or subtitle; at most 300 characters and 40 words", "dune"),
  author: words("Words from the authors' names; at most 300 characters and 40 words", "herbert"),
  ...page,
});

/** A page of books, best match first. */
export const bookSearchResponseSchema = v1(
  z.object({
    books: z.array(searchHitSchema),
    resultCount: z.int().min(0),
    nextCursor: z.string().optional(),
    partial: z.literal(true).optional().meta({
      description:
        "The catalogue has few matches and not all providers were available; a later search may find more",
    }),
  }),
);

export type BookSearchResponse = z.infer<typeof bookSearchResponseSchema>;
