import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import document from "../../docs/operations/SCHEDULED_WORK.md?raw";
import { scheduledWork } from "../../src/wiring.ts";
import { call } from "../support/http.ts";

test("every task runs and is counted, and the document lists exactly these tasks", async () => {
  await scheduledWork(env)();
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
