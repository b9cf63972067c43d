import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import document from "../../docs/operations/SCHEDULED_WORK.md?raw";
import { serviceOf } from "../../src/service.ts";
import { call } from "../support/http.ts";

test("every task runs, is counted, and is in the document, and the document has no others", async () => {
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
