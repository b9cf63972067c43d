import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { followJob, startOf, type FollowDeps, type JobUpdate } from "./follow.ts";
import type { Job, JobEvent, TerminalState } from "../job/job.ts";

/** Builds a history. @param attempts number of events of each attempt; the last event is its end */
function historyOf(attempts: readonly number[]): JobEvent[] {
  let seq = 0;
  return attempts.flatMap((length, index) =>
    Array.from({ length }, (_, step): JobEvent => {
      seq += 1;
      const type = step === length - 1 ? (index % 2 === 0 ? "previewed" : "completed") : "progress";
      return { seq, attempt: index + 1, type, progress: progressAt(seq, index + 1, type) };
    }),
  );
}

function progressAt(seq: number, attempt: number, type: JobEvent["type"]) {
  return {
    state: type === "progress" ? ("processing" as const) : (type satisfies TerminalState),
    phase: "shelving" as const,
    attempt,
    seq,
    totalRows: 10,
    outcomes: { created: 0, updated: 0, unchanged: 0, needsReview: 0, invalid: 0 },
    enrichment: { done: 0, pending: 0, notFound: 0, deferred: 0 },
    progress: 0,
    updatedAt: seq,
  };
}

function jobAt(event: JobEvent): Job {
  return {
    ...event.progress,
    jobId: "j",
    userId: "u",
    mode: "merge",
    dryRun: false,
    enrich: true,
    withoutIsbn: "review",
    assumptions: [],
    readingOptions: {},
    format: "goodreads",
    formatConfidence: 1,
    columns: [],
    createdAt: 0,
  };
}

/**
 * A job whose events are written one by one while a follower reads them. Announcements may be lost, late, duplicated or
 * combined.
 */
class World {
  readonly sent: JobUpdate[] = [];
  written: number;
  readonly #history: readonly JobEvent[];
  readonly #page: number;
  readonly #announce: (written: readonly JobEvent[]) => readonly JobEvent[];
  readonly #stopAfter: number;

  constructor(
    history: readonly JobEvent[],
    options: {
      written: number;
      page?: number;
      announce?: (written: readonly JobEvent[]) => readonly JobEvent[];
      stopAfter?: number;
    },
  ) {
    this.#history = history;
    this.written = options.written;
    this.#page = options.page ?? 100;
    this.#announce = options.announce ?? ((written) => written.slice(-1));
    this.#stopAfter = options.stopAfter ?? Infinity;
  }

  get job(): Job {
    const event = this.#history[this.written - 1];
    if (!event) throw new Error("The history is empty.");
    return jobAt(event);
  }

  get deps(): FollowDeps {
    return {
      readJob: async () => this.job,
      eventsAfter: async (seq) =>
        this.#history.slice(seq, Math.min(this.written, seq + this.#page)),
      next: async () => {
        if (this.sent.length >= this.#stopAfter || this.written >= this.#history.length) {
          return this.written >= this.#history.length && this.sent.length < this.#stopAfter
            ? this.#lastPrompt()
            : undefined;
        }
        this.written += 1;
        return this.#announce(this.#history.slice(0, this.written));
      },
      send: async (updates) => {
        this.sent.push(...updates);
        return this.sent.length < this.#stopAfter;
      },
    };
  }

  #prompted = false;
  /** The regular prompt to read the history, which finds events whose announcements were lost. */
  #lastPrompt(): readonly JobEvent[] | undefined {
    if (this.#prompted) return undefined;
    this.#prompted = true;
    return [];
  }
}

async function follow(world: World, lastEventId?: string): Promise<JobUpdate[]> {
  const before = world.sent.length;
  const start = startOf(world.job, lastEventId);
  if (start.kind !== "nothing_new") await followJob(start, world.deps);
  return world.sent.slice(before);
}

const idsOf = (updates: readonly JobUpdate[]): (number | undefined)[] =>
  updates.map(({ id }) => id);

