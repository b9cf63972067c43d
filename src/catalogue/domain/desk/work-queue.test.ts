import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Lane } from "../provider.ts";
import { lookupJob, searchJob, waiterFor, type Job } from "./work.ts";
import { WorkQueue } from "./work-queue.ts";

const START = 1_000_000;

function waiting(queue: WorkQueue, key: string, lane: Lane, now = START): Job {
  const job = lookupJob(key, lane, now);
  job.waiters.push(waiterFor({ lane, account: true, budgetMs: 5_000 }, now, () => {}));
  queue.join(job, lane, now);
  return job;
}

const sentBy = (queue: WorkQueue, now: number): string[] | undefined => {
  const next = queue.next(now);
  return next.kind === "ready" ? next.load.jobs.map(({ key }) => key) : undefined;
};

describe("WorkQueue", () => {
  it("sends scans first and fills the batch with imports", () => {
    const queue = new WorkQueue(3);
    for (const key of ["i1", "i2", "i3"]) waiting(queue, key, "import");
    waiting(queue, "s1", "scan");
    expect(sentBy(queue, START)).toEqual(["s1", "i1", "i2"]);
  });

  it("holds a lone scan 20 ms and a lone import 500 ms for a batch, and sends a full batch immediately", () => {
    const scans = new WorkQueue(2);
    waiting(scans, "s1", "scan");
    expect(scans.next(START)).toEqual({ kind: "wait", until: START + 20 });
    expect(sentBy(scans, START + 20)).toEqual(["s1"]);
    const imports = new WorkQueue(2);
    waiting(imports, "i1", "import");
    expect(imports.next(START)).toEqual({ kind: "wait", until: START + 500 });
    waiting(imports, "i2", "import", START + 1);
    expect(sentBy(imports, START + 1)).toEqual(["i1", "i2"]);
  });

  it("does not hold a query if a call carries only one", () => {
    const queue = new WorkQueue(1);
    waiting(queue, "s1", "scan");
    expect(sentBy(queue, START)).toEqual(["s1"]);
  });

  it.each([2, 26])("does not delay queries when the clock is set back by %i hours", (hours) => {
    const now = START - hours * 3_600_000;
    const gathering = new WorkQueue(2);
    waiting(gathering, "i1", "import");
    expect(gathering.next(now)).toEqual({ kind: "wait", until: now + 3000 });
    expect(sentBy(gathering, now + 3000)).toEqual(["i1"]);
    const backingOff = new WorkQueue(1);
    const job = waiting(backingOff, "i2", "import");
    backingOff.retry(job, START + 400);
    expect(backingOff.next(now)).toEqual({ kind: "wait", until: now + 3000 });
    expect(sentBy(backingOff, now + 3000)).toEqual(["i2"]);
  });

  it("sends an import's queries before those for records that complete stored books", () => {
    const queue = new WorkQueue(3);
    const record = searchJob({ workRecord: "OL1W", limit: 1 }, "import", START);
    record.waiters.push(
      waiterFor({ lane: "import", account: false, budgetMs: 5_000 }, START, () => {}),
    );
    queue.join(record, "import", START);
    waiting(queue, "i1", "import", START + 1);
    expect(queue.size("import")).toBe(2);
    expect(sentBy(queue, START + 600)).toEqual(["i1"]);
    queue.remove(queue.get("i1") ?? record);
    expect(sentBy(queue, START + 600)).toEqual([record.key]);
  });

  it("sends a search alone and immediately", () => {
    const queue = new WorkQueue(25);
    waiting(queue, "i1", "import");
    const search = searchJob({ title: "emma", limit: 20 }, "scan", START);
    queue.join(search, "scan", START);
    const next = queue.next(START);
    expect(next).toEqual({
      kind: "ready",
      load: { kind: "search", jobs: [search] },
      carriesScan: true,
    });
  });

  it("moves a waiting import up when a scan sends the same query", () => {
    const queue = new WorkQueue(2);
    for (const key of ["i1", "i2", "i3"]) waiting(queue, key, "import");
    const wanted = queue.get("i3");
    expect(wanted).toBeDefined();
    queue.join(wanted!, "scan", START + 1);
    expect(sentBy(queue, START + 1)).toEqual(["i3", "i1"]);
    expect([queue.size("scan"), queue.size("import")]).toEqual([1, 2]);
  });

  it("does not move a query back when an import sends the same", () => {
    const queue = new WorkQueue(1);
    const first = waiting(queue, "s1", "scan");
    waiting(queue, "s2", "scan");
    queue.join(first, "import", START);
    expect(sentBy(queue, START)).toEqual(["s1"]);
    expect(queue.size("scan")).toBe(2);
  });

  it("sends retries before new queries, but not while they back off", () => {
    const queue = new WorkQueue(1);
    const failed = waiting(queue, "old", "import");
    queue.remove(failed);
    failed.attempts = 1;
    waiting(queue, "new", "import");
    queue.retry(failed, START + 500);
    expect(sentBy(queue, START + 499)).toEqual(["new"]);
    expect(sentBy(queue, START + 500)).toEqual(["old"]);
    queue.remove(queue.get("new")!);
    expect(queue.next(START)).toEqual({ kind: "wait", until: START + 500 });
  });

  it("counts the calls ahead of a new query", () => {
    const queue = new WorkQueue(25);
    for (let n = 0; n < 60; n += 1) waiting(queue, `i${n}`, "import");
    for (let n = 0; n < 26; n += 1) waiting(queue, `s${n}`, "scan");
    expect([queue.callsAhead("scan"), queue.callsAhead("import")]).toEqual([2, 4]);
  });

  it("sends every query once, in batches of at most maxBatch different ones, scans first", () => {
    const arrival = fc.record({
      key: fc.integer({ min: 0, max: 40 }).map(String),
      lane: fc.constantFrom<Lane>("scan", "import"),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), fc.array(arrival), (maxBatch, arrivals) => {
        const queue = new WorkQueue(maxBatch);
        for (const { key, lane } of arrivals) {
          const known = queue.get(key);
          if (known === undefined) waiting(queue, key, lane);
          else queue.join(known, lane, START);
        }
        const scans = new Set(arrivals.filter(({ lane }) => lane === "scan").map(({ key }) => key));
        const sent: string[] = [];
        for (;;) {
          const next = queue.next(START + 1_000);
          if (next.kind !== "ready") break;
          expect(next.load.jobs.length).toBeLessThanOrEqual(maxBatch);
          for (const job of next.load.jobs) {
            sent.push(job.key);
            queue.remove(job);
          }
        }
        expect(new Set(sent)).toEqual(new Set(arrivals.map(({ key }) => key)));
        expect(sent.length).toBe(new Set(sent).size);
        expect(new Set(sent.slice(0, scans.size))).toEqual(scans);
      }),
    );
  });
});
