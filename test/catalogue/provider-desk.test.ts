import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { DeskConnections } from "../../src/catalogue/objects/connections.ts";
import { providerDesk } from "../../src/catalogue/objects/provider-desk.ts";
import type { DeskLimits } from "../../src/catalogue/domain/desk/gate.ts";
import type { ProviderId } from "../../src/catalogue/domain/provider.ts";

const anonymous = { lane: "scan", budgetMs: 5_000, account: false } as const;
const withToken = { ...anonymous, account: true };

/** A class whose Durable Objects have a provider without books that counts its calls. */
function deskClass(limits: DeskLimits) {
  const calls: string[][] = [];
  const connect = (id: ProviderId): DeskConnections => ({
    provider: {
      id,
      maxBatch: 25,
      lookup: async (isbns) => {
        calls.push([...isbns]);
        return new Map(isbns.map((isbn) => [isbn, { kind: "absent" }]));
      },
      search: async () => ({ kind: "found", books: [] }),
    },
    limits,
    metrics: { count: () => {}, observe: () => {} },
    report: (_, error) => {
      throw error;
    },
  });
  return { Desk: providerDesk(connect), calls };
}

describe("ProviderDesk", () => {
  it("uses the Durable Object's timers, and batches concurrent lookups", async () => {
    const { Desk, calls } = deskClass({ perSecond: 3 });
    await runInDurableObject(env.PROVIDER_DESKS.getByName("openlibrary"), async (_, state) => {
      const desk = new Desk(state, env);
      const answers = await Promise.all([
        desk.lookup("9780306406157", withToken),
        desk.lookup("9780140328721", anonymous),
        desk.lookup("9780306406157", anonymous),
      ]);
      expect(answers).toEqual([{ kind: "absent" }, { kind: "absent" }, { kind: "absent" }]);
      expect(await desk.search({ title: "emma", limit: 5 }, withToken)).toEqual({
        kind: "found",
        books: [],
      });
      expect(desk.status()).toMatchObject({ provider: "openlibrary", inFlight: 0 });
    });
    expect(calls).toEqual([["9780306406157", "9780140328721"]]);
  });

  it("restores the quota spent before a restart from storage", async () => {
    const { Desk, calls } = deskClass({ perSecond: 3, perDay: 2 });
    await runInDurableObject(env.PROVIDER_DESKS.getByName("google-books"), async (_, state) => {
      await new Desk(state, env).lookup("9780306406157", anonymous);
      const next = new Desk(state, env);
      expect(await next.lookup("9780140328721", anonymous)).toMatchObject({
        kind: "failed",
        reason: "quota_exhausted",
      });
      expect(await next.lookup("9780140328721", withToken)).toEqual({ kind: "absent" });
      expect(next.status().quota).toMatchObject({ spent: 2, perDay: 2 });
    });
    expect(calls).toEqual([["9780306406157"], ["9780140328721"]]);
  });

  it("rejects a name that is not a provider's", async () => {
    const { Desk } = deskClass({ perSecond: 3 });
    await runInDurableObject(env.PROVIDER_DESKS.getByName("openlibrary"), (_, state) => {
      const id = { ...state.id, name: "isbndb" };
      expect(() => new Desk(Object.create(state, { id: { value: id } }), env)).toThrow(
        "named by its provider",
      );
    });
  });
});
