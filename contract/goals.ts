import * as z from "zod";
import { v1 } from "./catalogue.ts";

const numbers = {
  books: z.int().min(1).max(10_000),
  pages: z.int().min(1).max(10_000_000),
  minutes: z.int().min(1).max(10_000_000),
};

/** What the user wants to read in a year: at least one of books, pages and minutes. */
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

/** A goal of a year with what is done. */
export const goalSchema = z
  .object({
    year: z.int(),
    target: amounts,
    done: z.object({ books: z.int().min(0), pages: z.int().min(0), minutes: z.int().min(0) }).meta({
      description:
        "Readings that were finished in the year, re-reads included, with their pages, as `byYear` of the statistics has them; and minutes by progress",
    }),
    expected: amounts.meta({ description: "The target's share of the year up to today" }),
    ahead: amounts.meta({ description: "done minus expected; below 0 when behind" }),
  })
  .meta({ id: "Goal" });

/** Goals are few: each has one of these years. */
export const GOAL_YEARS = { first: 1900, last: 2199 } as const;

export const goalResponseSchema = v1(z.object({ goal: goalSchema }));
export const goalsResponseSchema = v1(
  z.object({ items: z.array(goalSchema), count: z.int().min(0) }),
);

export type GoalRequest = z.infer<typeof goalRequestSchema>;
export type Goal = z.infer<typeof goalSchema>;
