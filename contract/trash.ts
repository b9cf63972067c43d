import * as z from "zod";
import { v1 } from "./catalogue.ts";
import { addedAtSchema } from "./library-fields.ts";
import { limitSchema } from "./library-query.ts";
import { libraryBookSchema } from "./library.ts";

/** A removed book that can still be restored. */
export const trashItemSchema = z
  .object({
    book: libraryBookSchema.meta({ description: "The book as it was when it was removed" }),
    deletedAt: addedAtSchema,
    until: addedAtSchema.meta({
      description: "When the book is permanently deleted from the trash",
    }),
  })
  .meta({ id: "TrashItem" });

export const trashPageSchema = v1(
  z.object({
    items: z.array(trashItemSchema),
    count: z.int().min(0),
    total: z.int().min(0),
    nextCursor: z.string().optional(),
  }),
);

export const trashQuerySchema = z.object({
  limit: limitSchema(200, 50),
  cursor: z.string().max(300).optional(),
});

export const restoredBookResponseSchema = v1(
  z.object({ restored: z.literal(true), book: libraryBookSchema }),
);

export type TrashItem = z.infer<typeof trashItemSchema>;
