import { describe, expect, it } from "vitest";
import { positionOf, seriesInTitle, seriesOf } from "./series-text.ts";

/** Each as `name` or `name|position`. */
const written = (series: readonly { name: string; position?: string | undefined }[]): string[] =>
  series.map(({ name, position }) => (position === undefined ? name : `${name}|${position}`));

describe("the series in a title", () => {
  it.each([
    ["Dune (Dune, #1)", ["Dune|1"]],
    ["Gideon the Ninth (The Locked Tomb #1)", ["The Locked Tomb|1"]],
    ["Nevermoor / Wundersmith / Hollowpox (Nevermoor, #1-3)", ["Nevermoor|1-3"]],
    ["The Slow Regard of Silent Things (Kingkiller, #2.5)", ["Kingkiller|2.5"]],
    ["A Dance with Dragons (A Song of Ice and Fire, #5, Part 1)", ["A Song of Ice and Fire|5"]],
    ["Mort (Discworld, #4; Death, #1)", ["Discworld|4", "Death|1"]],
    ["Elantris (Elantris, #1; The Cosmere)", ["Elantris|1", "The Cosmere"]],
    ["Testing Business Ideas (The Strategyzer Series Book 3)", ["The Strategyzer Series|3"]],
    ["Der Herr der Ringe (Mittelerde, Band 2) (Taschenbuch)", ["Mittelerde|2"]],
    ["Der Fremde (Cahiers, #3) (Spanish Edition)", ["Cahiers|3"]],
    ["X (Saga (UK), #7)", ["Saga (UK)|7"]],
    ["Omnibus (Saga, #1–2)", ["Saga|1-2"]],
  ])("%s", (title, series) => expect(written(seriesInTitle(title))).toEqual(series));

  it.each([
    "Dune",
    "Historia mínima de Perú (Spanish Edition)",
    "How to Read Numbers (and Knowing When to Trust Them)",
    "Rio de Janeiro (Ten Moments That Shaped)",
    "1984 (1949)",
    "Comics (Issue #3)",
    "Comics (#3)",
    "Odd (#",
    "",
  ])("is none in %j", (title) => expect(seriesInTitle(title)).toEqual([]));

  it("is absent in a title that is designed to be slow", () => {
    const title = `(${"a, ".repeat(300)}`;
    expect(seriesInTitle(title)).toEqual([]);
    expect(seriesInTitle(`(${"x #1 ".repeat(200)})`)).toEqual([]);
  });
});

describe("a series in a cell", () => {
  it.each([
    ["Dune", "Dune"],
    ["Dune #1", "Dune|1"],
    ["Dune (#1)", "Dune|1"],
    ["Dune (1.5)", "Dune|1.5"],
    ["Dune [2]", "Dune|2"],
    ["Dune, 3", "Dune|3"],
    ["Dune, Band 3", "Dune|3"],
    ["Catch 22", "Catch 22"],
    ["InCryptid #8.0", "InCryptid|8"],
    ["Saga, #1 & 2", "Saga|1 & 2"],
  ])("%j is %j", (text, series) => {
    expect(written([seriesOf(text)].flatMap((one) => one ?? []))).toEqual([series]);
  });

  it.each([" ", "x".repeat(301)])("is none in %j", (text) => {
    expect(seriesOf(text)).toBeUndefined();
  });
});

it.each([
  ["8.0", "8"],
  ["1.50", "1.50"],
  ["1,5", "1.5"],
  ["1 – 3", "1-3"],
  ["# 4", "4"],
  [" ", undefined],
  ["Prequel", "Prequel"],
])("the position %j is %j", (text, position) => expect(positionOf(text)).toBe(position));