describe("a follower", () => {
  const attempts = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 3 });

  it("receives every event once and in order despite lost, late and duplicated announcements", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.nat(),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 10 }),
        async (length, written, page, announced) => {
          const history = historyOf([length]);
          let turn = 0;
          const world = new World(history, {
            written: 1 + (written % length),
            page,
            announce: (all) =>
              all.slice(all.length - (announced[(turn += 1) % announced.length] ?? 0)),
          });
          const from = world.written;
          const updates = await follow(world, "0");
          expect(idsOf(updates)).toEqual(history.map(({ seq }) => seq));
          expect(from).toBeLessThanOrEqual(length);
          expect(updates.at(-1)?.event).toBe("previewed");
        },
      ),
    );
  });

  it("resumes after the last event it has seen, however often it is disconnected", async () => {
    await fc.assert(
      fc.asyncProperty(
        attempts,
        fc.array(fc.nat({ max: 6 }), { maxLength: 8 }),
        async (a, cuts) => {
          const history = historyOf(a);
          const seen: number[] = [];
          let last = "0";
          let written = 1;
          for (const cut of [...cuts, Infinity]) {
            const world = new World(history, { written, stopAfter: cut });
            const updates = await follow(world, last);
            seen.push(...updates.flatMap(({ id }) => id ?? []));
            last = String(seen.at(-1) ?? 0);
            written = Math.max(written, world.written);
          }
          expect(seen).toEqual([...new Set(seen)].sort((x, y) => x - y));
          const ends = history.filter(({ seq, type }) => type !== "progress" && seen.includes(seq));
          // A connected follower sees the end of each attempt. A later one does not see the end of an earlier attempt.
          expect(ends.length).toBeGreaterThanOrEqual(1);
          expect(
            history
              .filter(({ type }) => type === "progress")
              .every(({ seq }) => seen.includes(seq)) || a.length > 1,
          ).toBe(true);
        },
      ),
    );
  });

  it("receives the current state first, without an id, when it sends no last event", async () => {
    const world = new World(historyOf([4]), { written: 2 });
    const updates = await follow(world);
    expect(updates.map(({ id, event }) => [id, event])).toEqual([
      [undefined, "snapshot"],
      [3, "progress"],
      [4, "previewed"],
    ]);
  });

  it("receives the state and the end of a job that has ended", async () => {
    const world = new World(historyOf([3]), { written: 3 });
    expect((await follow(world)).map(({ id, event }) => [id, event])).toEqual([
      [undefined, "snapshot"],
      [3, "previewed"],
    ]);
    expect(startOf(world.job, "3")).toEqual({ kind: "nothing_new" });
  });

  it("does not receive the ends of earlier attempts", async () => {
    const world = new World(historyOf([3, 3]), { written: 6 });
    expect(idsOf(await follow(world, "1"))).toEqual([2, 4, 5, 6]);
  });

  it.each(["", "x", "-1", "1.5", "99", "1e1", " 2", "9".repeat(30)])(
    "ignores %j as a last event id",
    async (id) => {
      const world = new World(historyOf([3]), { written: 2 });
      expect((await follow(world, id))[0]).toMatchObject({ event: "snapshot" });
    },
  );

  it("receives the current state when part of the history is deleted", async () => {
    const history = historyOf([6]);
    const world = new World(history, { written: 5 });
    const deps: FollowDeps = {
      ...world.deps,
      eventsAfter: async (seq) =>
        history.slice(0, world.written).filter((one) => one.seq > Math.max(seq, 3)),
    };
    await followJob({ kind: "behind", job: world.job, seq: 1 }, deps);
    expect(world.sent.map(({ id, event }) => [id, event])).toEqual([
      [undefined, "snapshot"],
      [6, "previewed"],
    ]);
  });

  it("receives the end when the whole history is deleted", async () => {
    const world = new World(historyOf([6]), { written: 6 });
    await followJob(
      { kind: "behind", job: world.job, seq: 1 },
      { ...world.deps, eventsAfter: async () => [] },
    );
    expect(world.sent.map(({ id, event }) => [id, event])).toEqual([
      [undefined, "snapshot"],
      [6, "previewed"],
    ]);
  });

  it("does not read the history for events it has already received", async () => {
    const history = historyOf([3]);
    const [first, second, end] = history as [JobEvent, JobEvent, JobEvent];
    const announced = [[second], [first, second], [second], [end]].values();
    let reads = 0;
    const sent: JobUpdate[] = [];
    await followJob(
      { kind: "behind", job: jobAt(first), seq: 1 },
      {
        readJob: async () => jobAt(end),
        eventsAfter: async () => {
          reads += 1;
          return [];
        },
        next: async () => announced.next().value,
        send: async (updates) => sent.push(...updates) > 0,
      },
    );
    expect(sent.map(({ id }) => id)).toEqual([2, 3]);
    expect(reads).toBe(1);
  });

  it("is disconnected when the job has been deleted", async () => {
    const history = historyOf([6]);
    const world = new World(history, { written: 5 });
    await followJob(
      { kind: "behind", job: world.job, seq: 1 },
      {
        ...world.deps,
        eventsAfter: async () => history.slice(3, 5),
        readJob: async () => undefined,
      },
    );
    expect(world.sent).toEqual([]);
  });
});
