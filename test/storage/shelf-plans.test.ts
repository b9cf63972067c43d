import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { SORT_KEYS, type ShelfPosition } from "../../src/domain/library/shelf-query.ts";
import { pageStatements } from "../../src/storage/shelf-pages.ts";

/** What SQLite does for a statement. */
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
  it("reads every page from an index, in the order of the index", async () => {
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

  it("counts from an index alone", async () => {
    for (const filter of filters) {
      const count = pageStatements("user", { filter, sort }, 50).at(-1);
      expect(count && (await planOf(count))[0]).toContain("COVERING INDEX");
    }
  });
});

it.each([{ finishedYear: 2024 }, { tag: "poetry" }])(
  "makes the list of a filter once, not once a book: %j",
  async (filter) => {
    const sort = { key: "added", descending: true } as const;
    for (const statement of pageStatements("user", { filter, sort }, 50)) {
      expect((await planOf(statement)).join()).not.toContain("CORRELATED");
    }
  },
);
