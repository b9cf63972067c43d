import { localId } from "../../../library/domain/shelf.ts";
import { isTerminal, processedRows } from "./job.ts";
import { reason } from "./reasons.ts";
import {
  refuseRow,
  shelveRows,
  type ImportPlace,
  type ShelvingPlan,
  type StagedRow,
} from "./shelve-chunk.ts";
import { revertEntries, type RevertPlan, type WrittenEntry } from "./revert-entries.ts";
import {
  afterRows,
  afterShelving,
  afterUndoStep,
  ended,
  ENRICHING_MS,
  undone,
  type WorkedJob,
} from "./transitions.ts";

/** An entry as it was read: `id` and `version` are null where there was none. */
export interface ReadEntry {
  isbn: string;
  id: number | null;
  version: number | null;
}

/** One step of a job: the state that it was read in, and the one that it is to be in. */
export interface Move {
  job: WorkedJob;
  next: WorkedJob;
}

/** What a move does to the rows of a job beside moving the job. */
export type RowsMove = "none" | "forget" | "again" | "end" | "undone";

/** A row with the bytes that it takes. */
export type DueRow = StagedRow & { bytes: number };

/**
 * What working on a job needs of the world. A move is written whole if the job is still where it was read and its user is
 * there; else nothing is written and it answers `false`.
 */
export interface WorkDeps {
  jobs: {
    read(jobId: string): Promise<WorkedJob | undefined>;
    move(move: Move, rows: RowsMove): Promise<boolean>;
    /** Ends a job that asks the providers and has no book left to ask for. Says whether it ended now. */
    finish(jobId: string): Promise<boolean>;
  };
  shelving: {
    /** Rows without an outcome, in file order; nothing when every row has one. */
    next(job: WorkedJob): Promise<{ rows: DueRow[]; chunk: number } | undefined>;
    /** As many of the rows as one step takes, with the places that they go to. */
    places(
      job: WorkedJob,
      rows: readonly DueRow[],
    ): Promise<{ rows: StagedRow[]; places: ReadonlyMap<string, ImportPlace>; read: ReadEntry[] }>;
    commit(move: Move, plan: ShelvingPlan, read: readonly ReadEntry[]): Promise<boolean>;
  };
  undo: {
    /** Entries that were written and not yet taken back; nothing when all are. */
    next(job: WorkedJob): Promise<{ chunk: number; entries: WrittenEntry[] } | undefined>;
    commit(move: Move, entries: readonly WrittenEntry[], plan: RevertPlan): Promise<boolean>;
  };
  /** Sees to it that the providers are asked for the pending books of a job. */
  queueWake(jobId: string): Promise<void>;
  /** Tells listeners of what was written. */
  announce(): Promise<void>;
  sha256(text: string): Promise<string>;
  pause(ms: number): Promise<void>;
  now(): number;
}

/** `more`: at once; `later`: others were faster, time and again; `watch`: others work on it; `idle`: there is no work. */
export type WorkOutcome = "more" | "later" | "watch" | "idle";

/** Steps that one alarm takes: some seconds. */
const STEPS = 20;
/** A few events a second, and room for others at the database in between. */
const BETWEEN_STEPS_MS = 200;
/** Other writers at the same shelf are a few a second: a second lost step is rare. */
const LOST_STEPS = 5;

/** After so many failures in a row a single row may be at fault. */
const CAREFUL_AFTER = 3;
/** More rows than a step can have. */
const ALL_ROWS = 4096;

/**
 * Takes a job a few steps further.
 * @param failures how often that has failed in a row
 * @throws what the storage throws
 */
export async function workOnJob(
  jobId: string,
  failures: number,
  deps: WorkDeps,
): Promise<WorkOutcome> {
  const shelve = failures < CAREFUL_AFTER ? shelveStep : carefulStep;
  let job = await deps.jobs.read(jobId);
  let lost = 0;
  for (let step = 0; step < STEPS; step += 1) {
    if (job === undefined || isTerminal(job.state)) return "idle";
    if (job.state === "uploading") return "watch";
    if (job.phase === "enriching") return watchEnriching(job, deps);
    const begun = deps.now();
    const moved: WorkedJob | undefined =
      job.state === "undoing" ? await undoStep(job, deps) : await shelve(job, deps);
    if (moved) {
      await deps.announce();
      job = moved;
      if (hasMoreRows(moved)) {
        await deps.pause(Math.max(0, begun + BETWEEN_STEPS_MS - deps.now()));
      }
    } else {
      lost += 1;
      if (lost === LOST_STEPS) return "later";
      job = await deps.jobs.read(jobId);
    }
  }
  return "more";
}

