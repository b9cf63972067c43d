import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldLetters } from "./fold.ts";
import { END, indexTextOf, KEY } from "./index-text.ts";
import { nameKeys } from "./name-keys.ts";
import { titleKeys } from "./title-keys.ts";

describe("folded letters", () => {
  it.each([
    ["ÉTÉ à la Plage", "ete a la plage"],
    ["Straße ẞ", "strasse ss"],
    ["İstanbul ılık", "istanbul ilik"],
    ["Οδύσσειας", "οδυσσειασ"],
    ["ЁЛКА й", "елка и"],
    ["ﾊﾘｰ ガ", "はりー が"],
    ["圖書館 臺灣", "图书馆 台湾"],
    ["ＩＱ８４ ﬁn ½", "iq84 fin 1⁄2"],
    ["हिन्दी", "हिन्दी"],
    ["한글", "한글"],
    ["Brand™ ®", "brand   "],
  ])("of %j are %j", (text, expected) => {
    expect(foldLetters(text)).toBe(expected);
  });

  it("do not change when they are folded again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const folded = foldLetters(text);
        return foldLetters(folded) === folded;
      }),
      { examples: [["ﷺ"], ["Ǆ"], ["İ"], ["ヷ"], ["ŉ"]] },
    );
  });
});

describe("keys", () => {
  it.each([
    ["Dune", ["dune"], [], []],
    ["The Hobbit", ["thehobbit", "hobbit"], [], []],
    ["Hobbit, The", ["thehobbit", "hobbit"], [], []],
    ["Salt & Silver", ["saltsilver"], [], []],
    ["Dune (Dune Chronicles, #1)", ["dunedunechronicles1"], ["dune"], ["dunechronicles1"]],
    [
      "Wars: A New Hope (Saga #4; Wars, Book 2)",
      ["warsanewhopesaga4warsbook2"],
      ["wars", "warsanewhope"],
      ["saga4", "wars2"],
    ],
    ["Half (Tale, #1.5)", ["halftale15"], ["half"], ["tale1d5"]],
  ])("of the title %j", (title, full, main, series) => {
    const keys = titleKeys(title);
    expect(keys).toEqual({ full, main, series });
  });

  it.each([
    ["J.R.R. Tolkien", ["jrrtolkien", "tolkienjrr"], ["tolkien"]],
    ["Tolkien, J. R. R.", ["jrrtolkien", "tolkienjrr"], ["tolkien"]],
    [
      "Ursula K. Le Guin",
      ["ursulakleguin", "leguinursulak", "ursulaleguin", "leguinursula"],
      ["leguin", "guin"],
    ],
    ["Martin Luther King Jr.", ["martinlutherking", "kingmartinluther"], ["king"]],
    ["Homer", ["homer"], ["homer"]],
  ])("of the name %j", (name, whole, family) => {
    expect(nameKeys(name)).toEqual({ whole, family });
  });
});

describe("the text of a book", () => {
  it("has words, other spellings, and keys that no text can contain", () => {
    const text = indexTextOf({
      title: `Spider-Man's Day${KEY.full}x`,
      authors: ["J.R.R. Tolkien"],
      series: [{ name: "Webs", position: "2" }],
    });
    expect(text).toEqual({
      title: `spider mans day x ${END} spidermans man s`,
      mainTitle: `${END} ${KEY.full}spidermansdayx ${KEY.series}webs2`,
      subtitle: `webs 2 ${END}`,
      authors: `j r r tolkien ${END} jrr jrr ${KEY.name}jrrtolkien ${KEY.name}tolkienjrr ${KEY.family}tolkien`,
    });
  });
});
