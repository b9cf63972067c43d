/** The imports of this page, each followed once however many pages of the app show it. */
import { effect, untracked } from "@preact/signals";
import {
  createClient,
  hasEnded,
  type ImportSnapshot,
  type Imports,
} from "../../../client/src/index.ts";
import { newKey } from "../../../client/src/new-key.ts";
import { apiOf, clientOptionsOf, session } from "./api.ts";
import type { Attempt } from "./attempt.ts";
import { noteImport, runningImport } from "./running-import.ts";
import { shelf } from "./shelf.ts";
import { watchedJob, type WatchedJob } from "./watched-job.ts";

const jobs = new Map<string, WatchedJob>();

/** The import with this id. */
export function importJob(jobId: string): WatchedJob {
  const known = jobs.get(jobId);
  if (known) return known;
  const made = watchedJob(jobId, {
    async *watch(id, signal) {
      const account = session.account.value;
      if (account === undefined) return;
      try {
        yield* apiOf(account).imports.watch(id, { signal });
      } catch (error) {
        // Notices a token that is no longer valid.
        await session.request(() => Promise.reject(error as Error));
      }
    },
    now: Date.now,
    onState,
  });
  jobs.set(jobId, made);
  return made;
}

/** What an action of `act` is sent with. */
export interface ActionCall {
  idempotencyKey: string;
  signal: AbortSignal;
}

/**
 * Sends an action until it arrives, once. @returns whether it was carried out; see `attempt` otherwise
 */
export async function act(
  job: WatchedJob,
  attempt: Attempt,
  send: (imports: Imports, call: ActionCall) => Promise<ImportSnapshot>,
): Promise<boolean> {
  const idempotencyKey = newKey();
  const snapshot = await attempt.run((signal) =>
    session.request(({ token }) => {
      // Attempts are counted down where the user sees them, not inside the client.
      const { imports } = createClient({ ...clientOptionsOf(token), retries: { attempts: 1 } });
      return send(imports, { idempotencyKey, signal });
    }),
  );
  if (snapshot === undefined) {
    // The state may be another one by now, which explains the refusal.
    job.follow();
    return false;
  }
  job.take(snapshot);
  return true;
}

function onState(snapshot: ImportSnapshot): void {
  const { jobId, dryRun } = snapshot;
  if (!hasEnded(snapshot)) {
    if (!dryRun) noteImport({ jobId, isDone: false });
    return;
  }
  if (dryRun || runningImport.peek()?.jobId !== jobId) return;
  noteImport({ jobId, isDone: true });
  // The shelf learns of it by its own stream; this does not wait for that.
  void shelf.sync().catch(() => undefined);
}

// A new token, after the user has signed in again, resumes what the old one could not.
effect(() => {
  if (session.account.value === undefined) return;
  untracked(() => {
    for (const job of jobs.values()) {
      if (job.watching.state.value.kind === "failed") job.follow();
    }
  });
});
