import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apart, isOneErrorAway, nearest, nearSpan, spelledOut } from "./near-words.ts";

const letter = fc.constantFrom("a", "b", "c", "d", "e", "z");
const word = fc.array(letter, { minLength: 4, maxLength: 12 }).map((letters) => letters.join(""));

/** A word and the same word with one typing error. */
const mistyped = fc
  .tuple(word, fc.nat(), letter, fc.constantFrom("out", "twice", "other", "swap"))
  .map(([typed, place, other, error]) => {
    const at = place % (typed.length - 1);
    const [before, here, after] = [typed.slice(0, at), typed.charAt(at), typed.slice(at + 1)];
    const wrong = {
      out: before + after,
      twice: before + other + here + after,
      other: before + other + after,
      swap: before + after.charAt(0) + here + after.slice(1),
    };
    return { typed, meant: wrong[error] };
  });

describe("the range of a word, and its spelled-out variants", () => {
  it("contain every word within one typing error", () => {
    fc.assert(
      fc.property(mistyped, ({ typed, meant }) => {
        const span = nearSpan(typed);
        if (!span) throw new Error("expected a span");
        expect(typed === meant || isOneErrorAway(typed, meant)).toBe(true);
        const isInSpan = meant >= span.head && meant < span.headEnd;
        return isInSpan || spelledOut(typed).includes(meant);
      }),
    );
  });

  it.each(["a", "ab", "teh", "1984", "三体三体", "x".repeat(25)])("are not made for %j", (text) => {
    expect(nearSpan(text)).toBeUndefined();
  });
});

describe("words one error away", () => {
  it.each([
    ["hobit", "hobbit", true],
    ["hobbit", "hobbit", true],
    ["hobbti", "hobbit", true],
    ["hobbits", "hobbit", true],
    ["hbobit", "hobbit", true],
    ["hboibt", "hobbit", false],
    ["hob", "hobbit", false],
    ["rabbit", "hobbit", false],
  ])("%j and %j: %s", (a, b, expected) => {
    expect(isOneErrorAway(a, b)).toBe(expected);
    expect(isOneErrorAway(b, a)).toBe(expected);
  });

  it("are ordered by likelihood, without the word itself", () => {
    expect(nearest("hunger", ["bunger", "hungers", "hunter", "hunger", "rabbit"])).toEqual([
      "hunter",
      "hungers",
      "bunger",
    ]);
  });

  it("are two words if a space is missing", () => {
    expect(apart("hungergames", new Set(["hunger", "games", "hung"]))).toEqual([
      ["hunger", "games"],
    ]);
  });
});
