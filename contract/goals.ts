import * as z from "zod";
import { v1 } from "./catalogue.ts";

const numbers = {
  books: z.int().min(1).max(10_000),
  pages: z.int().min(1).max(10_000_000),
  minutes: z.int().min(1).max(10_000_000),
};

/** The user's target for a year: at least one of books, pages and minutes. */
export const goalRequestSchema = z
  .object(numbers)
  .partial()
  .refine(({ books, pages, minutes }) => (books ?? pages ?? minutes) !== undefined, {
    message: "is missing: send at least one of books, pages and minutes",
    path: ["books"],
  })
  .meta({ id: "GoalRequest" });

const amounts = z.object({
  books: z.number().optional(),
  pages: z.number().optional(),
  minutes: z.number().optional(),
});

/** The goal of a year, with the progress towards it. */
export const goalSchema = z
  .object({
    year: z.int(),
    target: amounts,
    done: z.object({ books: z.int().min(0), pages: z.int().min(0), minutes: z.int().min(0) }).meta({
      description:
        "Readings finished in the year, including re-reads, and their pages, as in `byYear` of the statistics; and minutes from progress",
    }),
    expected: amounts.meta({
      description: "The target in proportion to the part of the year that has passed",
    }),
    ahead: amounts.meta({ description: "done minus expected; negative when behind" }),
  })
  .meta({ id: "Goal" });

/** Range of years for goals, which bounds their number. */
export const GOAL_YEARS = { first: 1900, last: 2199 } as const;

export const goalResponseSchema = v1(z.object({ goal: goalSchema }));
export const goalsResponseSchema = v1(
  z.object({ items: z.array(goalSchema), count: z.int().min(0) }),
);

export type GoalRequest = z.infer<typeof goalRequestSchema>;
export type Goal = z.infer<typeof goalSchema>;
