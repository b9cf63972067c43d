import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold, searchTerms, sortKey } from "./fold.ts";
import { foldTag, normaliseTags, spellTag } from "./tags.ts";

const text = fc.string({ unit: "grapheme" });

describe("fold", () => {
  it.each([
    ["Ärger", "arger"],
    ["ÅNGSTRÖM", "angstrom"],
    ["Straße", "strasse"],
    ["Łódź", "lodz"],
    ["ﬁn", "fin"],
    ["İstanbul", "istanbul"],
    ["ΟΔΟΣ", "οδοσ"],
    ["Ｆｕｌｌ", "full"],
    ["東京", "東京"],
    ["100%", "100%"],
  ])("folds %s to %s", (given, folded) => {
    expect(fold(given)).toBe(folded);
  });

  it("is idempotent and ignores case and composition", () => {
    fc.assert(
      fc.property(text, (given) => {
        const folded = fold(given);
        expect(fold(folded)).toBe(folded);
        expect(fold(given.normalize("NFD"))).toBe(folded);
      }),
    );
  });
});

describe("sortKey", () => {
  it("is truncated at a code point boundary", () => {
    const key = sortKey(`  A\u00a0 b ${"😀".repeat(500)}`);
    expect(key).toBe(`a b ${"😀".repeat(196)}`);
  });
});

describe("searchTerms", () => {
  it("returns distinct folded words", () => {
    expect(searchTerms(" Ä  b a ")).toEqual(["a", "b"]);
    expect(searchTerms(" \u0301 ")).toEqual([]);
  });
});

describe("normaliseTags", () => {
  it("keeps the first spelling of each tag", () => {
    expect(normaliseTags([" Sci  Fi", "sci fi", "", "É", "e\u0301"])).toEqual(["Sci Fi", "É"]);
  });

  it("returns tags with distinct folds and is idempotent", () => {
    fc.assert(
      fc.property(fc.array(text), (tags) => {
        const kept = normaliseTags(tags);
        expect(normaliseTags(kept)).toEqual(kept);
        expect(new Set(kept.map(foldTag)).size).toBe(kept.length);
        expect(kept.every((tag) => tag === spellTag(tag))).toBe(true);
      }),
    );
  });
});

it("keeps marks that make a different word", () => {
  for (const [one, other] of [
    ["किला", "काला"],
    ["かき", "がき"],
    ["கல்", "கால்"],
  ] as const) {
    expect(fold(one)).not.toBe(fold(other));
  }
});
