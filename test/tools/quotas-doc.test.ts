import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { PROBLEMS } from "../../contract/problems.ts";
import {
  SHARES,
  BYTES_PER_WRITE,
  WRITES_PER_IMPORTED_ROW,
  WRITES_PER_PREVIEWED_ROW,
  WRITES_PER_RETRIED_BOOK,
} from "../../src/quotas/domain/budget.ts";
import { DEFAULT_QUOTAS } from "../../src/quotas/domain/policy.ts";

const page = readFileSync("docs/QUOTAS.md", "utf8");

/** The first cells of the rows of a table of the page. @param columns number of its columns */
const tableOf = (columns: number): string[][] =>
  page
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").slice(1, -1))
    .filter((cells) => cells.length === columns)
    .map((cells) => cells.slice(0, 2).map((cell) => cell.trim().replaceAll("`", "")));

it("docs/QUOTAS.md has the quotas of the code with their defaults", () => {
  expect(tableOf(4)).toEqual(
    Object.entries(DEFAULT_QUOTAS).map(([name, limit]) => [name, limit.toLocaleString("en")]),
  );
});

it("docs/QUOTAS.md has the shares of the code", () => {
  expect(tableOf(3)).toEqual(
    Object.entries(SHARES).map(([name, share]) => [name, `1/${1 / share}`]),
  );
  expect(page).toContain(`${WRITES_PER_IMPORTED_ROW} written rows`);
  expect(page).toContain(`each ${BYTES_PER_WRITE} bytes`);
  expect(page).toContain(`${WRITES_PER_RETRIED_BOOK} for each book`);
  const rowsOf = (share: keyof typeof SHARES) =>
    ((DEFAULT_QUOTAS.serviceRows * SHARES[share]) / WRITES_PER_IMPORTED_ROW).toLocaleString("en");
  for (const share of ["network", "young", "youngNetwork"] as const) {
    expect(page).toContain(rowsOf(share));
  }
  const rest = WRITES_PER_IMPORTED_ROW - WRITES_PER_PREVIEWED_ROW;
  expect(page).toContain(`${WRITES_PER_PREVIEWED_ROW} for a preview and ${rest} for its commit`);
});

it("docs/QUOTAS.md names only problems that exist", () => {
  const named = [...page.matchAll(/[45]\d\d `([A-Z_]+)`/g)].map(([, code = ""]) => code);
  expect(named.filter((code) => !(code in PROBLEMS))).toEqual([]);
  expect(new Set(named)).toEqual(new Set(["QUOTA_EXCEEDED", "LIMIT_REACHED", "SERVICE_BUDGET"]));
});
