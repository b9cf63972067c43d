import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { quotasModule } from "../../src/quotas/module.ts";
import { bearer } from "../support/accounts.ts";
import { isbnOf } from "../support/library.ts";
import { problemOf, quotaService } from "../support/quotas.ts";

describe("queries to a provider", () => {
  it("are granted up to the daily limit, however many are requested simultaneously", async () => {
    let now = Date.UTC(2026, 7, 1, 23);
    const { platform, account, used } = quotaService({
      quotas: { googleQuestions: 5 },
      parts: { now: () => now },
    });
    const user = await account();
    const quotas = quotasModule(platform);
    const take = () => quotas.takeOne(user.userId, "googleQuestions");
    const taken = await Promise.all(Array.from({ length: 12 }, take));
    expect(taken.filter((one) => "giveBack" in one)).toHaveLength(5);
    expect(await take()).toEqual({ waitMs: 3_600_000 });
    const [granted] = taken.filter((one) => "giveBack" in one);
    await granted?.giveBack();
    expect(await used(user)).toMatchObject({ googleQuestions: 4 });
    expect(await take()).toHaveProperty("giveBack");
    now += 3_600_000;
    expect(await take()).toHaveProperty("giveBack");
    now -= 7_200_000;
    expect(await take()).toEqual({ waitMs: 7_200_000 });
  });

  it("are not granted to a deleted user", async () => {
    const { platform, account, call } = quotaService({ quotas: { googleQuestions: 5 } });
    const { userId, token } = await account();
    await call(`/v1/library/${userId}`, { method: "DELETE", headers: bearer(token) });
    expect(await quotasModule(platform).takeOne(userId, "googleQuestions")).toHaveProperty(
      "waitMs",
    );
  });
});

describe("an absence that a provider without remaining queries could not confirm", () => {
  it("is marked as partial in the response", async () => {
    const isbn = isbnOf(770_001);
    const partial = { checked: ["openlibrary"], account: true };
    const absence = { firstAt: Date.now(), until: Date.now() + 300_000, partial };
    await env.BOOK_CACHE.put(`absent:isbn:${isbn}`, JSON.stringify(absence));
    const { call } = quotaService({});
    const search = await call(`/v1/search/isbn?isbn=${isbn}`);
    expect([search.status, await search.json()]).toMatchObject([
      200,
      { success: true, data: { book: null, partial: true } },
    ]);
    const enrich = await call("/api/v2/books/enrich", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ barcode: isbn }),
    });
    expect(enrich.status).toBe(404);
    expect(await problemOf(enrich)).toMatchObject({
      code: "BOOK_NOT_FOUND",
      providersChecked: ["openlibrary"],
      partial: true,
    });
  });
});
