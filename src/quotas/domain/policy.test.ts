import { describe, expect, it } from "vitest";
import { isSpent, SHARES, type ImportShare } from "./budget.ts";
import { networksOf } from "./networks.ts";
import { DEFAULT_QUOTAS, importLimits, quotasOf } from "./policy.ts";
import { refusalError } from "./refusal.ts";
import { usageOf } from "./usage.ts";

const DAY = 86_400_000;
const SHARE_NAMES = Object.keys(SHARES) as ImportShare[];
const NOW = Date.UTC(2026, 10, 1, 12);

describe("quotasOf", () => {
  it("uses the defaults for names without an override", () => {
    expect(quotasOf({})).toEqual(DEFAULT_QUOTAS);
    expect(quotasOf({ entries: 0, importRows: 7 })).toEqual({
      ...DEFAULT_QUOTAS,
      entries: 0,
      importRows: 7,
    });
  });
});

describe("importLimits", () => {
  const of = (overrides: Parameters<typeof quotasOf>[0], age: number) =>
    importLimits(quotasOf(overrides), { createdAt: NOW - age }, NOW);

  it("are lower for 24 hours after the account was created, even across midnight", () => {
    const first = { importRows: 50_000, importBytes: 60_000_000 };
    const later = { importRows: 100_000, importBytes: 100_000_000 };
    expect([of({}, 0), of({}, DAY - 1), of({}, DAY)]).toEqual([first, first, later]);
    // The clock was set back since.
    expect(of({}, -2 * 3_600_000)).toEqual(first);
  });

  it("are never higher on the first day than later, and absent if both are 0", () => {
    expect(of({ importRows: 10 }, 0).importRows).toBe(10);
    expect(of({ firstDayImportRows: 0 }, 0).importRows).toBe(100_000);
    expect(of({ firstDayImportRows: 0, importRows: 0 }, 0).importRows).toBeUndefined();
  });
});

describe("networksOf", () => {
  it.each([
    ["192.0.2.7", [["192.0.2.7", "accountsPerIpv4"]]],
    [
      "2001:db8:1:2::/64",
      [
        ["2001:db8:1:2::/64", "accountsPer64"],
        ["2001:db8:1::/48", "accountsPer48"],
      ],
    ],
    ["local", []],
    ["user:abc", []],
  ])("of %s", (key, networks) => {
    expect(networksOf(key).map(({ name, quota }) => [name, quota])).toEqual(networks);
  });
});

describe("isSpent", () => {
  const today = Math.floor(NOW / DAY);
  const quotas = quotasOf({ serviceRows: 1000 });

  it.each([
    [{ day: today, all: 999, imports: 499 }, false],
    // Edits by hand do not block imports.
    [{ day: today, all: 9000, imports: 499 }, false],
    [{ day: today, all: 600, imports: 500 }, true],
    [{ day: today - 1, all: 5000, imports: 5000 }, false],
  ])("with %o is %s", (written, spent) => {
    expect(isSpent(quotas, written, NOW)).toBe(spent);
    expect(isSpent(quotasOf({ serviceRows: 0 }), written, NOW)).toBe(false);
  });
});

describe("refusalError", () => {
  it("reports the limit, the used amount, and the time of the reset", () => {
    const resetsAt = NOW + 90_500;
    const quota = { kind: "quota", quota: "importRows", limit: 50_000, used: 49_000 } as const;
    const error = refusalError({ ...quota, resetsAt }, NOW);
    expect(error).toMatchObject({ code: "QUOTA_EXCEEDED", retryAfterSeconds: 91 });
    expect(error.message).toBe(
      "The limit is 50,000 imported rows per day, and 49,000 are used; this request would exceed it. The count resets at 2026-11-01T12:01:30.500Z.",
    );
    const texts = SHARE_NAMES.map((share) => {
      const spent = refusalError({ kind: "budget", share, resetsAt }, NOW);
      expect(spent).toMatchObject({
        code: "SERVICE_BUDGET",
        details: { share, resetsAt: "2026-11-01T12:01:30.500Z" },
      });
      return spent.message;
    });
    expect(new Set(texts).size).toBe(SHARE_NAMES.length);
    expect(texts[SHARE_NAMES.indexOf("network")]).toContain("Your network");
    for (const standing of ["openImports", "entries", "progress", "waitingRows"] as const) {
      const full = refusalError({ kind: "limit", quota: standing, limit: 2000, used: 2000 }, NOW);
      expect(full.code).toBe("LIMIT_REACHED");
      expect(full.message).toContain("2,000");
      expect(full.retryAfterSeconds).toBeUndefined();
    }
  });
});

describe("usageOf", () => {
  it("has the limits of the account's age", () => {
    const standing = {
      openImports: 1,
      entries: 2,
      progress: 5,
      waitingRows: 3,
      trashBytes: 4,
      tokens: 2,
    };
    const of = (createdAt: number) =>
      usageOf(quotasOf({}), { userId: "u", createdAt, uses: [], standing }, NOW)[0]?.limit;
    expect([of(NOW), of(0)]).toEqual([50_000, 100_000]);
  });
});
