import { beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../platform/time.ts";
import {
  deleteUser,
  finishDeletions,
  LAST_WRITES_MS,
  MAX_RETRY_MS,
  retryDelayMs,
  type DeleteUserDeps,
} from "./delete-user.ts";

let steps: string[];
let failures: unknown[];
let now: number;
interface Tombstone {
  deletedAt: number;
  purgedAt?: number;
  attempts: number;
  retryAt: number;
}
let tombstones: Map<string, Tombstone>;
let deps: DeleteUserDeps;

const turnOf = ({ deletedAt, retryAt }: Tombstone): number => Math.max(deletedAt, retryAt);

beforeEach(() => {
  steps = [];
  failures = [];
  now = 1_000_000;
  tombstones = new Map();
  deps = {
    tombstones: {
      replaceAccount: async (userId, deletedAt) => {
        steps.push(`replace ${userId}`);
        tombstones.set(userId, { deletedAt, attempts: 0, retryAt: 0 });
      },
      replaceIdleAccount: () => Promise.resolve(false),
      findUnpurged: async ({ until, now: at }, limit) =>
        [...tombstones]
          .filter(([, { purgedAt }]) => purgedAt === undefined)
          .filter(([, { deletedAt, retryAt }]) => deletedAt <= until && retryAt <= at)
          .sort(([, one], [, other]) => turnOf(one) - turnOf(other))
          .slice(0, limit)
          .map(([userId, { attempts }]) => ({ userId, attempts })),
      requeue: async (userId, at) => {
        Object.assign(tombstones.get(userId) ?? {}, { retryAt: at });
      },
      postpone: async (userId, retryAt) => {
        const tombstone = tombstones.get(userId);
        if (tombstone) Object.assign(tombstone, { retryAt, attempts: tombstone.attempts + 1 });
      },
      markPurged: async (userId, at) => {
        Object.assign(tombstones.get(userId) ?? {}, { purgedAt: at });
      },
    },
    forget: (userId) => void steps.push(`forget ${userId}`),
    purges: [
      async (userId) => steps.push(`stop ${userId}`) > 0,
      async (userId) => steps.push(`empty ${userId}`) > 0,
    ],
    failed: (error) => void failures.push(error),
    withTimeout: (_budgetMs, work) =>
      work.then(
        (value) => ({ ok: true as const, value }),
        (error: unknown) => ({ ok: false as const, error }),
      ),
    defer: () => undefined,
    now: () => now,
  };
});

describe("deleteUser", () => {
  it("deletes the account first, then stops running work, then empties the tables", async () => {
    await deleteUser("reader", deps);
    expect(steps).toEqual(["replace reader", "forget reader", "stop reader", "empty reader"]);
  });

  it("does nothing else when the account cannot be deleted", async () => {
    deps.tombstones.replaceAccount = () => Promise.reject(new Error("D1 is unavailable"));
    await expect(deleteUser("reader", deps)).rejects.toThrow("D1 is unavailable");
    expect(steps).toEqual([]);
  });

  it("succeeds once the account is deleted; a failed purge is reported and finished later", async () => {
    const broken = {
      ...deps,
      purges: [() => Promise.reject(new Error("the object is unavailable"))],
    };
    await deleteUser("reader", broken);
    expect(failures).toEqual([new Error("the object is unavailable")]);
    now += LAST_WRITES_MS;
    expect(await finishDeletions(deps)).toBe(1);
    expect(steps.slice(-2)).toEqual(["stop reader", "empty reader"]);
  });
});

describe("finishDeletions", () => {
  it("purges again only after every earlier request must have ended", async () => {
    await deleteUser("reader", deps);
    now += LAST_WRITES_MS - 1;
    expect(await finishDeletions(deps)).toBe(0);
    now += 1;
    steps = [];
    expect(await finishDeletions(deps)).toBe(1);
    expect(steps).toEqual(["stop reader", "empty reader"]);
    expect(await finishDeletions(deps)).toBe(0);
  });

  it("postpones a user after a failed purge, longer each time, and continues with the others", async () => {
    for (const userId of ["broken", "fine", "also fine"]) {
      await deps.tombstones.replaceAccount(userId, now);
    }
    now += LAST_WRITES_MS;
    let isBroken = true;
    const attempts: number[] = [];
    const purges = [
      async (userId: string) => {
        if (userId !== "broken") return true;
        attempts.push(now);
        if (isBroken) throw new Error("the object is unavailable");
        return true;
      },
    ];
    const began = now;
    expect(await finishDeletions({ ...deps, purges })).toBe(2);
    for (let minute = 0; minute < 60; minute += 1) {
      now += MINUTE_MS;
      await finishDeletions({ ...deps, purges });
    }
    expect(attempts.map((at) => (at - began) / MINUTE_MS)).toEqual([0, 1, 3, 7, 15, 31]);
    expect(failures).toHaveLength(6);
    isBroken = false;
    now = began + 61 * MINUTE_MS;
    expect(await finishDeletions({ ...deps, purges })).toBe(1);
  });

  it("postpones a user if the purge hangs", async () => {
    for (const userId of ["hanging", "fine"]) await deps.tombstones.replaceAccount(userId, now);
    now += LAST_WRITES_MS;
    const impatient: DeleteUserDeps["withTimeout"] = (_budgetMs, work) =>
      Promise.race([
        work.then((value) => ({ ok: true as const, value })),
        new Promise<{ ok: false; error: unknown }>((resolve) => {
          setTimeout(() => resolve({ ok: false, error: new Error("no response") }), 10);
        }),
      ]);
    const purges = [
      (userId: string): Promise<boolean> =>
        userId === "hanging" ? new Promise(() => undefined) : Promise.resolve(true),
    ];
    expect(await finishDeletions({ ...deps, purges, withTimeout: impatient })).toBe(1);
    expect(tombstones.get("hanging")?.attempts).toBe(1);
  });

  it("alternates large libraries with others, and deletes a bounded part of them per run", async () => {
    for (const userId of ["huge", "large", "small"]) {
      await deps.tombstones.replaceAccount(userId, now);
    }
    now += LAST_WRITES_MS;
    const left: Record<string, number> = { huge: 14, large: 3, small: 0 };
    const order: string[] = [];
    const purges = [
      async (userId: string) => {
        order.push(userId);
        left[userId] = (left[userId] ?? 0) - 1;
        return (left[userId] ?? 0) < 0;
      },
    ];
    expect(await finishDeletions({ ...deps, purges })).toBe(2);
    expect(order.slice(0, 5)).toEqual(["huge", "large", "small", "huge", "large"]);
    expect(order).toHaveLength(10 + 2);
    expect(await finishDeletions({ ...deps, purges })).toBe(1);
  });

  it("reaches the users behind many large libraries in the next run", async () => {
    const large = Array.from({ length: 12 }, (_, index) => `large ${index}`);
    for (const userId of [...large, "small"]) await deps.tombstones.replaceAccount(userId, now);
    now += LAST_WRITES_MS;
    const purges = [async (userId: string) => userId === "small"];
    expect(await finishDeletions({ ...deps, purges })).toBe(0);
    now += MINUTE_MS;
    expect(await finishDeletions({ ...deps, purges })).toBe(1);
  });

  it("processes a bounded number per run", async () => {
    for (let index = 0; index < 120; index += 1)
      await deps.tombstones.replaceAccount(`reader ${index}`, now);
    now += LAST_WRITES_MS;
    expect(await finishDeletions(deps)).toBe(50);
    expect(await finishDeletions(deps)).toBe(50);
    expect(await finishDeletions(deps)).toBe(20);
  });
});

describe("retryDelayMs", () => {
  it("doubles from a minute to at most half an hour, so that an hour has several attempts", () => {
    expect([1, 2, 3, 4, 5].map((attempts) => retryDelayMs(attempts) / MINUTE_MS)).toEqual([
      1, 2, 4, 8, 16,
    ]);
    for (const attempts of [6, 100, 10_000]) expect(retryDelayMs(attempts)).toBe(MAX_RETRY_MS);
    expect(MAX_RETRY_MS).toBeLessThan(HOUR_MS);
  });
});
