import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { SORT_KEYS, type ShelfPosition } from "../../src/library/domain/shelf-query.ts";
import { FILL, pageStatements } from "../../src/library/storage/shelf-pages.ts";
import { REFRESH_STATEMENTS } from "../../src/library/storage/shelf-refresh.ts";

/** The query plan of a statement. */
async function planOf({ sql, values }: { sql: string; values: unknown[] }): Promise<string[]> {
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...values)
    .all<{ detail: string }>();
  return results.map(({ detail }) => detail);
}

const orders = SORT_KEYS.flatMap((key) => [
  { key, descending: false },
  { key, descending: true },
]);
const filters = [{}, { status: "reading" as const }];
const positions: (ShelfPosition | undefined)[] = [
  undefined,
  { key: "x", id: 7 },
  { key: null, id: 7 },
];

describe.each(orders)("by $key (descending: $descending)", (sort) => {
  it("reads every page from an index in index order", async () => {
    for (const filter of filters) {
      for (const after of positions) {
        for (const statement of pageStatements("user", { filter, sort, after }, 50)) {
          const plan = await planOf(statement);
          expect(plan).toHaveLength(1);
          expect(plan[0]).toMatch(
            /^SEARCH UserLibrary USING (COVERING )?INDEX idx_user_library_\w+ \(user_id=\?/,
          );
        }
      }
    }
  });

  it("counts with a covering index", async () => {
    for (const filter of filters) {
      const count = pageStatements("user", { filter, sort }, 50).at(-1);
      expect(count && (await planOf(count))[0]).toContain("COVERING INDEX");
    }
  });
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
    for (const statement of pageStatements("user", { filter, sort }, 50)) {
      expect((await planOf(statement)).join()).not.toContain("CORRELATED");
    }
  },
);

it.each(Object.entries(REFRESH_STATEMENTS))(
  "reads only due entries when shelves are refreshed: %s",
  async (name, sql) => {
    const values = { DUE: ["[]", 1], SET_KEYS: ["[]"], DONE: ["[]"] }[name] ?? [];
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
