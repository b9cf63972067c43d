import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isBefore, parseClientVersion } from "./client-version.ts";

const versionOf = (text: string) => {
  const version = parseClientVersion(text);
  if (!version) throw new Error(`${text} is not a version`);
  return version;
};

describe("parseClientVersion", () => {
  it.each([
    ["ios/3.2.0", "ios", [3, 2, 0], false],
    ["3.2.0", undefined, [3, 2, 0], false],
    ["iOS/3", "ios", [3, 0, 0], false],
    ["web/v4.1", "web", [4, 1, 0], false],
    ["ios/3.2.0 (4711)", "ios", [3, 2, 0], false],
    ["ios/3.2.0-beta.2+88", "ios", [3, 2, 0], true],
    ["  ios/3.2.0  ", "ios", [3, 2, 0], false],
  ])("reads %s", (text, app, numbers, isPrerelease) => {
    expect(parseClientVersion(text)).toEqual({ ...(app ? { app } : {}), numbers, isPrerelease });
  });

  it.each([
    "",
    "ios",
    "ios/",
    "/3.2.0",
    "ios/x.y",
    "3.2.0.1.9",
    "-1",
    "1e9",
    "9999999999",
    "3..2",
    `${"1.".repeat(60)}1`,
    "a".repeat(5000),
    "ios/3.2.0\r\nX: 1",
  ])("rejects %j", (text) => {
    expect(parseClientVersion(text)).toBeUndefined();
  });

  it("is undefined for an app without the header", () => {
    expect(parseClientVersion(undefined)).toBeUndefined();
  });
});

describe("isBefore", () => {
  it.each([
    ["1.9.9", "2.0.0"],
    ["2.9.0", "2.10.0"],
    ["2.0.9", "2.0.10"],
    ["2.0.0-beta.1", "2.0.0"],
    ["ios/1.9", "2"],
  ])("orders %s before %s, and not after", (one, other) => {
    expect(isBefore(versionOf(one), versionOf(other))).toBe(true);
    expect(isBefore(versionOf(other), versionOf(one))).toBe(false);
  });

  it.each([
    ["2", "2.0.0"],
    ["ios/2.0.0", "web/2.0.0+7"],
  ])("orders %s neither before nor after %s", (one, other) => {
    expect(isBefore(versionOf(one), versionOf(other))).toBe(false);
    expect(isBefore(versionOf(other), versionOf(one))).toBe(false);
  });

  it("orders versions by their numbers", () => {
    const number = fc.integer({ min: 0, max: 20 });
    const numbers = fc.tuple(number, number, number);
    fc.assert(
      fc.property(numbers, numbers, (one, other) => {
        const weight = ([major, minor, patch]: readonly number[]) =>
          (major ?? 0) * 10_000 + (minor ?? 0) * 100 + (patch ?? 0);
        const isLess = isBefore(versionOf(one.join(".")), versionOf(other.join(".")));
        expect(isLess).toBe(weight(one) < weight(other));
      }),
    );
  });
});
