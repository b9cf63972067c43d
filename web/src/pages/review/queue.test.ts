import { signal } from "@preact/signals";
import { expect, it } from "vitest";
import type { ReviewItem } from "../../../../client/src/index.ts";
import { createAttempt } from "../../state/attempt.ts";
import type { Held } from "../../state/review-outbox.ts";
import { createReviewQueue } from "./queue.ts";

const item = (id: string): ReviewItem => ({
  id,
  jobId: "job",
  row: 2,
  authors: [],
  raw: {},
  reason: { code: "NO_ISBN", text: "" },
  candidates: [],
});

function queueOf(ids: readonly string[], limit = 3) {
  const held = signal<readonly Held[]>([]);
  const waiting = [...ids];
  const queue = createReviewQueue({
    load: ({ cursor }) => {
      const from = cursor === undefined ? 0 : waiting.findIndex((id) => id > cursor);
      const page = from < 0 ? [] : waiting.slice(from, from + limit);
      const last = page.at(-1);
      const hasMore = last !== undefined && last !== waiting.at(-1);
      return Promise.resolve({
        items: page.map(item),
        total: waiting.length,
        ...(hasMore ? { nextCursor: last } : {}),
      });
    },
    held,
    attempt: createAttempt(),
  });
  return { queue, held, waiting };
}

it("shows one row after another, loads more in time, and counts down", async () => {
  const { queue, waiting } = queueOf(["a", "b", "c", "d", "e"]);
  expect([queue.current.value, queue.left.value]).toEqual([undefined, undefined]);
  await queue.reload();
  const seen: string[] = [];
  while (queue.current.value) {
    const { id } = queue.current.value;
    seen.push(`${id}${queue.left.value}`);
    queue.take(id);
    waiting.splice(waiting.indexOf(id), 1);
    await queue.refill();
  }
  expect(seen).toEqual(["a5", "b4", "c3", "d2", "e1"]);
  expect(queue.left.value).toBe(0);
});

it("puts skipped rows last, and a row with an undone decision first", async () => {
  const { queue } = queueOf(["a", "b", "c"]);
  await queue.reload();
  queue.skip("a");
  expect(queue.current.value?.id).toBe("b");
  queue.take("b");
  queue.take("c");
  expect([queue.current.value?.id, queue.left.value]).toEqual(["a", 1]);
  queue.first("c");
  expect([queue.current.value?.id, queue.left.value]).toEqual(["c", 2]);
});

it("omits rows decided in the last visit", async () => {
  const { queue, held } = queueOf(["a", "b"]);
  held.value = [{ id: "a", name: "", key: "", at: 0, decision: { kind: "keep" } }];
  await queue.reload();
  expect([queue.current.value?.id, queue.left.value]).toEqual(["b", 1]);
  // The decision is sent meanwhile.
  held.value = [];
  expect([queue.current.value?.id, queue.left.value]).toEqual(["b", 1]);
});
