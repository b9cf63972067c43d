import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_CHARACTERS, MAX_WORDS, readSearchText } from "./text.ts";

function wordsOf(typed: string): string[] {
  const read = readSearchText(typed);
  return read.ok ? read.text.words.map((parts) => parts.join("|")) : [];
}

function refusal(typed: string): string | undefined {
  const read = readSearchText(typed);
  return read.ok ? undefined : read.message;
}

describe("readSearchText", () => {
  it.each([
    ["  The   Hobbit\t", ["The", "Hobbit"]],
    ["Ender's Game", ["Ender|s", "Game"]],
    ["J.R.R. Tolkien", ["J|R|R", "Tolkien"]],
    ["Spider-Man: Blue", ["Spider|Man", "Blue"]],
    ["Catch - 22", ["Catch", "22"]],
    ['"NEAR(" * AND title:dune^2', ["NEAR", "AND", "title", "dune", "2"]],
    ["a\u0000b\u001fc", ["a", "b", "c"]],
    ["三体 the", ["三体", "the"]],
    ["Cafe\u0301", ["Café"]],
    ["I \u2764\ufe0f you", ["I", "you"]],
    ["dune\ue000", ["dune"]],
    ["lone \ud800 surrogate", ["lone", "surrogate"]],
  ])("finds the words of %j", (typed, expected) => {
    expect(wordsOf(typed)).toEqual(expected);
  });

  it("keeps the words as they were written, for those who read them in their own way", () => {
    expect(readSearchText(' "Ender\'s"  \u0000(Game)* J.R.R. ')).toMatchObject({
      ok: true,
      text: { text: "Ender's Game J.R.R" },
    });
  });

  it.each(["", "   ", "!?*\"'()", "\u0000", "😀", "\u0301", "\ue000"])(
    "says that there is nothing to search for in %j",
    (typed) => {
      expect(refusal(typed)).toBe("holds no letter or digit to search for");
    },
  );

  it("says how long a text is, and how long it may be", () => {
    expect(refusal("x".repeat(MAX_CHARACTERS))).toBeUndefined();
    expect(refusal("x".repeat(5000))).toBe("is 5000 characters long: give at most 300");
    expect(refusal("𠀋".repeat(MAX_CHARACTERS))).toBeUndefined();
  });

  it("says how many words there are, and how many there may be", () => {
    expect(refusal("a ".repeat(MAX_WORDS))).toBeUndefined();
    expect(refusal("a ".repeat(MAX_WORDS + 1))).toBe("has 41 words: give at most 40");
    expect(refusal(`${"a-".repeat(MAX_WORDS)}b`)).toBe("has 41 words: give at most 40");
  });

  it("gives parts of letters, digits, marks and what passes for them in the index, whatever is typed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (typed) => {
        const read = readSearchText(typed);
        const parts = read.ok ? read.text.words.flat() : ["x"];
        return (
          parts.length > 0 &&
          parts.every((part) => /^[\p{L}\p{N}\p{M}\u218a\u218b\u2427-\u2429]+$/u.test(part))
        );
      }),
    );
  });
});
