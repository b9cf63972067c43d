import type { Book } from "../../../../contract/catalogue.ts";
import { describe, expect, it } from "vitest";
import {
  AT,
  fields,
  flat,
  ISBN,
  ISBN10,
  OTHER,
  read,
} from "../../../../test/support/old-values.ts";
import { readStoredValue, writeOwnEntry } from "./stored-value.ts";

describe("values without a book", () => {
  it.each([
    null,
    "",
    {},
    [],
    [null],
    { items: [] },
    { kind: "books#volumes", totalItems: 0 },
    { works: [], editions: [], authors: [] },
    { data: null },
    { data: { items: [] }, cachedAt: AT, ttl: 1 },
    { success: true, data: { book: null } },
    { success: false, error: { code: "NOT_FOUND" } },
    { error: "Title search failed", items: [] },
    { error: "upstream" },
  ])("%j is empty", (value) => {
    expect(read(value)).toEqual({ kind: "empty" });
  });

  it.each([null, "", " \n"])("the text %j is empty", (text) => {
    expect(readStoredValue(ISBN, text)).toEqual({ kind: "empty" });
  });

  it.each([
    7,
    true,
    "The Lighthouse Ledger",
    [7],
    { hello: "world" },
    { v: 3, payload: 1 },
    { data: 7 },
  ])("%j has no known shape", (value) => {
    expect(read(value)).toEqual({ kind: "unreadable", reason: "unknown_shape" });
  });

  it.each(["{", "undefined", "[object Object]", "<html>", '{"title": "cut o'])(
    "%j is not JSON",
    (text) => {
      expect(readStoredValue(ISBN, text)).toEqual({ kind: "unreadable", reason: "not_json" });
    },
  );

  it.each(["", "abc", "9780306406158", "search:title", "9770000000003"])(
    "the key %j is not an ISBN",
    (key) => {
      expect(read(flat, key)).toEqual({ kind: "unreadable", reason: "bad_key" });
      expect(readStoredValue(key, null)).toEqual({ kind: "unreadable", reason: "bad_key" });
    },
  );
});

describe("entries of the service", () => {
  const book: Book = {
    ...fields,
    provider: "openlibrary",
    sources: [],
    updatedAt: "2026-03-02T10:00:00.000Z",
  };
  const record = { book, fetchedAt: 1, freshUntil: 2 };

  it("round-trip under either key", () => {
    const text = writeOwnEntry(record, 3);
    const instants = { fetchedAt: 1, freshUntil: 2, staleUntil: 3 };
    const own = { kind: "own", entry: { v: 2, value: book, ...instants } };
    expect(JSON.parse(text)).toStrictEqual(own.entry);
    expect(readStoredValue(ISBN, text)).toStrictEqual(own);
    expect(readStoredValue(ISBN10, text)).toStrictEqual(own);
  });

  it("are rejected under another ISBN", () => {
    expect(readStoredValue(OTHER, writeOwnEntry(record, 3))).toEqual({
      kind: "unreadable",
      reason: "wrong_isbn",
    });
  });

  it.each([
    { v: 2 },
    { v: 2, value: { title: "A" }, fetchedAt: 1, freshUntil: 2, staleUntil: 3 },
    { v: 2, value: book, fetchedAt: 1, freshUntil: 2 },
    { v: 2, value: book, fetchedAt: "1", freshUntil: 2, staleUntil: 3 },
    {
      v: 2,
      value: { ...book, coverUrl: "http://img.example/c.jpg" },
      fetchedAt: 1,
      freshUntil: 2,
      staleUntil: 3,
    },
  ])("are rejected when they are damaged", (value) => {
    expect(read(value)).toEqual({
      kind: "unreadable",
      reason: "unknown_shape",
      isOwn: true,
    });
  });
});
