import { beforeEach, describe, expect, it } from "vitest";
import { deleteUser, finishDeletions, LAST_WRITES_MS, type DeleteUserDeps } from "./delete-user.ts";

let steps: string[];
let failures: unknown[];
let now: number;
let tombstones: Map<string, { deletedAt: number; purgedAt?: number }>;
let deps: DeleteUserDeps;

beforeEach(() => {
  steps = [];
  failures = [];
  now = 1_000_000;
  tombstones = new Map();
  deps = {
    tombstones: {
      replaceAccount: async (userId, deletedAt) => {
        steps.push(`replace ${userId}`);
        tombstones.set(userId, { deletedAt });
      },
      findUnpurged: async (until, limit) =>
        [...tombstones]
          .filter(([, grave]) => grave.purgedAt === undefined && grave.deletedAt <= until)
          .slice(0, limit)
          .map(([userId]) => userId),
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
  it("purges once more after the last earlier request must have ended, and only then", async () => {
    await deleteUser("reader", deps);
    now += LAST_WRITES_MS - 1;
    expect(await finishDeletions(deps)).toBe(0);
    now += 1;
    steps = [];
    expect(await finishDeletions(deps)).toBe(1);
    expect(steps).toEqual(["stop reader", "empty reader"]);
    expect(await finishDeletions(deps)).toBe(0);
  });

  it("leaves a deletion open that it could not finish", async () => {
    await deleteUser("reader", deps);
    now += LAST_WRITES_MS;
    const broken = { ...deps, purges: [() => Promise.reject(new Error("unavailable"))] };
    await expect(finishDeletions(broken)).rejects.toThrow("unavailable");
    expect(await finishDeletions(deps)).toBe(1);
  });

  it("leaves a deletion open of which something is left, and continues it in the next run", async () => {
    for (const userId of ["large", "small"]) await deps.tombstones.replaceAccount(userId, now);
    now += LAST_WRITES_MS;
    let left = 2;
    const pieces = { ...deps, purges: [async () => (left -= 1) < 0] };
    expect(await finishDeletions(pieces)).toBe(0);
    expect(await finishDeletions(pieces)).toBe(0);
    expect(await finishDeletions(pieces)).toBe(2);
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
