import { describe, expect, it } from "vitest";
import { readFile } from "../../../../test/support/imports/read-file.ts";
import { rowOf, type Cells } from "../../../../test/support/imports/rows-of.ts";
import { fieldOfName } from "./column-fields.ts";

const statusOf = (cells: Cells): string | undefined =>
  rowOf("list", { Title: "Dune", Author: "Frank Herbert", ...cells }).entry.status;

describe("a progress column", () => {
  it.each([
    ["Progress", "100%", "completed"],
    ["Progress", "100 %", "completed"],
    ["Progress", "100,0 %", "completed"],
    ["Progress", "45%", "reading"],
    ["Progress", "99.5%", "reading"],
    ["Progress", "45% read", "reading"],
    ["Progress", "%45", "reading"],
    ["Progress", "٤٥٪", "reading"],
    ["Progress", "45 percent", "reading"],
    ["Progress", "120/300", "reading"],
    ["Progress", "Page 120 of 300", "reading"],
    ["Progress", "300/300", "completed"],
    ["Progress", "0%", undefined],
    ["Progress", "0/300", undefined],
    ["Progress", "120%", undefined],
    ["Progress", "5", undefined],
    ["Progress", "300/120", undefined],
    ["Progress", "chapter 3", undefined],
    ["Progress (%)", "45", "reading"],
    ["% complete", "100", "completed"],
    ["Percent read", "12.5", "reading"],
    ["Lesefortschritt", "45 %", "reading"],
    ["Gelesen in Prozent", "100", "completed"],
    ["Pourcentage lu", "60", "reading"],
    ["Avancement", "60 %", "reading"],
    ["Progreso", "100 %", "completed"],
    ["Прогресс", "30%", "reading"],
    ["进度", "30%", "reading"],
    ["進捗", "読了", "completed"],
    ["Progress", "Not started", "want_to_read"],
  ])("%s %s means %s", (column, cell, expected) => {
    expect(statusOf({ [column]: cell })).toBe(expected);
    expect(fieldOfName(column)).toBe("progress");
  });

  it("yields to every other status column, in any order", () => {
    expect(statusOf({ Progress: "45%", Status: "abandoned" })).toBe("abandoned");
    expect(statusOf({ Status: "to-read", Progress: "100%" })).toBe("want_to_read");
    expect(statusOf({ Progress: "reading", Status: "paused" })).toBe("paused");
    expect(statusOf({ Progress: "45%", "Read?": "yes" })).toBe("completed");
    expect(statusOf({ Progress: "45%", Tags: "dnf" })).toBe("abandoned");
  });

  it("ends a book without an end date, and does not reopen one with an end date", () => {
    expect(statusOf({ Progress: "100%", "Date started": "2024-01-02" })).toBe("completed");
    expect(statusOf({ Progress: "45%", "Date finished": "2024-01-02" })).toBe("completed");
    expect(statusOf({ Progress: "0%", "Date started": "2024-01-02" })).toBe("reading");
  });

  it("is stored as in the file", () => {
    const { entry } = rowOf("list", { Title: "Dune", Progress: "45%" });
    expect(entry.extra).toEqual({ Progress: "45%" });
  });

  it("is not a rating, and a share of anything else is not progress", () => {
    expect(fieldOfName("Rating %")).toBe("rating");
    expect(fieldOfName("Bewertung in %")).toBe("rating");
    expect(fieldOfName("Rabatt %")).toBeUndefined();
  });

  it("lists only words among the assumptions, which the caller can map", async () => {
    const file = "Title,Author,Progress\nDune,Frank Herbert,45%\nEmma,Jane Austen,Lounge\n";
    const { assumptions } = await readFile(file);
    const shelves = assumptions.filter(({ kind }) => kind === "statusMapping");
    expect(shelves.map(({ name }) => name)).toEqual(["Lounge"]);
    const { rows } = await readFile(file, { statusMapping: { Lounge: "paused" } });
    expect(rows.map(({ entry }) => entry.status)).toEqual(["reading", "paused"]);
  });
});
