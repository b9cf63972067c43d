import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { pruneLifeTombstones } from "../../src/library/storage/life-tombstones.ts";
import { countedDb } from "../support/counted-db.ts";
import { newReader } from "../support/library.ts";
import { pageOf } from "../support/sync.ts";

const DAY_MS = 86_400_000;

it("prunes old tombstones of progress and goals, and makes devices from before load everything", async () => {
  const reader = await newReader();
  const { isbn } = await reader.add({ title: "Short" });
  const record = (id: string) => reader.call("POST", `/books/${isbn}/progress`, { id, minutes: 5 });
  for (const id of ["old", "young", "live"]) expect((await record(id)).status).toBe(201);
  for (const year of [2024, 2025, 2026]) await reader.call("PUT", `/goals/${year}`, { books: 1 });
  const { next: before } = await pageOf(reader);
  const removed = [
    `/books/${isbn}/progress/old`,
    "/goals/2024",
    `/books/${isbn}/progress/young`,
    "/goals/2025",
  ];
  const seen: (string | undefined)[] = [];
  for (const path of removed) {
    expect((await reader.call("DELETE", path)).status).toBe(204);
    seen.push((await pageOf(reader, before)).next);
  }
  const [, between] = seen;
  const now = Date.now();
  await env.DB.batch(
    ["Progress SET removed_at = ?2 WHERE id = 'old'", "Goals SET removed_at = ?2 WHERE year = 2024"]
      .map((update) => `UPDATE ${update} AND user_id = ?1`)
      .map((sql) => env.DB.prepare(sql).bind(reader.userId, now - 200 * DAY_MS)),
  );
  expect(await pruneLifeTombstones(env.DB, now - 180 * DAY_MS)).toBe(2);
  const left = async (sql: string) => (await env.DB.prepare(sql).bind(reader.userId).raw()).flat();
  expect(await left("SELECT id FROM Progress WHERE user_id = ?1 ORDER BY id")).toEqual([
    "live",
    "young",
  ]);
  expect(await left("SELECT year FROM Goals WHERE user_id = ?1 ORDER BY year")).toEqual([
    2025, 2026,
  ]);
  // A device that synchronised before the pruned tombstones must load everything; a later one
  // misses nothing.
  const reset = await reader.call("GET", `/changes?since=${before}`);
  expect([reset.status, (await reset.json<{ code: string }>()).code]).toEqual([410, "SYNC_RESET"]);
  const { items } = await pageOf(reader, between);
  expect(items.filter(({ deleted }) => deleted === true)).toHaveLength(2);
  const counted = countedDb(env.DB);
  expect(await pruneLifeTombstones(counted.db, now - 180 * DAY_MS)).toBe(0);
  expect(counted.take()).toMatchObject({ written: 0 });
});
