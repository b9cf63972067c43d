import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dollars, monthOf } from "../../scripts/cost/model.ts";
import { costTables } from "../../scripts/cost/tables.ts";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";

test("the document contains the current tables", () => {
  const document = readFileSync(join(PROJECT_ROOT, "docs/COST.md"), "utf8");
  const current = /<!-- npm run cost -->\n([\s\S]*?)\n<!-- end -->/.exec(document)?.[1];
  expect(current).toBe(costTables());
});

test("charges only for usage beyond the included amount", () => {
  expect(dollars("requests", 10e6)).toBe(0);
  expect(dollars("requests", 12e6)).toBeCloseTo(0.6);
  expect(dollars("requests", 2e6, true)).toBeCloseTo(0.6);
});

test("usage grows linearly with users, except for scheduled work", () => {
  const [none, one, two] = [0, 1, 2].map((users) => monthOf(users).d1Written);
  expect(none).toBe(0);
  expect((two ?? 0) - (one ?? 0)).toBeCloseTo(one ?? 0);
  expect(monthOf(0).requests).toBe(43_200);
});
