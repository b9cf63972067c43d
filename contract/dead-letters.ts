import * as z from "zod";
import { limitSchema } from "./library-query.ts";

const instant = z.iso.datetime();

/** A message that exhausted its delivery attempts, with its full body. `retriedAt` is set once it was resent. */
export const deadLetterSchema = z
  .object({
    id: z.string(),
    queue: z.enum(["refresh", "imports"]),
    body: z.unknown().meta({ description: "The original message" }),
    attempts: z.int().min(1),
    failedAt: instant,
    retriedAt: instant.optional(),
  })
  .meta({ id: "DeadLetter" });

export const deadLettersQuerySchema = z.object({
  limit: limitSchema(200, 50),
  cursor: z.string().max(200).optional(),
});

export const deadLetterParamsSchema = z.object({ id: z.string().min(1).max(100) });

export const deadLettersSchema = z
  .object({ items: z.array(deadLetterSchema), nextCursor: z.string().optional() })
  .meta({ id: "DeadLetters" });

export type DeadLetterView = z.infer<typeof deadLetterSchema>;
