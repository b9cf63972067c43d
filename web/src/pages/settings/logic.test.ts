import { expect, it } from "vitest";
import type { Token } from "../../../../client/src/index.ts";
import { endsWith, inGroups, inOrder, isLimited, pairingAddress, shareOf } from "./logic.ts";

const token = (id: string, more: Partial<Token> = {}): Token => ({
  id,
  scopes: ["library:read", "library:write", "imports"],
  createdAt: "2026-01-01T00:00:00Z",
  expiresAt: "2027-01-01T00:00:00Z",
  current: false,
  ...more,
});

it("compares the last four characters of a code in any typed form", () => {
  const typed = ["ef56", " EF-56 ", "EF5", "", "ABEF56"];
  expect(typed.map((text) => endsWith("AB12-CD34-EF56", text))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

it("shows a pairing code in groups, and hides it from servers", () => {
  expect(inGroups("K7QM2F0V")).toBe("K7QM-2F0V");
  const address = new URL(pairingAddress("https://books.example.org", "K7QM2F0V"));
  expect([address.pathname, address.search, address.hash]).toEqual(["/pair", "", "#K7QM2F0V"]);
});

it("lists this device first, then the most recently used ones", () => {
  const tokens = [
    token("old", { lastUsedAt: "2026-02-01" }),
    token("never", { createdAt: "2026-03-01T00:00:00Z" }),
    token("here", { current: true }),
    token("new", { lastUsedAt: "2026-05-01" }),
  ];
  expect(inOrder(tokens).map(({ id }) => id)).toEqual(["here", "new", "never", "old"]);
});

it("recognises a token with fewer scopes, and computes the used share of a quota", () => {
  expect([token("a"), token("b", { scopes: ["library:read"] })].map(isLimited)).toEqual([
    false,
    true,
  ]);
  expect(shareOf({ quota: "entries", used: 5, limit: 20 })).toBe(0.25);
  expect(shareOf({ quota: "entries", used: 50, limit: 20 })).toBe(1);
  expect(shareOf({ quota: "entries", used: 5, limit: null })).toBeUndefined();
});
