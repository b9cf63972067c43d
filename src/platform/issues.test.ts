import { expect, it } from "vitest";
import { z } from "zod";
import { describeIssues } from "./issues.ts";

const list = z.array(z.string().max(2)).max(3);

const summaryOf = (schema: z.ZodType, value: unknown): string =>
  describeIssues(schema.safeParse(value).error?.issues ?? []).summary;

it("says only of which type a value of the wrong type must be", () => {
  expect(summaryOf(z.object({ tags: list }), { tags: "x".repeat(101) })).toBe(
    "tags: Invalid input: expected array, received string",
  );
});

it("says one limit of a number", () => {
  const schema = z.object({ page: z.int().min(0).max(10) });
  expect(summaryOf(schema, { page: 2 ** 60 })).toBe("page: Too big: expected number to be <=10");
  expect(summaryOf(schema, { page: -(2 ** 60) })).toBe(
    "page: Too small: expected number to be >=0",
  );
  expect(summaryOf(schema, { page: 11 })).toBe("page: Too big: expected number to be <=10");
});

it("names every invalid field by its path in the request", () => {
  const { error } = z.object({ tags: list, page: z.int() }).safeParse({ tags: ["abc"], page: "1" });
  expect(describeIssues(error?.issues ?? [], ["body"])).toEqual({
    issues: [
      { path: "body.tags.0", message: "Too big: expected string to have <=2 characters" },
      { path: "body.page", message: "Invalid input: expected number, received string" },
    ],
    summary:
      "body.tags.0: Too big: expected string to have <=2 characters; body.page: Invalid input: expected number, received string",
  });
});
