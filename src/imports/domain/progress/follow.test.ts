import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { followJob, startOf, type FollowDeps, type News } from "./follow.ts";
import type { Job, JobEvent, TerminalState } from "../job/job.ts";

/** A history: how many events each attempt has, the last of them its end. */
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
    format: "goodreads",
    formatConfidence: 1,
    columns: [],
    createdAt: 0,
  };
}

/**
 * A job whose events are written one after the other while somebody follows it; announcements may be lost, come late, twice
 * or several at once.
 */
class World {
  readonly told: News[] = [];
  written: number;
  readonly #history: readonly JobEvent[];
  readonly #page: number;
  readonly #hear: (written: readonly JobEvent[]) => readonly JobEvent[];
  readonly #stopAfter: number;

  constructor(
    history: readonly JobEvent[],
    given: {
      written: number;
      page?: number;
      hear?: (written: readonly JobEvent[]) => readonly JobEvent[];
      stopAfter?: number;
    },
  ) {
    this.#history = history;
    this.written = given.written;
    this.#page = given.page ?? 100;
    this.#hear = given.hear ?? ((written) => written.slice(-1));
    this.#stopAfter = given.stopAfter ?? Infinity;
  }

  get job(): Job {
    const event = this.#history[this.written - 1];
    if (!event) throw new Error("nothing has happened yet");
    return jobAt(event);
  }

  get deps(): FollowDeps {
    return {
      readJob: async () => this.job,
      eventsAfter: async (seq) =>
        this.#history.slice(seq, Math.min(this.written, seq + this.#page)),
      next: async () => {
        if (this.told.length >= this.#stopAfter || this.written >= this.#history.length) {
          return this.written >= this.#history.length && this.told.length < this.#stopAfter
            ? this.#lastLook()
            : undefined;
        }
        this.written += 1;
        return this.#hear(this.#history.slice(0, this.written));
      },
      tell: async (news) => {
        this.told.push(...news);
        return this.told.length < this.#stopAfter;
      },
    };
  }

  #looked = false;
  /** The regular look into the history, which finds what no announcement told. */
  #lastLook(): readonly JobEvent[] | undefined {
    if (this.#looked) return undefined;
    this.#looked = true;
    return [];
  }
}

async function follow(world: World, lastEventId?: string): Promise<News[]> {
  const before = world.told.length;
  const start = startOf(world.job, lastEventId);
  if (start.kind !== "nothing_new") await followJob(start, world.deps);
  return world.told.slice(before);
}

const idsOf = (news: readonly News[]): (number | undefined)[] => news.map(({ id }) => id);

describe("a follower", () => {
  const attempts = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 3 });

  it("hears every event once and in order, whatever is lost, late or doubled on the way", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.nat(),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 10 }),
        async (length, written, page, heard) => {
          const history = historyOf([length]);
          let turn = 0;
          const world = new World(history, {
            written: 1 + (written % length),
            page,
            hear: (all) => all.slice(all.length - (heard[(turn += 1) % heard.length] ?? 0)),
          });
          const from = world.written;
          const news = await follow(world, "0");
          expect(idsOf(news)).toEqual(history.map(({ seq }) => seq));
          expect(from).toBeLessThanOrEqual(length);
          expect(news.at(-1)?.event).toBe("previewed");
        },
      ),
    );
  });

  it("goes on behind the event that it saw last, however often it is cut off", async () => {
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
            const news = await follow(world, last);
            seen.push(...news.flatMap(({ id }) => id ?? []));
            last = String(seen.at(-1) ?? 0);
            written = Math.max(written, world.written);
          }
          expect(seen).toEqual([...new Set(seen)].sort((x, y) => x - y));
          const ends = history.filter(({ seq, type }) => type !== "progress" && seen.includes(seq));
          // Whoever is there hears each attempt end; whoever comes later hears of no end that was overtaken.
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

  it("without a last event is told the present state first, without an id", async () => {
    const world = new World(historyOf([4]), { written: 2 });
    const news = await follow(world);
    expect(news.map(({ id, event }) => [id, event])).toEqual([
      [undefined, "snapshot"],
      [3, "progress"],
      [4, "previewed"],
    ]);
  });

  it("of a job that has ended is told the state, and the end", async () => {
    const world = new World(historyOf([3]), { written: 3 });
    expect((await follow(world)).map(({ id, event }) => [id, event])).toEqual([
      [undefined, "snapshot"],
      [3, "previewed"],
    ]);
    expect(startOf(world.job, "3")).toEqual({ kind: "nothing_new" });
  });

  it("hears nothing of the ends of earlier attempts", async () => {
    const world = new World(historyOf([3, 3]), { written: 6 });
    expect(idsOf(await follow(world, "1"))).toEqual([2, 4, 5, 6]);
  });

  it.each(["", "x", "-1", "1.5", "99", "1e1", " 2", "9".repeat(30)])(
    "takes %j for no event of this job",
    async (id) => {
      const world = new World(historyOf([3]), { written: 2 });
      expect((await follow(world, id))[0]).toMatchObject({ event: "snapshot" });
    },
  );

  it("whose history is deleted is told the present state", async () => {
    const history = historyOf([6]);
    const world = new World(history, { written: 5 });
    const deps: FollowDeps = {
      ...world.deps,
      eventsAfter: async (seq) =>
        history.slice(0, world.written).filter((one) => one.seq > Math.max(seq, 3)),
    };
    await followJob({ kind: "behind", job: world.job, seq: 1 }, deps);
    expect(world.told.map(({ id, event }) => [id, event])).toEqual([
      [undefined, "snapshot"],
      [6, "previewed"],
    ]);
  });

  it("whose whole history is deleted is told the end", async () => {
    const world = new World(historyOf([6]), { written: 6 });
    await followJob(
      { kind: "behind", job: world.job, seq: 1 },
      { ...world.deps, eventsAfter: async () => [] },
    );
    expect(world.told.map(({ id, event }) => [id, event])).toEqual([
      [undefined, "snapshot"],
      [6, "previewed"],
    ]);
  });

  it("does not look into the history for what it has heard already", async () => {
    const history = historyOf([3]);
    const [first, second, end] = history as [JobEvent, JobEvent, JobEvent];
    const heard = [[second], [first, second], [second], [end]].values();
    let looks = 0;
    const told: News[] = [];
    await followJob(
      { kind: "behind", job: jobAt(first), seq: 1 },
      {
        readJob: async () => jobAt(end),
        eventsAfter: async () => {
          looks += 1;
          return [];
        },
        next: async () => heard.next().value,
        tell: async (news) => told.push(...news) > 0,
      },
    );
    expect(told.map(({ id }) => id)).toEqual([2, 3]);
    expect(looks).toBe(1);
  });

  it("is let go when the job is gone", async () => {
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
    expect(world.told).toEqual([]);
  });
});
