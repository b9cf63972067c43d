import { describe, expect, it } from "vitest";
import { KEY } from "../domain/search/index-text.ts";
import { readSearchText, type SearchText } from "../domain/search/text.ts";
import { nearMatch, rankedQuery, searchMatch } from "./search-match.ts";

function text(typed: string): SearchText {
  const read = readSearchText(typed);
  if (!read.ok) throw new Error(read.message);
  return read.text;
}

const anywhere = (typed: string) => rankedQuery({ kind: "anywhere", words: text(typed) });

describe("searchMatch", () => {
  it.each([
    ["dune messiah", '(("dune") AND ("messiah" *))'],
    ["Ender's", '(("enders" * OR "ender s" *))'],
    ["enders", '(("enders" * OR "ender s" *))'],
    ["jrr tolkien", '(("jrr" OR "j r r") AND ("tolkien" *))'],
    ["spider-man", '(("spider man" * OR "spiderman" *))'],
    ["catch22", '(("catch22" * OR "catch 22" *))'],
    ["Müller", '(("muller" * OR "mueller" *))'],
    ["mueller", '(("mueller" * OR "muller" *))'],
    ["bora bora bora", '(("bora") AND ("bora" *))'],
    ["łódź", '(("lodz" *))'],
    ["三体", '(("三 体" *))'],
    ['" OR NEAR(x*)', '(("or" OR "o r") AND ("near") AND ("x" *))'],
  ])("translates %j to %s", (typed, expected) => {
    expect(searchMatch(anywhere(typed)).matching).toBe(expected);
  });

  it("finds whole titles, series with numbers and names by their keys", () => {
    const { exact, starts } = searchMatch(anywhere("The Saga 2"));
    for (const key of [
      `${KEY.full}thesaga2`,
      `${KEY.main}saga2`,
      `${KEY.series}saga2`,
      `${KEY.name}thesaga2`,
    ]) {
      expect(exact).toContain(`"${key}"`);
    }
    expect(starts).toBe(`(main_title : "${KEY.full}thesaga2" *)`);
  });

  it("restricts words to the named fields", () => {
    const both = rankedQuery({ kind: "fields", title: text("dune"), author: text("herbert") });
    expect(searchMatch(both).matching).toBe(
      '({title subtitle} : (("dune" *))) AND (authors : (("herbert" *)))',
    );
    const author = rankedQuery({ kind: "fields", author: text("le guin") });
    expect(searchMatch(author).matching).toBe('(authors : (("le" OR "l e") AND ("guin" *)))');
  });
});

describe("nearMatch", () => {
  it("has every word with its corrections, or all words except one, without articles", () => {
    const near = new Map([["hobit", [["hobbit"]]]]);
    expect(nearMatch(anywhere("the hobit song"), near)).toEqual({
      close: '((("hobit" OR "hobbit") AND ("song" *)))',
      loose: '(((("song" *)) OR (("hobit" OR "hobbit"))))',
    });
  });

  it.each([
    ["slaughterhouse 5", '(((("slaughterhouse"))))'],
    ["it xyzzy", '(((("xyzzy" *))))'],
    ["1984 xyzzy", '(((("xyzzy" *)) OR (("1984"))))'],
    ["三 xyzzy", '(((("xyzzy" *)) OR (("三"))))'],
    ["x 5", '(((("5" *)) OR (("x"))))'],
  ])("looks for the telling words of %j alone", (typed, loose) => {
    expect(nearMatch(anywhere(typed), new Map()).loose).toBe(loose);
  });
});
