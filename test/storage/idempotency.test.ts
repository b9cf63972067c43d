import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Answer } from "../../src/domain/idempotency/answer.ts";
import { once, type Guard, type KeyedRequest } from "../../src/domain/idempotency/once.ts";
import { kvAnswerCopies } from "../../src/storage/idempotency-copies.ts";
import {
  answerStatements,
  d1IdempotencyKeys,
  sweepIdempotencyKeys,
} from "../../src/storage/idempotency.ts";
import { forgetKeys } from "../support/enrich.ts";
import { memoryLog } from "../support/fakes.ts";
import { secretsInPlace } from "../support/secrets.ts";

const START = 1_800_000_000_000;
const LEASE = 15_000;
const DAY = 86_400_000;
const BOOK = "9780441172719";

let now: number;
let owners: number;
const log = memoryLog();
const secrets = secretsInPlace();

/** An isolate of its own: nothing is shared but D1 and KV. */
const isolate = (request: Partial<KeyedRequest> = {}) => ({
  do: (run: (guard: Guard) => Promise<Answer>) =>
    once(
      {
        caller: { key: "user:reader", userId: "reader" },
        operation: "addBook",
        key: "k",
        fields: { isbn: BOOK },
        isPublic: false,
        ...request,
      },
      run,
      {
        keys: d1IdempotencyKeys(env.DB, log),
        copies: kvAnswerCopies(env.IDEMPOTENCY_CACHE, { now: () => now, log }),
        sha256: secrets.sha256,
        newId: () => `owner ${(owners += 1)}`,
        defer: () => undefined,
        now: () => now,
      },
    ),
});

/** A write with its answer in one batch, as a store makes it; `before` runs just ahead of the batch. */
const write =
  (before: () => Promise<unknown> = async () => undefined) =>
  async (guard: Guard): Promise<Answer> => {
    const answer = { status: 201, headers: { Location: "/x" }, body: { added: true } };
    const guarded = guard.keepWith(answer);
    await before();
    await env.DB.batch([
      env.DB.prepare(
        "UPDATE Books SET page_count = coalesce(page_count, 0) + 1 WHERE isbn = ?1",
      ).bind(BOOK),
      ...answerStatements(env.DB, guarded),
    ]);
    return answer;
  };

const writes = (): Promise<number | null> =>
  env.DB.prepare("SELECT page_count FROM Books WHERE isbn = ?1").bind(BOOK).first("page_count");

beforeEach(async () => {
  now = START;
  owners = 0;
  await forgetKeys();
  await env.DB.batch([
    env.DB.prepare("DELETE FROM DeletedUsers"),
    env.DB.prepare("DELETE FROM Books"),
    env.DB.prepare(
      `INSERT INTO Books (isbn, title, authors, canonical_metadata) VALUES ('${BOOK}', 'Dune', '[]', '{}')`,
    ),
  ]);
});

describe("a write under a key", () => {
  it("happens once, and its answer is there for every isolate", async () => {
    expect(await isolate().do(write())).toMatchObject({ kind: "done" });
    expect(await isolate().do(write())).toEqual({
      kind: "replayed",
      kept: {
        kind: "success",
        answer: { status: 201, headers: { Location: "/x" }, body: { added: true } },
      },
    });
    expect(await writes()).toBe(1);
  });

  it("happens each time without a key", async () => {
    for (let time = 0; time < 2; time += 1) await isolate({ key: undefined }).do(write());
    expect(await writes()).toBe(2);
  });

  it("has its answer although the answer to its batch was lost", async () => {
    const lost = isolate().do(async (guard) => {
      await write()(guard);
      throw new Error("network connection lost");
    });
    await expect(lost).rejects.toThrow("network connection lost");
    expect(await isolate().do(write())).toMatchObject({ kind: "replayed" });
    expect(await writes()).toBe(1);
  });

  it("does not happen when the key was taken over: whoever took it writes", async () => {
    const slow = isolate().do(
      write(async () => {
        now += LEASE;
        expect(await isolate().do(write())).toMatchObject({ kind: "done" });
      }),
    );
    await expect(slow).rejects.toThrow("NOT NULL");
    expect(await writes()).toBe(1);
    expect(await isolate().do(write())).toMatchObject({ kind: "replayed" });
  });

  it("is given back when it fails, and then happens", async () => {
    const failing = isolate().do(() => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(await isolate({ fields: {} }).do(write())).toMatchObject({ kind: "done" });
  });

  it("is refused while the first one runs, until the lease is over", async () => {
    const dead = () => new Promise<Answer>(() => undefined);
    void isolate().do(dead);
    await expect.poll(() => env.DB.prepare("SELECT 1 FROM IdempotencyKeys").first()).not.toBeNull();
    now += LEASE - 1;
    await expect(isolate().do(write())).rejects.toMatchObject({
      code: "IDEMPOTENCY_IN_PROGRESS",
      retryAfterSeconds: 1,
    });
    now += 1;
    expect(await isolate().do(write())).toMatchObject({ kind: "done" });
    expect(await writes()).toBe(1);
  });

  it("does not answer for an owner that is late", async () => {
    let late = (_answer: Answer): void => undefined;
    const first = isolate().do(() => new Promise((resolve) => (late = resolve)));
    await expect.poll(() => env.DB.prepare("SELECT 1 FROM IdempotencyKeys").first()).not.toBeNull();
    now += LEASE;
    await isolate().do(write());
    late({ status: 200, body: "late" });
    await first;
    expect(await isolate().do(write())).toMatchObject({ kept: { answer: { status: 201 } } });
  });

  it("is not carried out for a user who was deleted", async () => {
    await env.DB.prepare(
      "INSERT INTO DeletedUsers (user_id, deleted_at) VALUES ('reader', 1)",
    ).run();
    await expect(isolate().do(write())).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    expect(await writes()).toBeNull();
  });

  it("belongs to its caller and its operation", async () => {
    await isolate().do(write());
    await isolate({ operation: "removeBook" }).do(write());
    await isolate({ caller: { key: "192.0.2.1" } }).do(write());
    expect(await writes()).toBe(3);
  });

  it("leaves no copy in KV when the answer is the reader's own", async () => {
    await isolate().do(write());
    expect((await env.IDEMPOTENCY_CACHE.list()).keys).toEqual([]);
  });
});

describe("the sweep", () => {
  it("deletes what has expired, oldest first and a bounded number at once", async () => {
    for (const key of ["a", "b", "c"]) {
      await isolate({ key }).do(write());
      now += 1;
    }
    expect(await sweepIdempotencyKeys(env.DB, START + DAY - 1, 10)).toBe(0);
    expect(await sweepIdempotencyKeys(env.DB, START + DAY + 1, 1)).toBe(1);
    expect(await isolate({ key: "b" }).do(write())).toMatchObject({ kind: "replayed" });
    expect(await sweepIdempotencyKeys(env.DB, START + DAY + 1, 10)).toBe(1);
    expect(await sweepIdempotencyKeys(env.DB, START + 2 * DAY, 10)).toBe(1);
  });
});
