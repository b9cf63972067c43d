import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import {
  SORT_KEYS,
  type ShelfFilter,
  type ShelfPosition,
} from "../../src/library/domain/shelf-query.ts";
import { COUNTED, noCounts, type StatusCounts } from "../../src/library/domain/shelf-counts.ts";
import {
  countStatement,
  pagePlan,
  matchStatement,
  type PagePlan,
} from "../../src/library/storage/shelf-page-sql.ts";
import { namesStatement, type Statement } from "../../src/library/storage/shelf-filter-sql.ts";
import { emptyEntry } from "../../src/library/domain/entry.ts";
import { shelfKeys } from "../../src/library/domain/shelf-keys.ts";
import { d1Shelves } from "../../src/library/storage/shelves.ts";
import { memoryLog } from "../support/fakes.ts";
import { ON_SHELF } from "../../src/catalogue/storage/works.ts";
import { FILL } from "../../src/library/storage/shelf-pages.ts";
import { FACET_STATEMENTS } from "../../src/library/storage/facets.ts";
import { STATS_STATEMENTS } from "../../src/library/storage/stats.ts";
import { UPKEEP_STATEMENTS } from "../../src/library/storage/shelf-upkeep.ts";
import { BACKFILL_STATEMENTS } from "../../src/library/storage/key-backfills.ts";
import { REFRESH_STATEMENTS } from "../../src/library/storage/shelf-refresh.ts";

/** The query plan of a statement. */
async function planOf({ sql, values }: { sql: string; values: unknown[] }): Promise<string[]> {
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...values)
    .all<{ detail: string }>();
  return results.map(({ detail }) => detail);
}

/** The steps of the outermost loops: those of subqueries have another parent than the statement or the side of a merge. */
async function outerPlanOf({ sql, values }: Statement): Promise<string[]> {
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...values)
    .all<{ detail: string; id: number; parent: number }>();
  const isMerge = /^(MERGE \(UNION ALL\)|LEFT|RIGHT)$/;
  const merges = results.flatMap(({ detail, id }) => (isMerge.test(detail) ? [id] : []));
  return results.flatMap(({ detail, parent }) =>
    [0, ...merges].includes(parent) && !isMerge.test(detail) ? [detail] : [],
  );
}

