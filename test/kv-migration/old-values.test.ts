import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { serviceOf } from "../../src/service.ts";
import { emptied, migrated, stored } from "../support/migration.ts";
import { openLibraryInPlace } from "../support/providers.ts";
import { waitFor } from "../support/wait.ts";

const ISBN = "9780441172719";
const KEY13 = `book:isbn:${ISBN}`;
const KEY10 = "book:isbn:0441172717";

beforeEach(emptied);
afterEach(() => {
  vi.restoreAllMocks();
});

/** Enough time for a write that must not happen. */
const behindTheAnswer = (): Promise<void> => new Promise((done) => setTimeout(done, 100));

describe("a provider's answer", () => {
  it.each([KEY13, KEY10])("adopts data that only the old value under %s has", async (key) => {
    const openLibrary = openLibraryInPlace();
    openLibrary.say(ISBN, { title: "Dune" });
    const data = { title: "Old title", subtitle: "Only in KV" };
    await stored({ [key]: { data, cachedAt: "2024-01-01T00:00:00Z" } });
    const answer = await serviceOf(env).catalogue.resolveFlight({
      isbn13: ISBN,
      lane: "import",
      account: true,
    });
    const due = { title: "Dune", subtitle: "Only in KV" };
    expect(answer).toMatchObject({ kind: "found", record: { book: due } });
    await migrated();
    const blob = await env.DB.prepare("SELECT canonical_metadata FROM Books").first<string>(
      "canonical_metadata",
    );
    expect(JSON.parse(blob ?? "{}")).toMatchObject(due);
  });

  it.each(["true", "false"])(
    "leaves the old value while D1 is unavailable, with reads of D1 %s",
    async (reads) => {
      openLibraryInPlace().say(ISBN, { title: "Dune" });
      const old = { title: "Old title" };
      await stored({ [KEY13]: old, "feature:enable_d1_reads": reads });
      const unavailable = (): Promise<never> => Promise.reject(new Error("D1 is unavailable"));
      const statement = {
        bind: () => statement,
        first: unavailable,
        run: unavailable,
        all: unavailable,
      };
      const broken = {
        ...env,
        DB: { prepare: () => statement, batch: unavailable },
      } as unknown as Env;
      const answer = await serviceOf(broken).catalogue.resolveFlight({
        isbn13: ISBN,
        lane: "scan",
        account: true,
      });
      expect(answer).toMatchObject({ kind: "found", record: { book: { title: "Dune" } } });
      await behindTheAnswer();
      expect(await env.BOOK_CACHE.get(KEY13, "json")).toEqual(old);
    },
  );
});

describe("an old value in KV", () => {
  /** Sends a request to a fresh isolate, and waits for its work after the response. */
  async function titleOf(): Promise<string> {
    const bindings = { ...env };
    const context = createExecutionContext();
    const request = new Request(`http://bookstrack.test/v1/search/isbn?isbn=${ISBN}`);
    const response = await serviceOf(bindings).app().fetch(request, bindings, context);
    const { data } = await response.json<{ data: { book: { title: string } } }>();
    await waitOnExecutionContext(context);
    return data.book.title;
  }

  const newerRow = (): Promise<unknown> =>
    env.DB.prepare(
      `UPDATE Books SET title = 'New', version = version + 1, fetched_at = ?1,
         canonical_metadata = json_set(canonical_metadata, '$.title', 'New')`,
    )
      .bind(Date.now())
      .run();

  it.each([KEY13, KEY10])("under %s is replaced by the row that adopted it", async (key) => {
    await stored({ [key]: { title: "Old" } });
    await migrated();
    await newerRow();
    expect(await titleOf()).toBe("Old");
    await waitFor(async () => {
      expect(await env.BOOK_CACHE.get(KEY13, "json")).toMatchObject({
        v: 2,
        value: { title: "New" },
      });
      expect(await env.BOOK_CACHE.get(KEY10)).toBeNull();
    });
    // An entry of the service expires after a day, an old value never does.
    await env.BOOK_CACHE.delete(KEY13);
    expect(await titleOf()).toBe("New");
  });

  it("under the ISBN-10 is replaced though the one under the ISBN-13 is unreadable", async () => {
    await stored({ [KEY10]: { title: "Old" }, [KEY13]: "{ not json" });
    await migrated();
    await newerRow();
    expect(await titleOf()).toBe("Old");
    await waitFor(async () => expect(await env.BOOK_CACHE.get(KEY10)).toBeNull());
    expect(await env.BOOK_CACHE.get(KEY13)).toBe("{ not json");
    expect(await titleOf()).toBe("New");
  });

  it.each(["is not in D1", "has changed since", "must answer, because D1 is switched off"])(
    "stays while it %s",
    async (why) => {
      await stored({ [KEY10]: { title: "Old" } });
      if (why !== "is not in D1") await migrated();
      if (why === "has changed since") await stored({ [KEY10]: { title: "Changed" } });
      if (why.startsWith("must")) await env.BOOK_CACHE.put("feature:enable_d1_reads", "false");
      await titleOf();
      await behindTheAnswer();
      expect(await env.BOOK_CACHE.get(KEY10)).not.toBeNull();
      expect(await env.BOOK_CACHE.get(KEY13)).toBeNull();
    },
  );
});
