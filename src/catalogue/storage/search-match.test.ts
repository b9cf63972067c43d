import { describe, expect, it } from "vitest";
import { readSearchText, type SearchText } from "../domain/search/text.ts";
import { searchMatch } from "./search-match.ts";

function text(typed: string): SearchText {
  const read = readSearchText(typed);
  if (!read.ok) throw new Error(read.message);
  return read.text;
}

const anywhere = (typed: string) => searchMatch({ kind: "anywhere", words: text(typed) });

describe("searchMatch", () => {
  it.each([
    ["dune messiah", '("dune") AND ("messiah" *)'],
    ["Ender's", '("Ender s" * OR "Enders" *)'],
    ["enders", '("enders" * OR "ender s" *)'],
    ["jrr tolkien", '("jrr" OR "j r r") AND ("tolkien" *)'],
    ["bora bora bora", '("bora") AND ("bora" *)'],
    ["łódź", '("lódź" *)'],
    ["三体", '(" 三  体 " *)'],
    ['" OR NEAR(x*)', '("OR" OR "O R") AND ("NEAR") AND ("x" *)'],
  ])("translates %j to %s", (typed, expected) => {
    expect(anywhere(typed).matching).toBe(expected);
  });

  it("matches the whole title in the exact expression", () => {
    expect(anywhere("Ender's Game").exact).toBe('{title main_title} : ^ "Ender s Game \ue000"');
  });

  it("restricts words to the named fields", () => {
    expect(searchMatch({ kind: "fields", title: text("dune"), author: text("herbert") })).toEqual({
      matching: '({title subtitle} : (("dune" *))) AND (authors : (("herbert" *)))',
      exact: '({title main_title} : ^ "dune \ue000") AND (authors : (("herbert" *)))',
    });
    expect(searchMatch({ kind: "fields", author: text("le guin") })).toEqual({
      matching: '(authors : (("le" OR "l e") AND ("guin" *)))',
      exact: '(authors : "le guin")',
    });
  });
});
