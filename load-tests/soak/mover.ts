import { listen, idsOf, type ReceivedEvent } from "../../test/tools/stream-listener.ts";
import { at } from "../checks.ts";
import { goodreadsExport } from "../goodreads-export.js";
import type { Surroundings } from "./caller.ts";
import { newAccount } from "./keeper.ts";
import { pause, type Traffic } from "./traffic.ts";

const ROWS = 200;
/** goodreadsExport(200) has 195 books of the stand-in, and five titles that no provider has. */
const OUTCOMES = { created: 195, needsReview: 5 };
const POLL_MS = 1000;
const AGAIN_MS = 200;
/** Enough for five searches one second apart, several kills, and the watchdog's ten seconds after each. */
const PATIENCE_MS = 240_000;
const MOST_REMEMBERED = 200;

interface Job {
  readonly path: string;
  readonly shelf: string;
  readonly headers: Record<string, string>;
}

/**
 * Imports a library for one new account after another. Each import must end with every row, and its stream must deliver each
 * event once.
 */
export async function moveIn(traffic: Traffic, around: Surroundings): Promise<void> {
  const jobs: Job[] = [];
  for (let round = 0; !traffic.isOver(); round += 1) {
    const job = await moveOne(traffic, around, `soak-${round}`);
    if (job !== undefined && jobs.length < MOST_REMEMBERED) jobs.push(job);
  }
  for (const job of jobs) await lookAgain(traffic, job);
}

async function moveOne(
  traffic: Traffic,
  around: Surroundings,
  name: string,
): Promise<Job | undefined> {
  const { caller, checks, signal } = traffic;
  const account = await newAccount(traffic);
  if (account === undefined) return undefined;
  const { userId, headers } = account;
  const accepted = await caller.insist(
    "/api/v2/imports",
    {
      method: "POST",
      headers: { ...headers, "Content-Type": "text/csv", "Idempotency-Key": name },
      body: goodreadsExport(ROWS, name),
    },
    [202],
  );
  const [jobId, streamUrl] = [at(accepted?.body, "jobId"), at(accepted?.body, "streamUrl")];
  if (typeof jobId !== "string" || typeof streamUrl !== "string") return undefined;
  const job = { path: `/api/v2/imports/${jobId}`, shelf: `/v1/library/${userId}`, headers };

  const until = Date.now() + PATIENCE_MS;
  const isOver = (): boolean => signal.aborted || Date.now() > until;
  const { pathname, search } = new URL(streamUrl, around.url());
  const [snapshot, received] = await Promise.all([
    poll(traffic, job, isOver),
    hear(() => around.url() + pathname + search, signal, isOver),
  ]);
  if (signal.aborted) return undefined;
  checks.note("an import ends with every row", isWhole(snapshot));
  const ids = idsOf(received);
  const isGapless = ids.every((id, index) => id === index + 1);
  checks.note(
    "a stream delivers every event once",
    isGapless && ids.at(-1) === at(snapshot, "seq"),
  );
  const ends = received.filter(({ id, event }) => id !== undefined && event !== "progress");
  checks.note(
    "a stream has exactly one final event",
    ends.length === 1 && ends[0]?.event === "completed",
  );
  return job;
}

/** Polls until a job ends. @returns its last state */
async function poll(
  { caller, checks, signal }: Traffic,
  { path, headers }: Job,
  isOver: () => boolean,
): Promise<unknown> {
  let last: unknown;
  while (!isOver() && at(last, "status") !== "completed") {
    const answer = await caller.ask(path, { headers }, [200]);
    if (answer !== undefined) {
      const grows = (name: string): boolean =>
        Number(at(answer.body, name)) >= Number(at(last, name) ?? 0);
      checks.note("polled progress never decreases", grows("progress") && grows("seq"));
      last = answer.body;
    }
    await pause(POLL_MS, signal);
  }
  return last;
}

/** Follows a stream from its first event, reconnecting after every break, until the server responds with 204. */
async function hear(
  address: () => string,
  signal: AbortSignal,
  isOver: () => boolean,
): Promise<readonly ReceivedEvent[]> {
  const received: ReceivedEvent[] = [];
  while (!isOver()) {
    const listener = listen(address(), idsOf(received).at(-1) ?? 0);
    const status = await listener.opened.catch(() => 0);
    if (status === 204) return received;
    if (status === 200) {
      const patience = setInterval(() => isOver() && listener.vanish(), POLL_MS);
      await listener.over;
      clearInterval(patience);
    } else {
      listener.vanish();
    }
    received.push(...listener.received);
    await pause(AGAIN_MS, signal);
  }
  return received;
}

/** Checks at the end that accepted rows are still on the shelf and in the review queue. */
async function lookAgain({ caller, checks, signal }: Traffic, { path, shelf, headers }: Job) {
  if (signal.aborted) return;
  const snapshot = await caller.insist(path, { headers }, [200]);
  const books = await caller.insist(`${shelf}?limit=1`, { headers }, [200]);
  const queue = await caller.insist(`${shelf}/review-queue`, { headers }, [200]);
  if (signal.aborted) return;
  const waiting = at(queue?.body, "data", "items") ?? at(queue?.body, "items");
  checks.note("at the end an import is unchanged", isWhole(snapshot?.body));
  checks.note(
    "at the end its books and its review queue exist",
    at(books?.body, "data", "total") === OUTCOMES.created &&
      Array.isArray(waiting) &&
      waiting.length === OUTCOMES.needsReview,
  );
}

function isWhole(snapshot: unknown): boolean {
  const outcomes = at(snapshot, "outcomes");
  const rows = Object.values(outcomes ?? {}).reduce((sum: number, n) => sum + Number(n), 0);
  return (
    at(snapshot, "status") === "completed" &&
    rows === ROWS &&
    at(outcomes, "created") === OUTCOMES.created &&
    at(outcomes, "needsReview") === OUTCOMES.needsReview
  );
}
