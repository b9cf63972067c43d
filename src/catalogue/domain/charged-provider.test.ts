import { describe, expect, it } from "vitest";
import { chargedProvider } from "./charged-provider.ts";
import type { ProviderAnswer } from "./provider.ts";

const OPTIONS = { lane: "import", account: true, budgetMs: 1000 } as const;

/** A provider with one answer to everything, and an account with some questions left. */
function world(answer: ProviderAnswer, left: number) {
  const asked: object[] = [];
  let used = 0;
  const provider = chargedProvider(
    {
      id: "google-books",
      lookup: async (_isbn: string, options: object) => {
        asked.push(options);
        return answer;
      },
      search: async (_query: object, options: object) => {
        asked.push(options);
        return answer.kind === "failed" ? answer : { kind: "found" as const, books: [] };
      },
    },
    {
      async take() {
        if (used >= left) return { waitMs: 5000 };
        used += 1;
        return {
          async giveBack() {
            used -= 1;
          },
        };
      },
    },
  );
  return { provider, asked, used: () => used };
}

describe("chargedProvider", () => {
  it("counts each query of an account until none is left, and then refuses for the rest of the day", async () => {
    const { provider, asked, used } = world({ kind: "absent" }, 2);
    const paid = { ...OPTIONS, payer: "user" };
    expect(await provider.lookup("1", paid)).toEqual({ kind: "absent" });
    expect(await provider.search({ title: "Dune", limit: 1 }, paid)).toMatchObject({
      kind: "found",
    });
    expect(await provider.lookup("2", paid)).toEqual({
      kind: "failed",
      reason: "quota_exhausted",
      retryAfterMs: 5000,
    });
    expect([used(), asked]).toEqual([2, [OPTIONS, OPTIONS]]);
  });

  it("queries without counting if no account is charged", async () => {
    const { provider, used } = world({ kind: "absent" }, 0);
    expect(await provider.lookup("1", OPTIONS)).toEqual({ kind: "absent" });
    expect(used()).toBe(0);
  });

  it.each([
    ["breaker_open", 0],
    ["quota_exhausted", 0],
    ["budget_spent", 0],
    ["timeout", 1],
    ["http_error", 1],
  ] as const)("after %s has counted %i", async (reason, count) => {
    const { provider, used } = world({ kind: "failed", reason }, 5);
    await provider.lookup("1", { ...OPTIONS, payer: "user" });
    expect(used()).toBe(count);
  });
});
