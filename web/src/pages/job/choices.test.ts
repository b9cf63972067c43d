import { describe, expect, it } from "vitest";
import { grouped, isSure, optionsWith, valueOf, withChoice, type Assumption } from "./choices.ts";

const scale = { kind: "ratingScale", value: 5 } as const;
const shelf = (name: string, value = "none") => ({ kind: "statusMapping", name, value }) as const;

describe("choices about a file", () => {
  it("replace assumptions, under the same names", () => {
    let choices = withChoice({}, scale, "10");
    choices = withChoice(choices, { kind: "dateOrder", value: "dmy" }, "mdy");
    choices = withChoice(choices, shelf("lese ich"), "reading");
    choices = withChoice(choices, shelf("später"), "want_to_read");
    expect(choices).toEqual({
      ratingScale: 10,
      dateOrder: "mdy",
      statusMapping: { "lese ich": "reading", später: "want_to_read" },
    });
    expect([valueOf(scale, choices), valueOf(shelf("später"), choices)]).toEqual([
      "10",
      "want_to_read",
    ]);
    expect(valueOf(shelf("anderes"), choices)).toBe("none");
  });

  it("are empty when the user returns to the assumptions", () => {
    const choices = withChoice(withChoice({}, scale, "10"), shelf("a"), "reading");
    expect(withChoice(withChoice(choices, scale, "5"), shelf("a"), "none")).toEqual({});
  });

  it("are added to those of the last preview", () => {
    expect(
      optionsWith(
        { mode: "merge", statusMapping: { a: "reading" }, encoding: "utf-8" },
        { statusMapping: { b: "none" }, encoding: "koi8-r" },
        { enrich: false },
      ),
    ).toEqual({
      mode: "merge",
      enrich: false,
      encoding: "koi8-r",
      statusMapping: { a: "reading", b: "none" },
    });
    expect(optionsWith({}, {}, {})).toEqual({});
  });
});

it("shows uncertain shelves first, then those with many books", () => {
  const of = (name: string, confidence: number, rows: number): Assumption => ({
    ...shelf(name),
    confidence,
    rows,
    samples: [],
  });
  const { file, shelves } = grouped([
    of("few", 1, 2),
    of("many", 1, 20),
    of("unsure", 0.5, 1),
    { ...scale, confidence: 0.79, rows: 3, samples: [] },
  ]);
  expect(shelves.map(({ name }) => name)).toEqual(["unsure", "many", "few"]);
  expect(file.map(isSure)).toEqual([false]);
});
