import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFlagOn, parseFlagState } from "./flag.ts";

describe("parseFlagState", () => {
  it.each([
    ["true", true],
    ["false", false],
    ['{"percentage":10}', { percentage: 10, allow: [] }],
    ['{"percentage":0,"allow":["u1"]}', { percentage: 0, allow: ["u1"] }],
  ])("reads %s", (text, state) => {
    expect(parseFlagState(text)).toEqual(state);
  });

  it.each([
    "",
    "yes",
    "1",
    "null",
    "{}",
    '{"percentage":101}',
    '{"percentage":"10"}',
    '{"percentage":5,"allow":[1]}',
  ])("rejects %j", (text) => {
    expect(parseFlagState(text)).toBeUndefined();
  });
});

describe("isFlagOn", () => {
  it("only adds accounts as the percentage rises", () => {
    const share = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(fc.string(), fc.string(), share, share, (name, account, a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        const before = isFlagOn(name, { percentage: low, allow: [] }, account);
        return !before || isFlagOn(name, { percentage: high, allow: [] }, account);
      }),
    );
  });

  it("covers about the given share, and different accounts for different flags", () => {
    const accounts = Array.from({ length: 10_000 }, (_, index) => `user-${index}`);
    const on = (name: string) =>
      accounts.filter((id) => isFlagOn(name, { percentage: 10, allow: [] }, id));
    expect(on("a").length).toBeGreaterThan(800);
    expect(on("a").length).toBeLessThan(1200);
    const both = on("a").filter((id) => isFlagOn("b", { percentage: 10, allow: [] }, id));
    expect(both.length).toBeLessThan(300);
  });

  it("is all or nothing for callers without an account", () => {
    expect(isFlagOn("x", { percentage: 99, allow: [] })).toBe(false);
    expect(isFlagOn("x", { percentage: 100, allow: [] })).toBe(true);
  });

  it("is on for listed accounts whatever the percentage", () => {
    expect(isFlagOn("x", { percentage: 0, allow: ["u1"] }, "u1")).toBe(true);
  });
});
