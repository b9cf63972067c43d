import { describe, expect, it } from "vitest";
import {
  feedItemSchema,
  feedQuerySchema,
  outboxChangeSchema,
  outboxRequestSchema,
  outboxResponseSchema,
  feedPageSchema,
  streamEventSchema,
} from "./sync.ts";

const ISBN = "9780441172719";
const METADATA = { timestamp: "2026-03-01T12:00:00.000Z" };

describe("a change of the outbox", () => {
  it.each([
    ["an addition", { op: "add", isbn: ISBN }],
    ["an addition of a book without an ISBN", { op: "add", body: { title: "Zine" } }],
    ["a change", { op: "change", isbn: ISBN, ifVersion: 3, body: { rating: 4.5, review: null } }],
    [
      "operations on lists",
      {
        op: "change",
        isbn: ISBN,
        body: {
          addTags: ["sf"],
          removeTags: ["to read"],
          addReadings: [{ id: "r-1", startedAt: "2026-02" }],
          changeReadings: [{ id: "r-0", finishedAt: null }],
          removeReadings: ["r-2"],
        },
      },
    ],
    ["a removal", { op: "delete", isbn: ISBN, ifVersion: 3 }],
    [
      "the time of the edit, in any zone",
      { op: "delete", isbn: ISBN, at: "2026-03-01T12:00:00+09:00" },
    ],
  ])("may be %s", (_name, change) => {
    expect(outboxChangeSchema.safeParse({ key: "k-1", ...change }).error).toBeUndefined();
  });

  it.each([
    ["an unknown operation", { op: "lend", isbn: ISBN }],
    ["a change without a body", { op: "change", isbn: ISBN }],
    ["a reading without an id", { op: "change", isbn: ISBN, body: { addReadings: [{}] } }],
    ["a rating above 5", { op: "change", isbn: ISBN, body: { rating: 6 } }],
    ["an invalid time", { op: "delete", isbn: ISBN, at: "yesterday" }],
  ])("is refused for %s", (_name, change) => {
    expect(outboxChangeSchema.safeParse({ key: "k-1", ...change }).success).toBe(false);
  });
});

describe("a request of the outbox", () => {
  it("passes on unknown kinds of changes, so that only they are refused", () => {
    const changes = [{ key: "k-1", op: "lend", to: "Ida" }];
    expect(outboxRequestSchema.parse({ changes })).toEqual({ changes });
  });

  it.each([
    ["", "no key"],
    ["a b", "a space"],
    ["x".repeat(65), "65 letters"],
  ])("is refused for the key %j (%s)", (key) => {
    expect(outboxRequestSchema.safeParse({ changes: [{ key }] }).success).toBe(false);
  });

  it("has 1 to 100 changes", () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => ({ key: `k-${at}` }));
    expect(
      [0, 1, 100, 101].map((n) => outboxRequestSchema.safeParse({ changes: many(n) }).success),
    ).toEqual([false, true, true, false]);
  });
});

describe("answers", () => {
  it("identify removed items without their content", () => {
    const item = { kind: "book", isbn: ISBN, version: 8, deleted: true };
    expect(feedItemSchema.parse(item)).toEqual(item);
    const data = { items: [item], next: "abc", more: false, seq: 12 };
    expect(feedPageSchema.parse({ success: true, data, metadata: METADATA }).data).toEqual(data);
    expect(streamEventSchema.parse({ seq: 12 })).toEqual({ seq: 12 });
  });

  it("give each change its result", () => {
    const problem = {
      type: "about:blank",
      title: "Book not found",
      status: 404,
      detail: "No provider knows a book with this ISBN.",
      code: "BOOK_NOT_FOUND",
      retryable: false,
    };
    const results = [
      { key: "k-1", outcome: "applied", isbn: ISBN, version: 9 },
      { key: "k-2", outcome: "conflict", isbn: ISBN, fields: ["rating"], deleted: true },
      { key: "k-3", outcome: "refused", problem },
    ];
    const data = { results };
    expect(outboxResponseSchema.parse({ success: true, data, metadata: METADATA }).data).toEqual(
      data,
    );
  });

  it("have pages of up to 1,000 items", () => {
    expect(feedQuerySchema.parse({ limit: "1000" }).limit).toBe(1000);
    expect(feedQuerySchema.safeParse({ limit: "1001" }).success).toBe(false);
  });
});
