import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_RETRIES } from "./backoff.ts";
import { BooksTrackError, ConnectionError } from "./errors.ts";
import {
  followImport,
  POLLS_BEFORE_GIVING_UP,
  STREAMS_BEFORE_POLLING,
  type FollowDeps,
  type Progress,
} from "./progress.ts";
import { snapshotAt } from "./test-support.ts";

/**
 * Follows a job with `last` events. Its nth stream breaks after `cuts[n]` events or is refused; polling returns the final
 * state.
 */
function follow(
  last: number,
  cuts: readonly (number | "refuse")[],
  deps: Partial<FollowDeps> = {},
) {
  const asked: (number | undefined)[] = [];
  let streams = 0;
  let polls = 0;
  const stream: FollowDeps["stream"] = async function* (lastEventId) {
    asked.push(lastEventId);
    const cut = cuts[streams] ?? last;
    streams += 1;
    if (cut === "refuse") throw new ConnectionError("refused");
    const first = (lastEventId ?? 0) + 1;
    for (let seq = first; seq <= last; seq += 1) {
      if (seq - first >= cut) throw new ConnectionError("cut");
      yield await Promise.resolve(snapshotAt(seq, seq === last));
    }
  };
  const all = followImport({
    stream,
    poll: () => {
      polls += 1;
      return Promise.resolve({ snapshot: snapshotAt(last, true), waitMs: 10 });
    },
    retries: DEFAULT_RETRIES,
    random: () => 0.5,
    sleep: () => Promise.resolve(),
    ...deps,
  });
  return { all, asked, polls: () => polls };
}

const seqs = (updates: readonly Progress[]): number[] =>
  updates.map(({ snapshot }) => snapshot.seq);

test("yields each state once and in order, wherever streams break", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant("refuse" as const)), {
        maxLength: 12,
      }),
      async (last, cuts) => {
        const updates = await Array.fromAsync(follow(last, cuts).all);
        const numbers = seqs(updates);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        expect(updates.at(-1)?.snapshot.status).toBe("completed");
        const streamed = updates.filter(({ via }) => via === "stream");
        expect(seqs(streamed)).toEqual(streamed.map((_, index) => index + 1));
      },
    ),
  );
});

test("a broken stream resumes after the last event", async () => {
  const { all, asked } = follow(5, [2, 1]);
  expect(seqs(await Array.fromAsync(all))).toEqual([1, 2, 3, 4, 5]);
  expect(asked).toEqual([undefined, 2, 3]);
});

test("polls after three streams without a new state, and reports that", async () => {
  const { all, asked, polls } = follow(5, ["refuse", 0, "refuse"]);
  const updates = await Array.fromAsync(all);
  expect(asked).toHaveLength(STREAMS_BEFORE_POLLING);
  expect(updates.map(({ via }) => via)).toEqual(["polling"]);
  expect(polls()).toBe(1);
});

test("streams that yield a new state before they break never lead to polling", async () => {
  const { all, polls } = follow(9, [1, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(seqs(await Array.fromAsync(all))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(polls()).toBe(0);
});

const refusal = new BooksTrackError({
  code: "JOB_NOT_FOUND",
  message: "no such job",
  status: 404,
  retryable: false,
  requestId: undefined,
  retryAfterMs: undefined,
  details: {},
});

test("a rejection ends watching, by stream or by polling", async () => {
  const refused = follow(5, [], {
    stream: async function* () {
      await Promise.reject(refusal);
      yield snapshotAt(1, false);
    },
  });
  await expect(Array.fromAsync(refused.all)).rejects.toBe(refusal);
  const polled = follow(5, ["refuse", "refuse", "refuse"], { poll: () => Promise.reject(refusal) });
  await expect(Array.fromAsync(polled.all)).rejects.toBe(refusal);
});

test("polling survives failures and unchanged states, and waits as long as requested", async () => {
  const waits: number[] = [];
  const answers = [
    () => Promise.reject(new ConnectionError("down")),
    () => Promise.resolve({ waitMs: 3000 }),
    () => Promise.resolve({ snapshot: snapshotAt(1, false), waitMs: 4000 }),
    () => Promise.resolve({ snapshot: snapshotAt(2, true), waitMs: 5000 }),
  ];
  const { all } = follow(5, ["refuse", "refuse", "refuse"], {
    poll: () => answers.shift()?.() ?? Promise.reject(new Error("polled too often")),
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  expect(seqs(await Array.fromAsync(all))).toEqual([1, 2]);
  expect(waits.slice(-3)).toEqual([150, 3000, 4000]);
});

test("gives up on an unavailable service, sooner if the job was never seen", async () => {
  const down = new ConnectionError("down");
  const attempts = async (
    cuts: readonly (number | "refuse")[],
    isAccepted = false,
  ): Promise<number> => {
    let polls = 0;
    const { all } = follow(5, cuts, {
      isAccepted,
      poll: () => {
        polls += 1;
        return Promise.reject(down);
      },
    });
    await expect(Array.fromAsync(all)).rejects.toBe(down);
    return polls;
  };
  expect(await attempts(["refuse", "refuse", "refuse"])).toBe(DEFAULT_RETRIES.attempts);
  expect(await attempts(["refuse", "refuse", "refuse"], true)).toBe(POLLS_BEFORE_GIVING_UP);
  expect(await attempts([1, "refuse", "refuse"])).toBe(POLLS_BEFORE_GIVING_UP);
});

test("an abort ends watching even if further states have already arrived", async () => {
  const abort = new AbortController();
  const { all } = follow(5, [], { signal: abort.signal });
  expect((await all.next()).value).toMatchObject({ snapshot: { seq: 1 } });
  abort.abort(new Error("enough"));
  await expect(all.next()).rejects.toThrow("enough");
});

test("a delay of an hour that a proxy requests does not stop watching", async () => {
  const waits: number[] = [];
  const busy = new BooksTrackError({
    code: "HTTP_503",
    message: "busy",
    status: 503,
    retryable: true,
    requestId: undefined,
    retryAfterMs: 3_600_000,
    details: {},
  });
  let polls = 0;
  const { all } = follow(5, [], {
    stream: () => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(busy) }),
    }),
    poll: () => {
      polls += 1;
      if (polls === 1) return Promise.reject(busy);
      return Promise.resolve({ snapshot: snapshotAt(5, true), waitMs: 10 });
    },
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  expect(seqs(await Array.fromAsync(all))).toEqual([5]);
  const { patienceMs, capMs } = DEFAULT_RETRIES;
  expect(Math.max(...waits)).toBeLessThanOrEqual(patienceMs + capMs);
});
