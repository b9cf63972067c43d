import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import document from "../../docs/operations/SCHEDULED_WORK.md?raw";
import { serviceOf } from "../../src/service.ts";
import { createService } from "../../src/app.ts";
import { countedDb } from "../support/counted-db.ts";
import { call } from "../support/http.ts";
import { imported } from "../support/imports.ts";
import { inCatalogue, isbnOf, newReader } from "../support/library.ts";
import { testPlatform } from "../support/platform.ts";

test("every task runs, is counted, and is in the document, which lists no others", async () => {
  await serviceOf(env).scheduled();
  const text = await (await call("/metrics")).text();
  const runs = [...text.matchAll(/^bookstrack_scheduled_tasks_total\{(.*)\} (\d+)$/gm)].map(
    ([, labels = ""]) => labels,
  );
  expect(runs.filter((labels) => !labels.includes('outcome="done"'))).toEqual([]);
  const counted = runs.map((labels) => /task="(\w+)"/.exec(labels)?.[1]);
  const documented = [...document.matchAll(/^\| `(\w+)` \|/gm)].map(([, task]) => task);
  expect(new Set(counted)).toEqual(new Set(documented));
  expect(counted).toHaveLength(documented.length);
});

test("a minute without work reads a few index entries, however much is stored", async () => {
  const counted = countedDb(env.DB);
  const service = createService(testPlatform({ env: { ...env, DB: counted.db } }));
  for (let number = 0; number < 3; number += 1) {
    const { userId, add } = await newReader();
    await add({ isbn: (await inCatalogue({ isbn: isbnOf(900), title: "Known" })).isbn });
    const books = Array.from({ length: 100 }, (_, index) => ({ isbn: isbnOf(900 + index) }));
    await imported({ userId, rows: [...books, { title: "Without a number" }] });
  }
  for (let minute = 0; minute < 3; minute += 1) await service.scheduled();
  counted.take();
  await service.scheduled();
  const { read, written } = counted.take();
  expect(written).toBe(0);
  // Every task looks for work, which costs a row or two: 42 in total, even with twice as many users
  // and imports.
  expect(read).toBeLessThanOrEqual(50);
});
