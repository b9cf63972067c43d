import { isbn13Of, type KeyValue } from "../../catalogue/domain/legacy/key-record.ts";
import type { PagePlan } from "./page.ts";
import type { HeldBooks } from "../../catalogue/domain/legacy/held-book.ts";
import { planMigrationPage } from "./plan-migration.ts";
import { planValidationPage } from "./plan-validation.ts";
import { addTally, type PageTally, type Run, type RunKind } from "./run.ts";
import { defined } from "../../platform/defined.ts";

/** One page of keys as listed by KV. An empty page is not necessarily the last. */
export interface ListedPage {
  readonly keys: readonly string[];
  /** Where to continue; absent on the last page. */
  readonly cursor?: string;
}

/** The state of the run after a page. */
export interface Checkpoint extends PageTally {
  readonly step: number;
  readonly cursor?: string;
  readonly lastKey?: string;
  readonly activeMs: number;
  readonly status: "running" | "completed";
  readonly at: number;
}

/**
 * The outcome of committing a page. `conflict`: a live writer has changed one of its rows. `moved`: the run has been
 * taken by a second worker, or an operator has paused it. In both cases nothing was written.
 */
export type CommitOutcome = "committed" | "conflict" | "moved";

export interface WorkDeps {
  source: {
    /**
     * Lists at most `limit` keys in byte order. If KV rejects an expired cursor after a long pause, listing starts
     * again and skips keys up to `lastKey`.
     */
    list(options: {
      prefix: string;
      cursor?: string;
      lastKey?: string;
      limit: number;
    }): Promise<ListedPage>;
    /** One read operation. */
    read(keys: readonly string[]): Promise<KeyValue[]>;
  };
  /** One statement. */
  held(isbns: readonly string[]): Promise<HeldBooks>;
  runs: {
    /** The running run, if any. */
    running(kind: RunKind): Promise<Run | undefined>;
    /**
     * Writes a page and its checkpoint in one transaction, if the run has not moved on from `run` and no row has
     * changed.
     */
    commit(run: Run, plan: PagePlan, checkpoint: Checkpoint): Promise<CommitOutcome>;
  };
  /** Yields the machine and the database between two pages. */
  pause(): Promise<void>;
  now(): number;
}

/** A bulk read is limited to 100 keys. */
export const PAGE_KEYS = 100;
/**
 * There are a few live writes per second and a page takes some ms: a second conflict is rare, a fifth indicates a
 * problem.
 */
const COMMIT_ATTEMPTS = 5;

const PLANNERS = { migration: planMigrationPage, validation: planValidationPage };

/**
 * Continues the running run for a few pages.
 * @param pages maximum number of pages
 * @returns whether there is more to do
 * @throws errors of the storage, and an Error when concurrent writers prevented a page from being written
 */
export async function workOnRun(
  input: { kind: RunKind; pages: number },
  deps: WorkDeps,
): Promise<"more" | "idle"> {
  let run = await deps.runs.running(input.kind);
  for (let page = 0; run !== undefined && page < input.pages; page += 1) {
    run = await workOnPage(run, deps);
    await deps.pause();
  }
  return run === undefined ? "idle" : "more";
}

async function workOnPage(run: Run, deps: WorkDeps): Promise<Run | undefined> {
  const begun = deps.now();
  const { prefix, cursor, kind } = run;
  const listed = await deps.source.list({
    prefix,
    ...defined({ cursor, lastKey: run.lastKey }),
    limit: PAGE_KEYS,
  });
  const entries = listed.keys.length > 0 ? await deps.source.read(listed.keys) : [];
  const isbns = [...new Set(listed.keys.flatMap((key) => isbn13Of(key) ?? []))];
  for (let attempt = 0; attempt < COMMIT_ATTEMPTS; attempt += 1) {
    const held = isbns.length > 0 ? await deps.held(isbns) : new Map();
    const plan = PLANNERS[kind](entries, held, run.startedAt);
    const lastKey = listed.keys.at(-1) ?? run.lastKey;
    const at = deps.now();
    const checkpoint: Checkpoint = {
      ...addTally(run, plan.tally),
      step: run.step + 1,
      ...defined({ cursor: listed.cursor, lastKey }),
      activeMs: run.activeMs + Math.max(0, at - begun),
      status: listed.cursor === undefined ? "completed" : "running",
      at,
    };
    const written = run.dryRun ? { ...plan, rows: [], keys: [], forget: [] } : plan;
    const outcome = await deps.runs.commit(run, written, checkpoint);
    if (outcome === "moved") return deps.runs.running(kind);
    if (outcome === "committed") return advanced(run, checkpoint);
  }
  throw new Error(
    `Page ${run.step} could not be written because of concurrent writes (${COMMIT_ATTEMPTS} attempts).`,
  );
}

/** The run after the commit, which saves reading it again; undefined after the last page. */
function advanced(
  { cursor: _before, error: _solved, ...run }: Run,
  checkpoint: Checkpoint,
): Run | undefined {
  if (checkpoint.status === "completed") return undefined;
  const { at, ...rest } = checkpoint;
  return { ...run, ...rest, updatedAt: at };
}
