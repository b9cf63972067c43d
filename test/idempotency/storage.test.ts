import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Answer } from "../../src/idempotency/domain/answer.ts";
import { sweepIdempotencyKeys } from "../../src/idempotency/storage/claims.ts";
import { idempotentWorld, write, writes } from "../support/idempotent-world.ts";

const LEASE = 15_000;
const DAY = 86_400_000;

let world: ReturnType<typeof idempotentWorld>;
const isolate: typeof world.isolate = (request) => world.isolate(request);

beforeEach(async () => {
  world = idempotentWorld();
  await world.empty();
});

describe("a write with a key", () => {
  it("happens once, and every isolate replays its answer", async () => {
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

  it("has its answer even if the result of its batch was lost", async () => {
    const lost = isolate().do(async (guard) => {
      await write()(guard);
      throw new Error("network connection lost");
    });
    await expect(lost).rejects.toThrow("network connection lost");
    expect(await isolate().do(write())).toMatchObject({ kind: "replayed" });
    expect(await writes()).toBe(1);
  });

  it("does not happen if the key was taken over: the new owner writes", async () => {
    const slow = isolate().do(
      write(async () => {
        world.wait(LEASE);
        expect(await isolate().do(write())).toMatchObject({ kind: "done" });
      }),
    );
    await expect(slow).rejects.toThrow("NOT NULL");
    expect(await writes()).toBe(1);
    expect(await isolate().do(write())).toMatchObject({ kind: "replayed" });
  });

  it.each([-2, 2])(
    "is taken over from a dead request after the clock was set by %s hours",
    async (hours) => {
      const dead = isolate().do(
        write(async () => {
          world.wait(hours * 3_600_000);
          expect(await isolate().do(write())).toMatchObject({ kind: "done" });
        }),
      );
      await expect(dead).rejects.toThrow("NOT NULL");
      expect(await writes()).toBe(1);
    },
  );

  it("is stored with its answer if the new owner has released the key", async () => {
    const slow = isolate().do(
      write(async () => {
        world.wait(LEASE);
        const failing = isolate().do(() => Promise.reject(new Error("no")));
        await expect(failing).rejects.toThrow("no");
      }),
    );
    expect(await slow).toMatchObject({ kind: "done" });
    expect(await isolate().do(write())).toMatchObject({ kind: "replayed" });
    expect(await writes()).toBe(1);
  });

  it("releases its key when it fails, and then happens", async () => {
    const failing = isolate().do(() => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(await isolate({ fields: {} }).do(write())).toMatchObject({ kind: "done" });
  });

  it("is rejected while the first one runs, until the lease expires", async () => {
    const dead = () => new Promise<Answer>(() => undefined);
    void isolate().do(dead);
    await expect.poll(() => env.DB.prepare("SELECT 1 FROM IdempotencyKeys").first()).not.toBeNull();
    world.wait(LEASE - 1);
    await expect(isolate().do(write())).rejects.toMatchObject({
      code: "IDEMPOTENCY_IN_PROGRESS",
      retryAfterSeconds: 1,
    });
    world.wait(1);
    expect(await isolate().do(write())).toMatchObject({ kind: "done" });
    expect(await writes()).toBe(1);
  });

  it("does not store the answer of an owner that is late", async () => {
    let late = (_answer: Answer): void => undefined;
    const first = isolate().do(() => new Promise((resolve) => (late = resolve)));
    await expect.poll(() => env.DB.prepare("SELECT 1 FROM IdempotencyKeys").first()).not.toBeNull();
    world.wait(LEASE);
    await isolate().do(write());
    late({ status: 200, body: "late" });
    await first;
    expect(await isolate().do(write())).toMatchObject({ kept: { answer: { status: 201 } } });
  });

  it("is not executed for a deleted user", async () => {
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

  it("stores no copy in KV when the answer is not public", async () => {
    await isolate().do(write());
    expect((await env.IDEMPOTENCY_CACHE.list()).keys).toEqual([]);
  });
});

describe("the sweep", () => {
  it("deletes expired keys, oldest first, a bounded number per run", async () => {
    for (const key of ["a", "b", "c"]) {
      await isolate({ key }).do(write());
      world.wait(1);
    }
    expect(await sweepIdempotencyKeys(env.DB, world.start + DAY - 1, 10)).toBe(0);
    expect(await sweepIdempotencyKeys(env.DB, world.start + DAY + 1, 1)).toBe(1);
    expect(await isolate({ key: "b" }).do(write())).toMatchObject({ kind: "replayed" });
    expect(await sweepIdempotencyKeys(env.DB, world.start + DAY + 1, 10)).toBe(1);
    expect(await sweepIdempotencyKeys(env.DB, world.start + 2 * DAY, 10)).toBe(1);
  });
});
