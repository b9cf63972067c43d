import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { GOAL_STATEMENTS } from "../../src/library/storage/goals.ts";
import { SETTING_STATEMENTS } from "../../src/library/storage/settings.ts";
import { LIFE_TOMBSTONE_STATEMENTS } from "../../src/library/storage/life-tombstones.ts";
import { PROGRESS_READS } from "../../src/library/storage/progress.ts";
import { PROGRESS_STATEMENTS } from "../../src/library/storage/progress-writes.ts";

it.each(
  Object.entries({
    ...PROGRESS_READS,
    ...PROGRESS_STATEMENTS,
    ...LIFE_TOMBSTONE_STATEMENTS,
    ...GOAL_STATEMENTS,
    ...SETTING_STATEMENTS,
  }),
)("%s reads progress, goals and shelves by an index", async (_name, sql) => {
  const count = Math.max(...[...sql.matchAll(/\?(\d+)/g)].map(([, digits]) => Number(digits)));
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...Array.from({ length: count }, () => "{}"))
    .all<{ detail: string }>();
  const steps = results.map(({ detail }) => detail);
  const scans = steps.filter((step) =>
    /^SCAN (?!CONSTANT ROW|old|\(subquery|value|.*VIRTUAL TABLE)/.test(step),
  );
  expect(scans).toEqual([]);
});
