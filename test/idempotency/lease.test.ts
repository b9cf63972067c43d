import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Answer } from "../../src/idempotency/domain/answer.ts";
import type { Guard } from "../../src/idempotency/domain/once.ts";
import { idempotentWorld, write, writes, type Isolate } from "../support/idempotent-world.ts";
import { randomOfThisRun, runs } from "../support/properties.ts";
import { waitUntil } from "../support/wait.ts";

const LEASE = 15_000;
const RENEWED_EVERY = 5_000;
const LONGEST = 15 * 60_000;

let world: ReturnType<typeof idempotentWorld>;
beforeEach(async () => {
  world = idempotentWorld();
  await world.empty();
});

const leaseUntil = (): Promise<number | null> =>
  env.DB.prepare("SELECT lease_until FROM IdempotencyKeys").first("lease_until");

/** A request that runs until the test lets it write. */
function longRequest(isolate: Isolate) {
  let finish = (): void => undefined;
  const signalled = new Promise<void>((resolve) => (finish = resolve));
  const outcome = isolate.do(async (guard: Guard): Promise<Answer> => {
    await signalled;
    return write()(guard);
  });
  return { outcome, finish };
}

/** Advances the clock by one renewal interval while the isolate is alive. */
async function renewal(isolate: Isolate): Promise<void> {
  await waitUntil(() => isolate.timers() === 1);
  world.wait(RENEWED_EVERY);
  isolate.fireTimers();
  await expect.poll(leaseUntil).toBe(world.now() + LEASE);
}

describe("a request that takes longer than a lease", () => {
  it("keeps its key while its isolate is alive", async () => {
    const isolate = world.isolate();
    const { outcome, finish } = longRequest(isolate);
    for (let time = 0; time < 10; time += 1) {
      await renewal(isolate);
      await expect(world.isolate().do(write())).rejects.toMatchObject({
        code: "IDEMPOTENCY_IN_PROGRESS",
      });
    }
    finish();
    expect(await outcome).toMatchObject({ kind: "done" });
    expect(await world.isolate().do(write())).toMatchObject({ kind: "replayed" });
    expect([await writes(), isolate.timers()]).toEqual([1, 0]);
  });

  it("can be taken over one lease after the last renewal of a killed isolate", async () => {
    const killed = world.isolate();
    longRequest(killed);
    await renewal(killed);
    world.wait(LEASE - 1);
    await expect(world.isolate().do(write())).rejects.toMatchObject({
      code: "IDEMPOTENCY_IN_PROGRESS",
    });
    world.wait(1);
    const next = world.isolate();
    expect(await next.do(write())).toMatchObject({ kind: "done" });
    expect(next.events).toEqual(["taken_over"]);
  });

  it("neither renews nor writes a key that was taken over while it was suspended", async () => {
    const [slow, next] = [world.isolate(), world.isolate()];
    const { outcome, finish } = longRequest(slow);
    await waitUntil(() => slow.timers() === 1);
    world.wait(LEASE);
    const { outcome: taken, finish: finishTaken } = longRequest(next);
    await waitUntil(() => next.timers() === 1);
    const lease = await leaseUntil();
    slow.fireTimers();
    await expect.poll(() => slow.events).toEqual(["carried_out", "lost"]);
    expect([await leaseUntil(), slow.timers()]).toEqual([lease, 0]);
    finish();
    await expect(outcome).rejects.toThrow("NOT NULL");
    finishTaken();
    expect(await taken).toMatchObject({ kind: "done" });
    expect(await writes()).toBe(1);
  });

  it("continues while D1 is unavailable, because no request can then take over the key", async () => {
    const isolate = world.isolate();
    const { outcome, finish } = longRequest(isolate);
    await waitUntil(() => isolate.timers() === 1);
    const away = vi.spyOn(env.DB, "prepare").mockImplementation(() => {
      throw new Error("D1_ERROR: network connection lost");
    });
    world.wait(RENEWED_EVERY);
    isolate.fireTimers();
    await waitUntil(() => isolate.timers() === 1);
    away.mockRestore();
    await renewal(isolate);
    finish();
    expect(await outcome).toMatchObject({ kind: "done" });
    expect(isolate.events).toEqual(["carried_out"]);
  });

  it("loses its key when it hangs", async () => {
    const isolate = world.isolate();
    longRequest(isolate);
    for (let ms = RENEWED_EVERY; ms <= LONGEST; ms += RENEWED_EVERY) await renewal(isolate);
    expect(isolate.timers()).toBe(0);
    world.wait(LEASE);
    expect(await world.isolate().do(write())).toMatchObject({ kind: "done" });
  });
});

describe("a request whose isolates are killed", () => {
  /** Kills a new isolate before or after its write. */
  async function kill(isAfter: boolean): Promise<void> {
    const claimed = world.now() + LEASE;
    let isWritten = false;
    void world.isolate().do(async (guard) => {
      if (isAfter) await write()(guard);
      isWritten = isAfter;
      return new Promise<never>(() => undefined);
    });
    await waitUntil(async () => (isAfter ? isWritten : (await leaseUntil()) === claimed));
  }

  it.each(Array.from({ length: runs(20) }, (_, index) => index))(
    "writes once, before or after whichever write it happens (sequence %i)",
    async (index) => {
      const random = randomOfThisRun(index);
      const kills = Array.from({ length: 1 + Math.floor(random() * 4) }, () => random() < 0.3);
      const last = kills.indexOf(true);
      for (const isAfter of last < 0 ? kills : kills.slice(0, last + 1)) {
        await kill(isAfter);
        const early = Math.floor(random() * LEASE);
        world.wait(early);
        const retry = world
          .isolate()
          .do(write())
          .catch((error: unknown) => error);
        expect(await retry).toMatchObject(
          isAfter ? { kind: "replayed" } : { code: "IDEMPOTENCY_IN_PROGRESS" },
        );
        world.wait(LEASE - early);
      }
      const kind = last < 0 ? "done" : "replayed";
      expect(await world.isolate().do(write())).toMatchObject({ kind });
      expect(await world.isolate().do(write())).toMatchObject({ kind: "replayed" });
      expect(await writes()).toBe(1);
    },
  );
});
