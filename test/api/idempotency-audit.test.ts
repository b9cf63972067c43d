import { describe, expect, it } from "vitest";
import document from "../../openapi.json" with { type: "json" };

interface Operation {
  operationId: string;
  parameters?: { name: string; in: string }[];
  responses: Record<string, { description: string; headers?: Record<string, unknown> }>;
}

/**
 * Their responses contain secrets, which are not stored; the changes of an outbox have a key each.
 */
const WITHOUT_A_KEY = [
  "applyChanges",
  "createExportTicket",
  "createPairing",
  "createRecoveryCode",
  "createToken",
  "createUser",
];

const posts = Object.values(document.paths as unknown as Record<string, { post?: Operation }>)
  .flatMap(({ post }) => (post ? [post] : []))
  .filter(({ operationId }) => !WITHOUT_A_KEY.includes(operationId));

describe("the audit of idempotency keys", () => {
  it("covers the existing operations", () => {
    const ids = posts.map(({ operationId }) => operationId);
    expect(ids).toEqual(expect.arrayContaining(["enrichBook", "addBook", "linkIdentity"]));
  });

  it.each(posts)(
    "$operationId accepts a key and documents its responses",
    ({ parameters, responses }) => {
      expect(parameters).toContainEqual(
        expect.objectContaining({ name: "Idempotency-Key", in: "header" }),
      );
      expect(responses["409"]?.description).toContain("IDEMPOTENCY_IN_PROGRESS");
      expect(responses["422"]?.description).toContain("IDEMPOTENCY_KEY_REUSED");
      const successes = Object.entries(responses).filter(([status]) => status.startsWith("2"));
      for (const [, { headers }] of successes) {
        expect(Object.keys(headers ?? {})).toContain("Idempotency-Replayed");
      }
    },
  );
});
