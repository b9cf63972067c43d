import { describe, expect, it } from "vitest";
import { budgetCharges, SHARES, shareOf, writesOf, type DueRows } from "./budget.ts";
import { firstOver } from "./charge.ts";
import { DEFAULT_QUOTAS, quotasOf } from "./policy.ts";
import { workCharges } from "./work-charges.ts";

const NOW = Date.UTC(2026, 10, 1, 12);
const BUDGET = DEFAULT_QUOTAS.serviceRows;
/** An ordinary row as it is stored. */
const ROW_BYTES = 700;

const rowsOf = (rows: number, work: DueRows["work"]): DueRows =>
  work === "retry" || work === "commit" ? { rows, work } : { rows, work, bytes: rows * ROW_BYTES };

describe("writesOf", () => {
  it("charges bytes if they exceed the rows", () => {
    expect(writesOf({ rows: 10, work: "import", bytes: 10 * ROW_BYTES })).toBe(200);
    expect(writesOf({ rows: 10, work: "import", bytes: 1_400_000 })).toBe(10_000);
    expect(writesOf({ rows: 10, work: "preview", bytes: 10 * ROW_BYTES })).toBe(50);
  });

  it("charges a retry for its books too, whatever the outcome of their rows", () => {
    expect(writesOf({ rows: 0, work: "retry", books: 50_000 })).toBe(500_000);
    expect(writesOf({ rows: 1, work: "retry", books: 2 })).toBe(40);
  });
});

describe("the shares", () => {
  it("bound the bytes that one network can store per day, however few rows they are in", () => {
    // 262 rows with 100 KB of useless cells, 52.5 MB as they are stored, by 200 accounts.
    const file: DueRows = { rows: 262, work: "preview", bytes: 52_528_886 };
    let used = 0;
    let files = 0;
    for (let account = 0; account < 200; account += 1) {
      const charges = budgetCharges(quotasOf({}), { isYoung: false, network: "n" }, file, NOW);
      const uses = charges.map((charge) => ({ ...charge, used }));
      if (firstOver(charges, uses)) break;
      used += charges[0]?.amount ?? 0;
      files += 1;
    }
    expect(files * 52_528_886).toBeLessThan(300_000_000);
  });

  it("suffice for the whole library of a new user: a preview with its commit, or a preview and the same file again", () => {
    const { firstDayImportRows: rows } = DEFAULT_QUOTAS;
    for (const then of ["commit", "import"] as const) {
      const due = writesOf(rowsOf(rows, "preview")) + writesOf(rowsOf(rows, then));
      for (const share of ["youngNetwork", "young", "network"] as const) {
        expect(due).toBeLessThanOrEqual(BUDGET * SHARES[share]);
      }
    }
  });

  it("give one network no less than the quota of one account", () => {
    const { importRows, importBytes } = DEFAULT_QUOTAS;
    const due = writesOf({ rows: importRows, work: "import", bytes: importBytes });
    expect(due).toBeLessThanOrEqual(BUDGET * SHARES.network);
  });

  it("leave half to new accounts of other networks, whatever those of one network import", () => {
    expect(SHARES.youngNetwork * 2).toBe(SHARES.young);
    const charges = budgetCharges(
      quotasOf({}),
      { isYoung: true, network: "n" },
      { rows: 1, work: "import" },
      NOW,
    );
    expect(charges.map(({ subject }) => shareOf(subject))).toEqual([
      "network",
      "youngNetwork",
      "young",
      "imports",
    ]);
  });
});

describe("workCharges", () => {
  const account = { userId: "u", createdAt: 0, network: undefined };
  const amounts = (due: Parameters<typeof workCharges>[2], quotas = quotasOf({})) =>
    workCharges(quotas, account, due, NOW).map(({ quota, amount }) => [quota, amount]);

  it("charges a commit once, and additional rows like those of an upload", () => {
    expect(amounts({ rows: 10, work: "commit" })).toEqual([["serviceRows", 150]]);
    expect(amounts({ rows: 10, work: "commit", added: { rows: 4, bytes: 4 * ROW_BYTES } })).toEqual(
      [
        ["importRows", 4],
        ["importBytes", 2800],
        ["serviceRows", 170],
      ],
    );
  });

  it("charges nothing if the budget is off, and nothing for no rows", () => {
    expect(amounts({ rows: 10, work: "retry" }, quotasOf({ serviceRows: 0 }))).toEqual([]);
    expect(amounts({ rows: 0, work: "retry" })).toEqual([]);
  });
});
