import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { SORT_KEYS, type ShelfPosition } from "../../src/library/domain/shelf-query.ts";
import { noCounts, type StatusCounts } from "../../src/library/domain/shelf-counts.ts";
import {
  countStatement,
  pagePlan,
  type PagePlan,
  type Statement,
} from "../../src/library/storage/shelf-page-sql.ts";
import { emptyEntry } from "../../src/library/domain/entry.ts";
import { shelfKeys } from "../../src/library/domain/shelf-keys.ts";
import { d1Shelves } from "../../src/library/storage/shelves.ts";
import { memoryLog } from "../support/fakes.ts";
import { FILL } from "../../src/library/storage/shelf-pages.ts";
import { STATS_STATEMENTS } from "../../src/library/storage/stats.ts";
import { UPKEEP_STATEMENTS } from "../../src/library/storage/shelf-upkeep.ts";
import { REFRESH_STATEMENTS } from "../../src/library/storage/shelf-refresh.ts";

/** The query plan of a statement. */
async function planOf({ sql, values }: { sql: string; values: unknown[] }): Promise<string[]> {
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...values)
    .all<{ detail: string }>();
  return results.map(({ detail }) => detail);
}

/** The steps of the outermost loop: those of subqueries have a parent. */
async function outerPlanOf({ sql, values }: Statement): Promise<string[]> {
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...values)
    .all<{ detail: string; parent: number }>();
  return results.flatMap(({ detail, parent }) => (parent === 0 ? [detail] : []));
}

const orders = SORT_KEYS.flatMap((key) => [
  { key, descending: false },
  { key, descending: true },
]);
const filters = [{}, { status: "reading" as const }];
const positions: (ShelfPosition | undefined)[] = [
  undefined,
  { key: "x", id: 7 },
  { key: null, id: 7, addedAt: 1 },
  { key: null, id: 7 },
];
const counts = (reading: number): StatusCounts => ({ ...noCounts(), reading, completed: 1000 });

/** The statements of a page that are read. */
const statementsOf = ({ known, tail }: PagePlan): Statement[] =>
  [known, tail].filter((statement) => statement !== undefined);

