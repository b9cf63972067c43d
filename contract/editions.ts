import * as z from "zod";
import { bookSchema, v1 } from "./catalogue.ts";

export const bookPathSchema = z.object({
  isbn: z.string().meta({ description: "ISBN-10 or ISBN-13", examples: ["9780441172719"] }),
});

/** The other editions of a work. */
export const editionsResponseSchema = v1(
  z.object({
    editions: z.array(bookSchema),
    workId: z.string().optional(),
    partial: z.literal(true).optional().meta({
      description: "The provider could not be queried and may have more editions",
    }),
  }),
);
