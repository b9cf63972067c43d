import { describe, expect, it } from "vitest";
import { rowsOf } from "../../../../test/support/imports/rows-of.ts";
import type { Status } from "../../../../contract/library-fields.ts";
import { statusOf } from "./statuses.ts";

const PHRASES: Readonly<Record<Status, string>> = {
  want_to_read:
    "WANTS_TO_READ|Noch nicht begonnen|nicht begonnen|Pas commencé|Pas encore lu|No empezado|Non iniziato|Ikke lest|" +
    "Хочу почитать|Не начата|未开始|읽고 싶음|Plánuji|Wishlisted|Quiero leerlo|0%",
  reading:
    "IS_READING|Estoy leyendo|Je suis en train de lire|Estou a ler|読んでいます|읽고 있음|Reading now|50%|Reading (p. 120)",
  completed:
    "Já lido|Ferdig lest|Read in 2021|Finished 2021|Read (2x)|読み終わり|100%|I've read it",
  paused: "Put aside|保留中|On hold @ 20%",
  abandoned: "DNF @ 30%|DNF at p. 50|DNF'd|Nicht zu Ende gelesen|Did not finish (DNF)",
};

describe("a phrase", () => {
  const cases = Object.entries(PHRASES).flatMap(([status, phrases]) =>
    phrases.split("|").map((phrase) => [phrase, status] as const),
  );

  it.each(cases)("%j is %s", (phrase, status) => expect(statusOf(phrase)).toBe(status));

  it.each([
    "Living room",
    "New",
    "Owned",
    "101%",
    "Not mine",
    "A1",
    "2021",
    "Want to sell",
    "Book club",
  ])("%j is no status", (phrase) => expect(statusOf(phrase)).toBeUndefined());
});

describe("a status with a date", () => {
  const entryOf = (format: string, column: string, cell: string) =>
    rowsOf(format, { Title: "A", [column]: cell })[0]?.entry;

  it.each([
    ["anobii", "Reading status", "Finished on Dec 29 2023", { finishedAt: "2023-12-29" }],
    ["anobii", "Reading status", "Reading since Apr 2 2024", { startedAt: "2024-04-02" }],
    ["none", "Status", "Finished on 29 December 2023", { finishedAt: "2023-12-29" }],
    ["none", "Stato di lettura", "Finito il 2023-12-29", { finishedAt: "2023-12-29" }],
    ["none", "Status", "Read in 2021", { finishedAt: "2021" }],
  ])("of %s in %s, %j, is read", (format, column, cell, reading) => {
    const entry = entryOf(format, column, cell);
    expect(entry?.readings).toEqual([reading]);
    expect(entry?.status).toBe("startedAt" in reading ? "reading" : "completed");
    expect(entry?.tags).toBeUndefined();
  });

  it("is a shelf if it does not start with a status", () => {
    expect(entryOf("none", "Status", "Book club 2021")).toEqual({ tags: ["Book club 2021"] });
  });
});

describe("shelves in a column of tags", () => {
  const entryOf = (cells: Readonly<Record<string, string>>) => rowsOf("none", cells)[0]?.entry;

  it.each([
    ["Bookshelves", "to-read", "want_to_read", undefined],
    ["Bookshelves", "read, sf", "completed", ["sf"]],
    ["Bookshelves", "to-read, currently-reading", "reading", undefined],
    ["Półki", "Przeczytane", "completed", undefined],
    ["Tags", "in progress notes, sf", undefined, ["in progress notes", "sf"]],
  ])("%s with %j have the status %j", (column, cell, status, tags) => {
    const entry = entryOf({ Title: "A", Author: "B", [column]: cell });
    expect([entry?.status, entry?.tags]).toEqual([status, tags]);
  });

  it("are tags beside a column for the status", () => {
    const entry = entryOf({ Title: "A", Status: "", Bookshelves: "to-read" });
    expect(entry).toEqual({ tags: ["to-read"] });
  });
});
