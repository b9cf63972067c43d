/**
 * An import for the pages: its latest state, followed until its end, through lost connections and
 * restarts of the service.
 */
import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { hasEnded, type ImportSnapshot, type Progress } from "../../../client/src/index.ts";
import { createAttempt, type Attempt } from "./attempt.ts";

export interface WatchedJob {
  readonly jobId: string;
  /** Undefined until the first response. */
  readonly snapshot: ReadonlySignal<ImportSnapshot | undefined>;
  /** When the service last reported on it, in ms since the epoch. */
  readonly heardAt: ReadonlySignal<number>;
  readonly hasEnded: ReadonlySignal<boolean>;
  /** The state of watching, such as the countdown after a lost connection. */
  readonly watching: Attempt;
  /** Follows it until it ends, unless it is already followed. */
  follow(): void;
  /** Takes the response to an action, and follows the import from there. */
  take(snapshot: ImportSnapshot): void;
}

export interface WatchedJobDeps {
  watch(jobId: string, signal: AbortSignal): AsyncIterable<Progress>;
  now(): number;
  /** Called with every new state. */
  onState(snapshot: ImportSnapshot): void;
  attempt?: Attempt;
}

export function watchedJob(jobId: string, deps: WatchedJobDeps): WatchedJob {
  const snapshot = signal<ImportSnapshot | undefined>(undefined);
  const heardAt = signal(deps.now());
  const watching = deps.attempt ?? createAttempt();
  let isFollowed = false;

  const adopt = (state: ImportSnapshot): void => {
    heardAt.value = deps.now();
    const known = snapshot.peek();
    // A response overtaken by a newer event.
    if (known !== undefined && isOlder(state, known)) return;
    snapshot.value = state;
    deps.onState(state);
  };

  const follow = (): void => {
    if (isFollowed) return;
    isFollowed = true;
    heardAt.value = deps.now();
    void watching
      .run(async (stopped) => {
        for await (const progress of deps.watch(jobId, stopped)) adopt(progress.snapshot);
      })
      .finally(() => (isFollowed = false));
  };

  return {
    jobId,
    snapshot,
    heardAt,
    hasEnded: computed(() => snapshot.value !== undefined && hasEnded(snapshot.value)),
    watching,
    follow,
    take(state) {
      adopt(state);
      if (!hasEnded(state)) follow();
    },
  };
}

const isOlder = (one: ImportSnapshot, other: ImportSnapshot): boolean =>
  one.attempt < other.attempt || (one.attempt === other.attempt && one.seq < other.seq);