describe.each(orders)("by $key (descending: $descending)", (sort) => {
  it("reads every page in one walk of an index in its order", async () => {
    for (const filter of filters) {
      for (const after of positions) {
        const plan = pagePlan("user", { filter, sort, after }, 51, counts(900));
        expect(plan.isWhole).toBe(true);
        for (const statement of statementsOf(plan)) {
          const steps = await outerPlanOf(statement);
          expect(steps[0]).toMatch(/^SEARCH entry USING INDEX idx_user_library_\w+ \(user_id=\?/);
          expect(steps).not.toContain("USE TEMP B-TREE FOR ORDER BY");
        }
      }
    }
  });

  it("sorts a status that has a small share of the shelf", async () => {
    const query = { filter: { status: "reading" as const }, sort };
    const plan = pagePlan("user", query, 51, counts(10));
    expect(plan.isWhole).toBe(sort.key === "added");
    for (const statement of statementsOf(plan)) {
      expect((await planOf(statement))[0]).toMatch(
        /^SEARCH entry USING INDEX idx_user_library_status_added \(user_id=\? AND status=\?/,
      );
    }
  });
});

it("counts with a covering index while the counts of a shelf are unknown", async () => {
  for (const filter of filters) {
    expect((await planOf(countStatement("user", filter)))[0]).toContain("COVERING INDEX");
  }
});

it("fetches the books of a page by id instead of scanning the shelf", async () => {
  const steps = await planOf({ sql: FILL, values: ["user", "[]"] });
  expect(steps.filter((step) => / entry\b/.test(step))).toEqual([
    "SEARCH entry USING INTEGER PRIMARY KEY (rowid=?)",
  ]);
});

it.each([{ finishedYear: 2024 }, { tag: "poetry" }])(
  "evaluates the subquery of a filter once, not once per book: %j",
  async (filter) => {
    const sort = { key: "added", descending: true } as const;
    const plan = pagePlan("user", { filter, sort }, 51, undefined);
    for (const statement of [...statementsOf(plan), countStatement("user", filter)]) {
      expect((await planOf(statement)).join()).not.toContain("CORRELATED");
    }
  },
);

it.each(Object.entries(REFRESH_STATEMENTS))(
  "reads only due entries when shelves are refreshed: %s",
  async (name, sql) => {
    const values =
      { DUE: ["[]", 1], SET_KEYS: ["[]"], SLICES_DUE: ["[]"], DONE: ["[]"] }[name] ?? [];
    const plan = (await planOf({ sql, values })).filter((step) => /\b(SCAN|SEARCH)\b/.test(step));
    // TAKE reads the first rows in the order of the primary key.
    const scans = name === "TAKE" ? ["SCAN ShelfRefreshes"] : [];
    const isList = /^SCAN (json_each|made|taken|due|\(subquery)\b/;
    expect(plan.filter((step) => step.startsWith("SCAN") && !isList.test(step))).toEqual(scans);
    // By key, or only the entries of a book whose keys are from another version.
    for (const step of plan.filter((search) => search.startsWith("SEARCH entry"))) {
      expect(step).toMatch(/INTEGER PRIMARY KEY|\(isbn=\? AND book_version[<>]\?\)/);
    }
  },
);

it.each(Object.entries({ ...UPKEEP_STATEMENTS, ...STATS_STATEMENTS }))(
  "never reads all shelves for upkeep or statistics: %s",
  async (name, sql) => {
    const parameters = Math.max(0, ...[...sql.matchAll(/\?(\d+)/g)].map(([, n]) => Number(n)));
    const plan = await planOf({ sql, values: Array.from({ length: parameters }, () => null) });
    const isIndexed =
      /USING (COVERING )?INDEX idx_(user_library_unkept|shelves_checked|removed_entries_\w+)/;
    const isList = /^SCAN (json_each|owner|old|\(subquery|SUBQUERY|CONSTANT)/;
    const scans = plan.filter(
      (step) => step.startsWith("SCAN") && !isList.test(step) && !isIndexed.test(step),
    );
    expect([name, scans]).toEqual([name, []]);
  },
);

it("reads one entry and one slice for a write by hand", async () => {
  const prepared = new Set<string>();
  const recording = {
    prepare(sql: string) {
      prepared.add(sql);
      return env.DB.prepare(sql);
    },
    batch: async (list: unknown[]) => list.map(() => ({ results: [{ seq: 1 }] })),
  } as unknown as D1Database;
  const shelves = d1Shelves(recording, () => "token", memoryLog());
  const isbn = "local-1";
  const entry = {
    ...emptyEntry(isbn, 1),
    version: 2,
    tags: ["t"],
    readings: [{ id: "r0", finishedAt: "2020" }],
  };
  const write = { userId: "user", entry, keys: shelfKeys(entry, {}), bookVersion: 1 };
  const own = { title: "T", authors: [] };
  const settles = { rowId: "row", at: 1 };
  await shelves.save({ ...write, own, settles, before: { bookVersion: 0 } });
  const before = { entry: { ...emptyEntry(isbn, 1), version: 1 }, bookVersion: 0 };
  await shelves.save({ ...write, before });
  await shelves.remove("user", { entry }, 1);
  expect(prepared.size).toBeGreaterThan(15);
  for (const sql of prepared) {
    const parameters = Math.max(0, ...[...sql.matchAll(/\?(\d+)/g)].map(([, n]) => Number(n)));
    const plan = await planOf({ sql, values: Array.from({ length: parameters }, () => null) });
    const isList = /VIRTUAL TABLE|^SCAN (CONSTANT|\(subquery|json_each)/;
    expect(plan.filter((step) => step.startsWith("SCAN") && !isList.test(step))).toEqual([]);
    const whole = plan.filter((step) => /\(user_id=\?\)/.test(step));
    // Rows of which a user has one, the first entry of a shelf without counts, and its entries counted for a quota.
    const isOne = /^SEARCH (Shelves|shelf|DeletedUsers|held) |idx_user_library_added/;
    expect(whole.filter((step) => !isOne.test(step))).toEqual([]);
  }
});