/** Whether another step like the one before is to come: the last one is not worth waiting for. */
function hasMoreRows({ state, outcomes, totalRows, nextChunk, chunks }: WorkedJob): boolean {
  if (state === "undoing") return nextChunk + 1 < chunks;
  return state === "processing" && processedRows(outcomes) < totalRows;
}

/**
 * A step of fewer rows, and fewer again, until one goes well: when a row cannot be stored all by itself, and that it is
 * refused can, then the row is at fault. No row keeps the others from the shelf, and none is dropped.
 */
async function carefulStep(job: WorkedJob, deps: WorkDeps): Promise<WorkedJob | undefined> {
  for (let limit = ALL_ROWS; limit >= 1; limit /= 2) {
    try {
      return await shelveStep(job, deps, limit);
    } catch {
      // With fewer rows, then; a database that is away fails the last try, too.
    }
  }
  const due = await deps.shelving.next(job);
  const [first] = due?.rows ?? [];
  if (due === undefined || first === undefined) return undefined;
  const plan = refuseRow(first, reason("NOT_STORED"));
  const next = afterRows(job, plan, { nextChunk: due.chunk, at: deps.now() });
  return (await deps.shelving.commit({ job, next }, plan, [])) ? next : undefined;
}

/** @returns the job as it is now; nothing when somebody else was faster */
async function shelveStep(
  job: WorkedJob,
  deps: WorkDeps,
  limit = ALL_ROWS,
): Promise<WorkedJob | undefined> {
  const due = await deps.shelving.next(job);
  const at = deps.now();
  if (due === undefined) {
    const over = afterShelving(job, at);
    return (await deps.jobs.move({ job, next: over }, "none")) ? over : undefined;
  }
  const named = await Promise.all(due.rows.slice(0, limit).map((row) => withLocalId(row, deps)));
  const { rows, places, read } = await deps.shelving.places(job, named);
  const plan = shelveRows(rows, places, {
    jobId: job.jobId,
    mode: job.mode,
    dryRun: job.dryRun,
    enrich: job.enrich,
    isRetry: job.attempt > 1,
    now: at,
  });
  const currentTitle = rows.findLast(({ title }) => title !== undefined)?.title;
  const next = afterRows(job, plan, {
    nextChunk: due.chunk,
    at,
    ...(currentTitle === undefined ? {} : { currentTitle }),
  });
  const written = plan.writes.map(({ entry }) => entry.isbn);
  const asked = new Set(written);
  const held = read.filter(({ isbn }) => asked.has(isbn));
  return (await deps.shelving.commit({ job, next }, plan, held)) ? next : undefined;
}

async function withLocalId(row: DueRow, deps: WorkDeps): Promise<DueRow> {
  const { title, authors = [] } = row.parsed.book;
  if (row.verdict !== "match" || title === undefined) return row;
  return { ...row, localId: await localId({ title, authors }, deps) };
}

async function undoStep(job: WorkedJob, deps: WorkDeps): Promise<WorkedJob | undefined> {
  const due = await deps.undo.next(job);
  const at = deps.now();
  if (due === undefined) {
    const over = undone(job, at);
    return (await deps.jobs.move({ job, next: over }, "undone")) ? over : undefined;
  }
  const { chunk, entries } = due;
  const next = afterUndoStep(job, { nextChunk: chunk, at });
  return (await deps.undo.commit({ job, next }, entries, revertEntries(entries)))
    ? next
    : undefined;
}

/** Others ask the providers: this only sees to it that they do, and that it comes to an end. */
async function watchEnriching(job: WorkedJob, deps: WorkDeps): Promise<WorkOutcome> {
  const at = deps.now();
  const isTooLong = at - (job.enrichSince ?? at) >= ENRICHING_MS;
  const isOver = isTooLong
    ? await deps.jobs.move({ job, next: ended(job, "completed", at) }, "end")
    : await deps.jobs.finish(job.jobId);
  if (isOver) {
    await deps.announce();
    return "idle";
  }
  await deps.queueWake(job.jobId);
  return "watch";
}
