import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admitted, remaining, request, world } from "../../../test/support/limiter-world.ts";
import { policyOf } from "./policy.ts";

/** Without credit, with credit, and with credit that costs no call. */
const CLASSES = fc.constantFrom("enrich" as const, "search" as const, "admin" as const);

describe("on one isolate", () => {
  it("allows exactly the limit and reports each remaining count once, however requests and responses interleave", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        CLASSES,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 60 }),
        async (scheduler, rateClass, limit, requests) => {
          const { isolate } = world(rateClass, limit, async (answer) => {
            await scheduler.schedule(Promise.resolve());
            await scheduler.schedule(answer());
          });
          const limiter = isolate();
          const arrivals = Array.from({ length: requests }, () =>
            scheduler.schedule(Promise.resolve()).then(() => request(limiter)),
          );
          await scheduler.waitIdle();
          const decisions = await Promise.all(arrivals);
          const passed = decisions.filter(({ kind }) => kind === "admitted");
          expect(passed).toHaveLength(Math.min(limit, requests));
          expect(passed.map(remaining).sort((a = 0, b = 0) => b - a)).toEqual(
            passed.map((_, index) => limit - 1 - index),
          );
          expect(
            admitted(decisions) + decisions.filter(({ kind }) => kind === "refused").length,
          ).toBe(requests);
        },
      ),
    );
  });

  it("never allows more than the limit in a window, whenever requests arrive", async () => {
    await fc.assert(
      fc.asyncProperty(
        CLASSES,
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.nat(9000), { maxLength: 100 }),
        async (rateClass, limit, waits) => {
          const { isolate, wait, settle } = world(rateClass, limit);
          const limiter = isolate();
          let inWindow = 0;
          for (const ms of waits) {
            wait(ms);
            const decision = await request(limiter);
            await settle();
            if (decision.kind === "open") throw new Error("expected a failure");
            if (decision.kind === "admitted" && decision.remaining === limit - 1) inWindow = 0;
            if (decision.kind === "admitted") inWindow += 1;
            expect(decision.remaining).toBe(limit - inWindow);
            expect(decision.resetSeconds).toBeGreaterThan(0);
            expect(decision.resetSeconds).toBeLessThanOrEqual(60);
          }
        },
      ),
    );
  });
});

describe("on several isolates", () => {
  it("allows at most the limit plus the credit of each further isolate", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        CLASSES,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(4), { maxLength: 80 }),
        async (scheduler, rateClass, limit, count, arrivals) => {
          const { isolate } = world(rateClass, limit, async (answer) => {
            await scheduler.schedule(Promise.resolve());
            await scheduler.schedule(answer());
          });
          const isolates = Array.from({ length: count }, isolate);
          const requests = arrivals.map((at) =>
            scheduler.schedule(Promise.resolve()).then(() => request(isolates.at(at % count)!)),
          );
          await scheduler.waitIdle();
          const decisions = await Promise.all(requests);
          const { credit } = policyOf(rateClass, limit);
          expect(admitted(decisions)).toBeLessThanOrEqual(limit + (count - 1) * credit);
          for (const decision of decisions) expect(remaining(decision)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});
