import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { consumeDeadLetters } from "../../src/dead-letters/queue.ts";
import worker from "../../src/worker.ts";
import { enrichingJob, isbnOf, jobNumbers } from "../support/import-enrichment.ts";
import { admin, post } from "../support/migration.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";
import { waitFor } from "../support/wait.ts";

interface Listed {
  items: { id: string; queue: string; body: unknown; attempts: number; retriedAt?: string }[];
  nextCursor?: string;
}

/** Delivers messages of a queue to the Worker, and returns the outcome of each. */
async function deliver(queue: string, bodies: Record<string, object>, attempts = 1) {
  const messages = Object.entries(bodies).map(([id, body]) => ({
    id,
    timestamp: new Date(0),
    attempts,
    body,
  }));
  const batch = createMessageBatch(queue, messages);
  const context = createExecutionContext();
  await worker.queue(batch, env);
  return getQueueResult(batch, context);
}

const list = async (query = ""): Promise<Listed> => {
  const response = await admin(`dead-letters${query}`);
  expect(response.status).toBe(200);
  return response.json();
};

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM DeadLetters").run();
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("dead letters", () => {
  it("are stored completely, once, with their queue and their owner", async () => {
    const jobId = await enrichingJob("owner", [isbnOf(1)]);
    const given = { one: { jobId }, two: { jobId: "gone" } };
    expect(await deliver("bookstrack-imports-dead", given)).toMatchObject({
      explicitAcks: ["one", "two"],
      retryMessages: [],
    });
    await deliver("bookstrack-imports-dead-production", given);
    await deliver("bookstrack-refresh-dead", { three: { isbn13: "9780441172719" } });
    const { items } = await list();
    expect(items.map(({ id, queue, body, attempts }) => [id, queue, body, attempts])).toEqual([
      ["one", "imports", { jobId }, 6],
      ["two", "imports", { jobId: "gone" }, 6],
      ["three", "refresh", { isbn13: "9780441172719" }, 6],
    ]);
    const owners = await env.DB.prepare("SELECT user_id FROM DeadLetters ORDER BY id").all();
    expect(owners.results.map(({ user_id }) => user_id)).toEqual(["owner", null, null]);
  });

  it("are retried while they cannot be stored", async () => {
    const outcomes: string[] = [];
    const message = {
      id: "m",
      timestamp: new Date(0),
      body: {},
      attempts: 3,
      ack: () => void outcomes.push("ack"),
      retry: (options?: { delaySeconds?: number }) =>
        void outcomes.push(`retry in ${options?.delaySeconds}`),
    };
    await consumeDeadLetters(
      { messages: [message] },
      {
        queue: "imports",
        keep: () => Promise.reject(new Error("D1 is unavailable")),
        now: () => 1,
        log: { info: () => {}, error: () => {} },
      },
    );
    expect(outcomes).toEqual(["retry in 20"]);
  });

  it("are listed a page at a time, oldest first", async () => {
    await deliver("bookstrack-imports-dead", { a: { jobId: "a" }, b: { jobId: "b" } });
    await deliver("bookstrack-imports-dead", { c: { jobId: "c" } });
    const first = await list("?limit=2");
    expect(first.items.map(({ id }) => id)).toEqual(["a", "b"]);
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect(second.items.map(({ id }) => id)).toEqual(["c"]);
    expect(second).not.toHaveProperty("nextCursor");
    expect((await admin("dead-letters?cursor=x")).status).toBe(400);
  });

  it("resume their work when the operator sends them again", async () => {
    await restDesks();
    openLibraryInPlace();
    const jobId = await enrichingJob("owner", [isbnOf(2)]);
    await deliver("bookstrack-imports-dead", { again: { jobId } });
    const response = await post("dead-letters/again/retry");
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ id: "again", body: { jobId } });
    await waitFor(async () => expect((await jobNumbers(jobId)).state).toBe("completed"));
    expect((await list()).items).toEqual([]);
    const again = await post("dead-letters/again/retry");
    expect([again.status, (await again.json<{ retriedAt: string }>()).retriedAt]).toEqual([
      202,
      expect.any(String),
    ]);
    expect((await post("dead-letters/nothing/retry")).status).toBe(404);
  });
});

describe("a wake message", () => {
  it("is retried later when D1 is unavailable, without blocking other messages", async () => {
    await restDesks();
    openLibraryInPlace();
    const jobId = await enrichingJob("owner", [isbnOf(3)]);
    const prepare = env.DB.prepare.bind(env.DB);
    vi.spyOn(env.DB, "prepare").mockImplementation((sql) => {
      if (sql.includes("ImportResults")) throw new Error("D1 is unavailable");
      return prepare(sql);
    });
    const result = await deliver("bookstrack-imports", { n: { jobId } }, 2);
    expect(result.explicitAcks).toEqual([]);
    expect(result.retryMessages).toMatchObject([{ msgId: "n" }]);
  });

  it("of an unknown job is acknowledged", async () => {
    expect(await deliver("bookstrack-imports", { n: { jobId: "unknown" } })).toMatchObject({
      explicitAcks: ["n"],
      retryMessages: [],
    });
  });

  it("of a queue without a consumer is rejected", async () => {
    await expect(deliver("bookstrack-other", { n: {} })).rejects.toThrow("no consumer");
  });
});
