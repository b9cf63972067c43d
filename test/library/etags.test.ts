import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LibraryBook } from "../../contract/library.ts";
import { inCatalogue, newReader, type Reader } from "../support/library.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";

const DUNE = "9780441172719";

let reader: Reader;

beforeEach(async () => {
  openLibraryInPlace();
  await restDesks();
  await inCatalogue({ isbn: DUNE });
  reader = await newReader();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const etagOf = (response: Response): string => response.headers.get("ETag") ?? "none";
const etagNow = async (): Promise<string> => etagOf(await reader.call("GET", `/books/${DUNE}`));
const change = (rating: number, etag: string) =>
  reader.call("PATCH", `/books/${DUNE}`, { rating }, { "If-Match": etag });
const remove = (etag: string) =>
  reader.call("DELETE", `/books/${DUNE}`, undefined, { "If-Match": etag });
const get = (etag: string) =>
  reader.call("GET", `/books/${DUNE}`, undefined, { "If-None-Match": etag });
const codeOf = async (response: Response) => [
  response.status,
  (await response.json<{ code: string }>()).code,
];
const ratingNow = async () => {
  const response = await reader.call("GET", `/books/${DUNE}`);
  return (await response.json<{ data: { book: LibraryBook } }>()).data.book.rating;
};

describe("the ETag of a book", () => {
  it("yields 304 to a client that has it", async () => {
    await reader.add({ isbn: DUNE });
    const first = await reader.call("GET", `/books/${DUNE}`);
    expect(first.headers.get("Cache-Control")).toBe("private, no-cache");
    const again = await get(etagOf(first));
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect(etagOf(again)).toBe(etagOf(first));
  });

  it("is the same in the response to a write and in the following reads", async () => {
    const added = await reader.call("POST", "/books", { isbn: DUNE, tags: ["b", "a"] });
    expect(etagOf(added)).toBe(await etagNow());
    const changed = await change(4, etagOf(added));
    expect(changed.status).toBe(200);
    expect(etagOf(changed)).toBe(await etagNow());
    expect(etagOf(changed)).not.toBe(etagOf(added));
  });

  it("changes with the catalogue's data, while older ETags still match in If-Match", async () => {
    await reader.add({ isbn: DUNE });
    const etag = await etagNow();
    await inCatalogue({ isbn: DUNE, title: "Dune, mended", pageCount: 541 });
    expect((await get(etag)).status).toBe(200);
    expect(await etagNow()).not.toBe(etag);
    expect((await change(4, etag)).status).toBe(200);
  });
});

describe("If-Match", () => {
  it("rejects a change and a removal once the entry has changed", async () => {
    await reader.add({ isbn: DUNE });
    const etag = await etagNow();
    expect((await change(4, etag)).status).toBe(200);
    expect(await codeOf(await change(5, etag))).toEqual([412, "PRECONDITION_FAILED"]);
    expect(await codeOf(await remove(etag))).toEqual([412, "PRECONDITION_FAILED"]);
    expect(await ratingNow()).toBe(4);
    expect((await remove(await etagNow())).status).toBe(204);
  });

  it("rejects an entry that was removed and re-added unchanged", async () => {
    await reader.add({ isbn: DUNE });
    const etag = await etagNow();
    await reader.call("DELETE", `/books/${DUNE}`);
    await reader.add({ isbn: DUNE });
    expect((await change(5, etag)).status).toBe(412);
    expect((await remove(etag)).status).toBe(412);
    expect(await ratingNow()).toBeUndefined();
  });

  it("accepts lists, weak tags and `*`; 404 without an entry", async () => {
    expect(await codeOf(await change(4, "*"))).toEqual([404, "NOT_FOUND"]);
    await reader.add({ isbn: DUNE });
    expect((await change(1, `"x", W/${await etagNow()}`)).status).toBe(200);
    expect((await change(2, "*")).status).toBe(200);
    for (const other of ['"x"', "1", '"-"', '""', "**"]) {
      expect((await change(3, other)).status).toBe(412);
    }
    expect(await ratingNow()).toBe(2);
  });

  it("accepts one of two simultaneous changes", async () => {
    await reader.add({ isbn: DUNE });
    const etag = await etagNow();
    const answers = await Promise.all([change(3, etag), change(4, etag), remove(etag)]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
  });
});
