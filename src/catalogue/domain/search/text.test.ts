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

  it("keeps the words as typed, for providers with their own syntax", () => {
    expect(readSearchText(' "Ender\'s"  \u0000(Game)* J.R.R. ')).toMatchObject({
      ok: true,
      text: { text: "Ender's Game J.R.R" },
    });
  });

  it.each(["", "   ", "!?*\"'()", "\u0000", "😀", "\u0301", "\ue000"])(
    "rejects %j because it has nothing to search for",
    (typed) => {
      expect(refusal(typed)).toBe("must contain a letter or digit to search for");
    },
  );

  it("reports the length of a text and the limit", () => {
    expect(refusal("x".repeat(MAX_CHARACTERS))).toBeUndefined();
    expect(refusal("x".repeat(5000))).toBe("must have at most 300 characters; got 5000");
    expect(refusal("𠀋".repeat(MAX_CHARACTERS))).toBeUndefined();
  });

  it("reports the number of words and the limit", () => {
    expect(refusal("a ".repeat(MAX_WORDS))).toBeUndefined();
    expect(refusal("a ".repeat(MAX_WORDS + 1))).toBe("must have at most 40 words; got 41");
    expect(refusal(`${"a-".repeat(MAX_WORDS)}b`)).toBe("must have at most 40 words; got 41");
  });

  it("yields parts of letters, digits, marks and symbols that the index treats as letters, for any text", () => {
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
