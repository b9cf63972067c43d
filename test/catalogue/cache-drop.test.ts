import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { serviceOf } from "../../src/service.ts";
import { ADMIN, admin, emptied, migrated, stored } from "../support/migration.ts";
import { faultsOf } from "../support/openapi.ts";

const ISBN = "9780306406157";
const KEY13 = `book:isbn:${ISBN}`;
const KEY10 = "book:isbn:0306406152";
const drop = (): Promise<Response> => admin("cache/0-306-40615-2", { method: "DELETE" });

beforeEach(emptied);
afterEach(() => {
  vi.restoreAllMocks();
});

/** A fresh isolate. */
function isolate(bindings: Record<string, unknown> = {}) {
  const given = { ...env, ...bindings } as Env;
  const app = serviceOf(given).app();
  return (path: string, init?: RequestInit): Promise<Response> => {
    const request = new Request(`http://bookstrack.test${path}`, init);
    return Promise.resolve(app.fetch(request, given, createExecutionContext()));
  };
}

describe("DELETE /admin/cache/:isbn", () => {
  it("drops keys whose values are in D1, and lists the kept ones, which may be the only copy", async () => {
    await stored({ [KEY13]: { title: "Taken" } });
    await migrated();
    await stored({ [KEY10]: { title: "Not migrated yet" } });
    expect(await (await drop()).json()).toEqual({ isbn: ISBN, dropped: [KEY13], kept: [KEY10] });
    expect(await env.BOOK_CACHE.get(KEY13)).toBeNull();
    expect(await env.BOOK_CACHE.get(KEY10)).not.toBeNull();
  });

  it("keeps values that have changed since they were adopted, and unreadable ones", async () => {
    await stored({ [KEY13]: { title: "Taken" } });
    await migrated();
    await stored({ [KEY13]: { title: "Changed" }, [KEY10]: "{ not json" });
    expect(await (await drop()).json()).toEqual({ isbn: ISBN, dropped: [], kept: [KEY13, KEY10] });
    expect(await env.BOOK_CACHE.get(KEY13, "json")).toEqual({ title: "Changed" });
  });

  it("drops an entry of the service if D1 has the row, and keeps it otherwise", async () => {
    const instant = Date.now();
    await stored({ [KEY13]: { title: "Taken" } });
    await migrated();
    const book = await env.DB.prepare("SELECT canonical_metadata FROM Books").first<string>(
      "canonical_metadata",
    );
    const own = { v: 2, fetchedAt: instant, freshUntil: instant + 1e6, staleUntil: instant + 1e7 };
    await stored({ [KEY13]: { ...own, value: JSON.parse(book ?? "") } });
    expect(await (await drop()).json()).toMatchObject({ dropped: [KEY13], kept: [] });
    await stored({ [KEY13]: { ...own, value: JSON.parse(book ?? "") } });
    await env.DB.prepare("DELETE FROM Books").run();
    expect(await (await drop()).json()).toMatchObject({ dropped: [], kept: [KEY13] });
  });

  it("drops the absence record", async () => {
    await stored({ [`absent:isbn:${ISBN}`]: { until: Date.now() + 1e6 } });
    expect(await (await drop()).json()).toEqual({
      isbn: ISBN,
      dropped: [`absent:isbn:${ISBN}`],
      kept: [],
    });
    expect(await env.BOOK_CACHE.get(`absent:isbn:${ISBN}`)).toBeNull();
  });

  it("clears the memory of the isolate immediately", async () => {
    const ask = isolate();
    const titleSeen = async (): Promise<string> => {
      const response = await ask(`/v1/search/isbn?isbn=${ISBN}`);
      return (await response.json<{ data: { book: { title: string } } }>()).data.book.title;
    };
    await stored({ [KEY13]: { title: "Taken" } });
    await migrated();
    expect(await titleSeen()).toBe("Taken");
    await env.DB.prepare(
      "UPDATE Books SET title = 'New', canonical_metadata = json_set(canonical_metadata, '$.title', 'New')",
    ).run();
    expect(await titleSeen()).toBe("Taken");
    await ask(`/admin/cache/${ISBN}`, { method: "DELETE", headers: ADMIN });
    expect(await titleSeen()).toBe("New");
  });

  it("drops nothing while D1 is unavailable: 503", async () => {
    await stored({ [KEY13]: { title: "Old" }, [`absent:isbn:${ISBN}`]: { until: 1 } });
    const unavailable = (): Promise<never> => Promise.reject(new Error("D1 is unavailable"));
    const statement = {
      bind: () => statement,
      first: unavailable,
      run: unavailable,
      all: unavailable,
    };
    const ask = isolate({ DB: { prepare: () => statement, batch: unavailable } });
    const path = `/admin/cache/${ISBN}`;
    const response = await ask(path, { method: "DELETE", headers: ADMIN });
    expect(response.status).toBe(503);
    expect(await faultsOf("DELETE", path, response)).toEqual([]);
    expect(await response.json()).toMatchObject({ code: "DATABASE_UNAVAILABLE" });
    expect(await env.BOOK_CACHE.get(KEY13)).not.toBeNull();
    expect((await ask("/admin/migration-status", { headers: ADMIN })).status).toBe(503);
  });
});
