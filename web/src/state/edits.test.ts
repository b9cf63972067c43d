import { describe, expect, it } from "vitest";
import { editContext, inverseOf, statusEdit } from "./edits.ts";
import type { ListedBook } from "./library.ts";

const DAY = "2026-11-29";
const edit = (readings: ListedBook["readings"], status: ListedBook["status"]) =>
  statusEdit({ isbn: "1", readings }, status, { today: DAY, newId: () => "new" });
const about = (status: ListedBook["status"] | null) =>
  ({ op: "change", isbn: "1", set: { status } }) as const;

describe("an edit of the status", () => {
  it("starts a reading, unless one is open", () => {
    expect(edit([], "reading")).toEqual({
      ...about("reading"),
      addReadings: [{ id: "new", startedAt: DAY }],
    });
    expect(edit([{ id: "a", startedAt: "2026-11" }], "reading")).toEqual(about("reading"));
  });

  it("ends the open reading, the last one of several, never before its start", () => {
    expect(edit([{ id: "a", startedAt: "2026-11" }], "completed")).toEqual({
      ...about("completed"),
      changeReadings: [{ id: "a", finishedAt: DAY }],
    });
    const readings = [{ id: "a", startedAt: "2020" }, { id: "b", startedAt: "2027" }, { id: "c" }];
    expect(edit(readings, "completed").changeReadings).toEqual([{ id: "b", finishedAt: "2027" }]);
  });

  it("adds a reading only to a book that was never read", () => {
    expect(edit([], "completed").addReadings).toEqual([{ id: "new", finishedAt: DAY }]);
    expect(edit([{ id: "a", finishedAt: "2020" }], "completed")).toEqual(about("completed"));
  });

  it("changes no reading otherwise, and can be empty", () => {
    expect(edit([{ id: "a", startedAt: "2026" }], "paused")).toEqual(about("paused"));
    expect(edit([], undefined)).toEqual(about(null));
  });

  it("is undone including its changes to the readings", () => {
    const before = {
      isbn: "1",
      status: "reading",
      tags: [] as string[],
      readings: [{ id: "a", startedAt: "2026" }],
    } as ListedBook;
    expect(inverseOf(edit(before.readings, "completed"), before)).toMatchObject({
      set: { status: "reading" },
      changeReadings: [{ id: "a", startedAt: "2026", finishedAt: null }],
    });
    const unread = { ...before, readings: [] };
    expect(inverseOf(edit([], "completed"), unread)).toMatchObject({ removeReadings: ["new"] });
  });
});

it("creates ids over plain HTTP too, where browsers have no randomUUID", () => {
  const { crypto } = globalThis;
  const insecure = { getRandomValues: crypto.getRandomValues.bind(crypto) };
  Object.defineProperty(globalThis, "crypto", { value: insecure, configurable: true });
  try {
    expect(editContext().newId()).toMatch(/^[0-9a-f-]{36}$/);
  } finally {
    Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });
  }
});
