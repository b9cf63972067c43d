/** The imports of this page, each followed once even if several pages of the app show it. */
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
        // Detects an invalid token.
        await session.request(() => Promise.reject(error as Error));
      }
    },
    now: Date.now,
    onState,
  });
  jobs.set(jobId, made);
  return made;
}

/** Parameters of an action's request. */
export interface ActionCall {
  idempotencyKey: string;
  signal: AbortSignal;
}

/**
 * Sends an action until it succeeds; it is executed once.
 * @returns whether it was carried out; see `attempt` otherwise
 */
export async function act(
  job: WatchedJob,
  attempt: Attempt,
  send: (imports: Imports, call: ActionCall) => Promise<ImportSnapshot>,
): Promise<boolean> {
  const idempotencyKey = newKey();
  const snapshot = await attempt.run((signal) =>
    session.request(({ token }) => {
      // Retries are shown to the user with a countdown, so the client does not retry.
      const { imports } = createClient({ ...clientOptionsOf(token), retries: { attempts: 1 } });
      return send(imports, { idempotencyKey, signal });
    }),
  );
  if (snapshot === undefined) {
    // The state may have changed, which would explain the refusal.
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
  // The shelf would be notified by its stream; this is faster.
  void shelf.sync().catch(() => undefined);
}

// After the user has signed in again, the new token resumes what the old one could not do.
effect(() => {
  if (session.account.value === undefined) return;
  untracked(() => {
    for (const job of jobs.values()) {
      if (job.watching.state.value.kind === "failed") job.follow();
    }
  });
});
