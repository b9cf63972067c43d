import { describe, expect, it } from "vitest";
import { askProviders, type AskedProvider } from "../../../catalogue/domain/ask-providers.ts";
import { chargedProvider } from "../../../catalogue/domain/charged-provider.ts";
import { DayQuota } from "../../../catalogue/domain/desk/day-quota.ts";
import type { Spender } from "../../../catalogue/domain/desk/day-shares.ts";
import type { ProviderId } from "../../../catalogue/domain/provider.ts";
import type { Resolution } from "../../../catalogue/domain/resolution.ts";
import { resolveBook } from "../../../catalogue/domain/resolve.ts";
import { DEFAULT_QUOTAS } from "../../../quotas/domain/policy.ts";
import { findingOf } from "./books.ts";

// Noon at Google.
const NOW = Date.parse("2026-11-22T20:00:00Z");
const OPTIONS = { lane: "import", account: true } as const;

/** Two providers that know no book: one without a daily limit, and Google's day. */
function world() {
  const google = new DayQuota(1000, undefined);
  const asked = { openlibrary: 0, "google-books": 0 };
  const used = new Map<string, number>();
  const spenderOf = ({ lane, account }: { lane: string; account: boolean }): Spender =>
    lane === "import" ? "import" : account ? "live" : "anonymous";
  const desk = (id: ProviderId) => ({
    id,
    counts: true,
    async lookup(_isbn: string, options: { lane: string; account: boolean }) {
      const spender = spenderOf(options);
      if (id === "google-books" && !google.allows(spender, NOW)) {
        const retryAfterMs = google.resetsInMs(NOW);
        return { kind: "failed", reason: "quota_exhausted", retryAfterMs } as const;
      }
      if (id === "google-books") google.spend(spender, NOW);
      asked[id] += 1;
      return { kind: "absent" } as const;
    },
    search: async () => ({ kind: "found" as const, books: [] }),
  });
  const limits = {
    openlibrary: DEFAULT_QUOTAS.openLibraryQuestions,
    "google-books": DEFAULT_QUOTAS.googleQuestions,
  };
  const providers: AskedProvider[] = [desk("openlibrary"), desk("google-books")].map((provider) =>
    chargedProvider(provider, {
      async take(payer, id) {
        const count = used.get(`${payer} ${id}`) ?? 0;
        if (count >= limits[id]) return { waitMs: 3_600_000 };
        used.set(`${payer} ${id}`, count + 1);
        return { giveBack: async () => void used.set(`${payer} ${id}`, count) };
      },
    }),
  );
  const ask = { providers, sleep: () => new Promise<void>(() => undefined), now: () => NOW };
  const entry = { old: undefined, write: async () => undefined };
  const resolve = (isbn13: string, caller: object): Promise<Resolution> =>
    resolveBook(
      { isbn13, ...OPTIONS, ...caller },
      {
        ...ask,
        books: { find: async () => ({ kind: "miss" }), save: async () => "saved" },
        cache: {
          open: async () => entry,
          openFree: () => entry,
          writeAbsent: async () => undefined,
        },
        d1ReadsEnabled: () => true,
        defer: () => undefined,
        completeLater: async () => undefined,
        random: () => 0,
      },
    );
  return { asked, resolve, ask };
}

describe("1,500 invented ISBNs in a file", () => {
  it("use no more of Google's daily quota than the account's share; the rest is deferred", async () => {
    const { asked, resolve } = world();
    const findings = [];
    for (let row = 0; row < 1500; row += 1) {
      findings.push(findingOf(row, await resolve(String(row), { payer: "attacker" }), NOW));
    }
    expect(asked).toEqual({ openlibrary: 1500, "google-books": 200 });
    expect(findings.filter(({ said }) => said === "notFound")).toHaveLength(200);
    expect(findings.filter(({ said }) => said === "deferred")).toHaveLength(1300);
  });

  it("of ten accounts use no more than the share of imports, and scans of unknown books are still answered", async () => {
    const { asked, resolve, ask } = world();
    for (let row = 0; row < 3000; row += 1) {
      await resolve(String(row), { payer: `attacker ${row % 10}` });
    }
    expect(asked["google-books"]).toBe(400);
    for (const account of [true, false]) {
      const scan = await resolve(`scan ${account}`, { lane: "scan", account });
      expect(scan).toEqual({
        kind: "absent",
        providersChecked: ["openlibrary", "google-books"],
      });
    }
    const { settled } = await askProviders({ isbn13: "1", lane: "scan", account: false }, ask);
    expect(settled.map(({ answer }) => answer.kind)).toEqual(["absent", "absent"]);
  });
});
