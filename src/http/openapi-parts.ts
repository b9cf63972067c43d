import type * as z from "zod";
import { PROBLEMS, problemSchema } from "../../contract/problems.ts";

interface JsonResponse<Schema extends z.ZodType> {
  description: string;
  content: { "application/json": { schema: Schema } };
}

/** A JSON response of the document. */
export function jsonBody<Schema extends z.ZodType>(
  description: string,
  schema: Schema,
): JsonResponse<Schema> {
  return { description, content: { "application/json": { schema } } };
}

const RETRY_AFTER = {
  "Retry-After": {
    description: "Whole seconds to wait",
    schema: { type: "integer" as const, minimum: 1 },
  },
};

type Status = (typeof PROBLEMS)[keyof typeof PROBLEMS]["status"];

/** The problem responses of a route: one entry a status, naming the codes of the table that have it. */
export function problems<Given extends Status>(...statuses: readonly Given[]) {
  const entries = statuses.map((status) => {
    const codes = Object.entries(PROBLEMS).filter(([, problem]) => problem.status === status);
    return [
      status,
      {
        description: codes.map(([code, { title }]) => `${code}: ${title}`).join(". "),
        content: { "application/problem+json": { schema: problemSchema } },
        ...(status === 429 || status === 503 ? { headers: RETRY_AFTER } : {}),
      },
    ];
  });
  return Object.fromEntries(entries) as Record<
    Given,
    {
      description: string;
      content: { "application/problem+json": { schema: typeof problemSchema } };
    }
  >;
}
