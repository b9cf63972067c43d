import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { jsonLog } from "../../src/platform/log.ts";
import { d1LegacySocketUses, type LegacySocketUses } from "../../src/legacy-websocket/storage.ts";

let now: number;
let lines: string[];
let deferred: Promise<unknown>[];
let wake: () => void;
beforeEach(async () => {
  now = 1000;
  lines = [];
  deferred = [];
  wake = () => undefined;
  await env.DB.prepare("DELETE FROM LegacySocketUses").run();
});

const isolate = (db: D1Database = env.DB): LegacySocketUses =>
  d1LegacySocketUses(db, {
    now: () => now,
    sleep: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
    defer: (work) => {
      deferred.push(work);
    },
    log: jsonLog((line) => {
      lines.push(line);
    }),
  });

const stored = async (): Promise<unknown[]> =>
  (await env.DB.prepare("SELECT * FROM LegacySocketUses").all()).results;

it("writes one block after the first of many uses, and the next one after five seconds", async () => {
  const uses = isolate();
  for (let use = 0; use < 50; use += 1) uses.count("ios/1.0.0");
  expect(deferred).toHaveLength(1);
  expect(await stored()).toEqual([]);
  wake();
  await deferred[0];
  const first = { client_version: "ios/1.0.0", first_used_at: 1000 };
  expect(await stored()).toEqual([{ ...first, uses: 50, last_used_at: 1000 }]);
  now = 6000;
  uses.count("ios/1.0.0");
  expect(deferred).toHaveLength(2);
  wake();
  await deferred[1];
  expect(await stored()).toEqual([{ ...first, uses: 51, last_used_at: 6000 }]);
});

it("counts at most a hundred versions separately in any number of blocks", async () => {
  const name = (index: number): string => `ios/1.0.${index}`;
  const uses = isolate();
  for (let index = 0; index < 150; index += 1) uses.count(name(index));
  await uses.list();
  for (let index = 100; index < 190; index += 1) uses.count(name(index));
  uses.count(undefined);
  uses.count("ios/1.0.7");
  const listed = await uses.list();
  expect(listed).toHaveLength(101);
  expect(listed[0]).toMatchObject({ clientVersion: "other", uses: 50 + 90 + 1 });
  expect(listed[1]).toMatchObject({ clientVersion: "ios/1.0.7", uses: 2 });
  expect(listed.reduce((sum, { uses: count }) => sum + count, 0)).toBe(242);
});

it("counts as many versions of a block as slots are left, and adds the rest to other", async () => {
  const uses = isolate();
  for (let index = 0; index < 95; index += 1) uses.count(`ios/1.0.${index}`);
  await uses.list();
  for (let index = 0; index < 10; index += 1) uses.count(`web/2.0.${index}`);
  const listed = await uses.list();
  expect(listed).toHaveLength(101);
  expect(listed[0]).toMatchObject({ clientVersion: "other", uses: 5 });
});

it("drops a block that cannot be written and logs it", async () => {
  const unavailable = {
    prepare() {
      throw new Error("D1 is unavailable");
    },
  } as unknown as D1Database;
  const uses = isolate(unavailable);
  uses.count("ios/1.0.0");
  wake();
  await deferred[0];
  expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
    "legacy_socket_uses_lost",
  ]);
});