const orders = SORT_KEYS.flatMap((key) => [
  { key, descending: false },
  { key, descending: true },
]);
const selected: (keyof StatusCounts)[][] = [
  [...COUNTED],
  ["reading"],
  ["reading", "completed", "none"],
];
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
  it("reads every page by scanning an index in its order, possibly merging several", async () => {
    for (const statuses of selected) {
      for (const after of positions) {
        const plan = pagePlan("user", { statuses, sort, after }, 51, counts(900));
        expect(plan.isWhole).toBe(true);
        for (const statement of statementsOf(plan)) {
          const steps = await outerPlanOf(statement);
          const loops = steps.filter((step) => / entry\b/.test(step));
          expect(loops.length).toBeGreaterThan(0);
          for (const loop of loops) {
            expect(loop).toMatch(/^SEARCH entry USING INDEX idx_user_library_\w+ \(user_id=\?/);
          }
          expect(steps).not.toContain("USE TEMP B-TREE FOR ORDER BY");
        }
      }
    }
  });

  it("sorts the books of a status with a small share of the shelf", async () => {
    const query = { statuses: ["reading" as const], sort };
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
  for (const statuses of selected) {
    expect((await planOf(countStatement("user", { statuses }))).join()).toContain("COVERING INDEX");
  }
});

it("fetches the books of a page by id instead of scanning the shelf", async () => {
  const steps = await planOf({ sql: FILL, values: ["user", "[]"] });
  expect(steps.filter((step) => / entry\b/.test(step))).toEqual([
    "SEARCH entry USING INTEGER PRIMARY KEY (rowid=?)",
  ]);
});

const filters: ShelfFilter[] = [
  { finishedYear: 2024 },
  { finished: { from: "2024-02-01", to: "2024-02-29" } },
  { tag: "poetry" },
  { terms: ["dune"], statuses: ["reading", "none"] },
  { isRated: false },
  { rating: 4, year: 2000 },
  { added: { from: 1, to: 2 }, formats: ["ebook"], isOwned: true },
  { language: "en", isConfirmed: true },
];

describe.each(filters)("filtered by %j", (filter) => {
  const sort = { key: "rating", descending: true } as const;
  const statement = matchStatement("user", { filter }, { sort, start: { key: 3 } }, 51, true);

  it("reads the user's entries once, for the page, its total and the entries before it", async () => {
    const steps = (await planOf(statement)).filter((step) => /\bentry\b/.test(step));
    const searches = steps.filter((step) => step.startsWith("SEARCH entry"));
    // The materialized selection is also called `entry`.
    const scans = steps.filter((step) => step.startsWith("SCAN") && step !== "SCAN entry");
    expect([searches.length, scans]).toEqual([1, []]);
    expect(searches[0]).toMatch(/USING INDEX \w+ \(user_id=\?/);
  });

  it("evaluates the subqueries of the filter once, not once per book", async () => {
    const inner = filter.language === undefined && filter.terms === undefined;
    const steps = (await planOf(statement)).filter((step) => step.includes("CORRELATED"));
    // Those of words and of the user's own books compare the entry itself.
    expect(inner ? steps : []).toEqual([]);
  });
});

it("compares the names of only those books that have the words of an author's name", async () => {
  const steps = await planOf(
    namesStatement("user", { author: "ursula le guin", series: "earthsea" }),
  );
  expect(steps[0]).toMatch(/^SEARCH entry USING INDEX \w+ \(user_id=\?\)/);
  const ids = matchStatement(
    "user",
    { ids: [1] },
    { sort: { key: "title", descending: false } },
    51,
    false,
  );
  expect((await planOf(ids)).filter((step) => step.startsWith("SEARCH entry"))).toEqual([
    "SEARCH entry USING INTEGER PRIMARY KEY (rowid=?)",
  ]);
});

it("looks up results of a search on the caller's shelf by key", async () => {
  const steps = await planOf({ sql: ON_SHELF, values: ["user", "[]", "[]"] });
  expect(steps.filter((step) => /^(SEARCH|SCAN) (entry|Books)/.test(step))).toEqual([
    expect.stringMatching(/^SEARCH entry USING INDEX \w+ \(user_id=\? AND isbn=\?\)$/),
    expect.stringMatching(/^SEARCH entry USING INDEX \w+ \(user_id=\? AND isbn=\?\)$/),
    expect.stringMatching(/^SEARCH Books USING INDEX idx_books_work \(work_id=\?\)$/),
  ]);
});

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

it.each(
  Object.entries({
    ...UPKEEP_STATEMENTS,
    ...BACKFILL_STATEMENTS,
    ...STATS_STATEMENTS,
    ...FACET_STATEMENTS,
  }),
)("never reads all shelves for upkeep, statistics or facets: %s", async (name, sql) => {
  const parameters = Math.max(0, ...[...sql.matchAll(/\?(\d+)/g)].map(([, n]) => Number(n)));
  const plan = await planOf({ sql, values: Array.from({ length: parameters }, () => null) });
  const isIndexed =
    /USING (COVERING )?INDEX idx_(user_library_unkept|shelves_checked|removed_entries_\w+)/;
  const isList = /^SCAN (json_each|owner|old|\(subquery|SUBQUERY|CONSTANT)/;
  const scans = plan.filter(
    (step) => step.startsWith("SCAN") && !isList.test(step) && !isIndexed.test(step),
  );
  expect([name, scans]).toEqual([name, []]);
});

it("reads one entry and one slice for a write by the user", async () => {
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
    // Single rows of a user, the first entry of a shelf without counts, and the count of its
    // entries for a quota.
    const isOne = /^SEARCH (Shelves|shelf|DeletedUsers|held) |idx_user_library_added/;
    expect(whole.filter((step) => !isOne.test(step))).toEqual([]);
  }
});
