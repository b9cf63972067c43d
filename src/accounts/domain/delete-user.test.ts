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
      bury: async (userId, deletedAt) => {
        steps.push(`bury ${userId}`);
        tombstones.set(userId, { deletedAt });
      },
      unpurged: async (until, limit) =>
        [...tombstones]
          .filter(([, grave]) => grave.purgedAt === undefined && grave.deletedAt <= until)
          .slice(0, limit)
          .map(([userId]) => userId),
      purged: async (userIds, at) => {
        for (const userId of userIds) Object.assign(tombstones.get(userId) ?? {}, { purgedAt: at });
      },
    },
    forget: (userId) => void steps.push(`forget ${userId}`),
    purges: [
      async (userIds) => void steps.push(`stop ${userIds.join(" ")}`),
      async (userIds) => void steps.push(`empty ${userIds.join(" ")}`),
    ],
    failed: (error) => void failures.push(error),
    now: () => now,
  };
});

describe("deleteUser", () => {
  it("kills the account first, then stops what runs, then empties the tables", async () => {
    await deleteUser("reader", deps);
    expect(steps).toEqual(["bury reader", "forget reader", "stop reader", "empty reader"]);
  });

  it("does nothing at all when the account cannot be killed", async () => {
    deps.tombstones.bury = () => Promise.reject(new Error("D1 is away"));
    await expect(deleteUser("reader", deps)).rejects.toThrow("D1 is away");
    expect(steps).toEqual([]);
  });

  it("counts as done once the account is dead: what failed is told, and finished later", async () => {
    const broken = { ...deps, purges: [() => Promise.reject(new Error("the object is away"))] };
    await deleteUser("reader", broken);
    expect(failures).toEqual([new Error("the object is away")]);
    now += LAST_WRITES_MS;
    expect(await finishDeletions(deps)).toBe(1);
    expect(steps.slice(-2)).toEqual(["stop reader", "empty reader"]);
  });
});

describe("finishDeletions", () => {
  it("deletes once more when the last request that began before can have ended, and then no more", async () => {
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
    const broken = { ...deps, purges: [() => Promise.reject(new Error("away"))] };
    await expect(finishDeletions(broken)).rejects.toThrow("away");
    expect(await finishDeletions(deps)).toBe(1);
  });

  it("takes a bounded number at once", async () => {
    for (let index = 0; index < 120; index += 1) await deps.tombstones.bury(`reader ${index}`, now);
    now += LAST_WRITES_MS;
    expect(await finishDeletions(deps)).toBe(50);
    expect(await finishDeletions(deps)).toBe(50);
    expect(await finishDeletions(deps)).toBe(20);
  });
});
