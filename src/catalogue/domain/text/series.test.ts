import { describe, expect, it } from "vitest";
import { languageOfText } from "./language-of-text.ts";
import { toLanguageTag } from "./language.ts";
import { titleAndSeries, toSeries } from "./series.ts";

describe("toSeries", () => {
  it.each([
    ["Discworld", [{ name: "Discworld" }]],
    ["Discworld, #3", [{ name: "Discworld", position: "3" }]],
    ["Discworld#3", [{ name: "Discworld", position: "3" }]],
    ["Discworld (3)", [{ name: "Discworld", position: "3" }]],
    ["Discworld -- 3", [{ name: "Discworld", position: "3" }]],
    ["Discworld ; n° 3", [{ name: "Discworld", position: "3" }]],
    ["Discworld, vol. 3.", [{ name: "Discworld", position: "3" }]],
    ["Discworld, Book Three", [{ name: "Discworld", position: "3" }]],
    ["Discworld vol. IV", [{ name: "Discworld", position: "4" }]],
    ["Discworld, #0.1-0.5", [{ name: "Discworld", position: "0.1-0.5" }]],
    ["Discworld, #5, Part 1", [{ name: "Discworld", position: "5" }]],
    ["Babylon 5, Book 2", [{ name: "Babylon 5", position: "2" }]],
    ["--Discworld,", [{ name: "Discworld" }]],
    ["[Discworld]", [{ name: "Discworld" }]],
    ["Discworld ; v. 3", [{ name: "Discworld", position: "3" }]],
    ["Discworld ;v.3.", [{ name: "Discworld", position: "3" }]],
    ["Discworld, Volume 3 of 5", [{ name: "Discworld", position: "3" }]],
    ["Discworld ; [3]", [{ name: "Discworld", position: "3" }]],
    ["Discworld, Books 1-3", [{ name: "Discworld", position: "1-3" }]],
    ["Discworld ; Book Eleven", [{ name: "Discworld", position: "11" }]],
    ["Серия, том 3", [{ name: "Серия", position: "3" }]],
    ["シリーズ 第3巻", [{ name: "シリーズ", position: "3" }]],
    ["Warhammer 40,000", [{ name: "Warhammer 40,000" }]],
    ["Lecture notes, 0075-8434 ; 1234", [{ name: "Lecture notes", position: "1234" }]],
    ["Lecture notes, ISSN 0075-8434 ; 1234", [{ name: "Lecture notes", position: "1234" }]],
    ["????", []],
    ["#3", []],
    ["vol. 3", []],
    ["(Discworld)", [{ name: "Discworld" }]],
    ["The X Files", [{ name: "The X Files" }]],
    ["Say no one", [{ name: "Say no one" }]],
    [["NATO ASI series.", "vol. 24"], [{ name: "NATO ASI series", position: "24" }]],
    [
      ["Library ;", "[31]", "Other"],
      [{ name: "Library", position: "31" }, { name: "Other" }],
    ],
    [["Bulletins,", "v. 111, no. 352"], [{ name: "Bulletins", position: "111" }]],
    [["1984"], [{ name: "1984" }]],
    ["Discworld ; 3", [{ name: "Discworld", position: "3" }]],
    ["Discworld (Vol. 3)", [{ name: "Discworld", position: "3" }]],
    ["Discworld Book 1.5", [{ name: "Discworld", position: "1.5" }]],
    ["Discworld #1-3", [{ name: "Discworld", position: "1-3" }]],
    ["Penguin 60s", [{ name: "Penguin 60s" }]],
    ["Area 51", [{ name: "Area 51" }]],
    [{ name: "Discworld", position: 3 }, [{ name: "Discworld", position: "3" }]],
    [["Discworld", "discworld #3", ""], [{ name: "discworld", position: "3" }]],
    [undefined, []],
    [{ position: "1" }, []],
  ])("reads %j", (value, expected) => {
    expect(toSeries(value)).toEqual(expected);
  });
});

describe("titleAndSeries", () => {
  it.each([
    ["Dune", "Dune", undefined],
    ["Dune (Dune Chronicles, #1)", "Dune", [{ name: "Dune Chronicles", position: "1" }]],
    [
      "Wyrd Sisters (Discworld, #6; Witches #2)",
      "Wyrd Sisters",
      [
        { name: "Discworld", position: "6" },
        { name: "Witches", position: "2" },
      ],
    ],
    ["Area 51 (2nd Edition)", "Area 51 (2nd Edition)", undefined],
    ["Dune (Dune Chronicles, Book 1)", "Dune", [{ name: "Dune Chronicles", position: "1" }]],
    ["Dune (Dune Chronicles, Book One)", "Dune", [{ name: "Dune Chronicles", position: "1" }]],
    ["Dune (Dune Chronicles Book 1)", "Dune", [{ name: "Dune Chronicles", position: "1" }]],
    ["Le sang (Saga, tome 2)", "Le sang", [{ name: "Saga", position: "2" }]],
    ["Tanz (Die Reihe, Band 3)", "Tanz", [{ name: "Die Reihe", position: "3" }]],
    ["Works (Vol. 2)", "Works (Vol. 2)", undefined],
    ["Judy Moody (Judy Moody, # 1)", "Judy Moody", [{ name: "Judy Moody", position: "1" }]],
    ["Works (Book 3)", "Works (Book 3)", undefined],
    ["Essays (Classics, Vol. 2)", "Essays (Classics, Vol. 2)", undefined],
    ["(What I Did) #1", "(What I Did) #1", undefined],
  ])("of %j", (given, title, series) => {
    expect(titleAndSeries(given, [])).toEqual(series ? { title, series } : { title });
  });
});

describe("languages", () => {
  it.each([
    ["pt-BR", "pt-BR"],
    ["zh_hant", "zh-Hant"],
    ["en", undefined],
    ["eng", undefined],
    ["English (US)", undefined],
    [undefined, undefined],
  ])("the tag of %j is %j", (value, tag) => {
    expect(toLanguageTag(value)).toBe(tag);
  });

  it.each([
    ["Der Herr der Ringe", "de"],
    ["Le petit prince et les autres", "fr"],
    ["El amor en los tiempos", "es"],
    ["The Lord of the Rings", undefined],
    ["Dune", undefined],
    ["Война и мир", "ru"],
    ["三体", "zh"],
    ["ノルウェイの森", "ja"],
  ])("%j is in %j", (text, language) => {
    expect(languageOfText(text)).toBe(language);
  });
});
