import type { Run, RunAction, RunKind } from "./run.ts";

export interface ControlDeps {
  runs: {
    start(
      run: Pick<Run, "runId" | "kind" | "prefix" | "dryRun" | "startedAt">,
    ): Promise<Run | undefined>;
    latest(kind: RunKind): Promise<Run | undefined>;
    change(runId: string, action: RunAction, at: number): Promise<Run | undefined>;
  };
  /** Makes sure that a running run is worked on. */
  wake(kind: RunKind): Promise<void>;
  newId(): string;
  now(): number;
}

/** `busy` returns the conflicting run; undefined when there has never been one. */
export type ControlOutcome = { kind: "done"; run: Run } | { kind: "busy"; run: Run | undefined };

/**
 * Starts a run. With `resume`, continues the last run if it is paused or has failed; otherwise a new run starts. There
 * is one open run per kind. A request for a dry run never resumes a real run, or one over other keys.
 */
export async function startRun(
  input: { kind: RunKind; prefix: string; dryRun: boolean; resume: boolean },
  deps: ControlDeps,
): Promise<ControlOutcome> {
  const { kind, prefix, dryRun } = input;
  if (input.resume) {
    const latest = await deps.runs.latest(kind);
    const isMeant = latest?.dryRun === dryRun && latest.prefix === prefix;
    const resumed = isMeant && (await changed(latest, "resume", deps));
    if (resumed) return { kind: "done", run: resumed };
  }
  const runId = deps.newId();
  const run = await deps.runs.start({ runId, kind, prefix, dryRun, startedAt: deps.now() });
  if (run === undefined) return { kind: "busy", run: await deps.runs.latest(kind) };
  await deps.wake(kind);
  return { kind: "done", run };
}

/** Pauses, resumes or cancels the latest run of a kind; `busy` if its state does not allow that. */
export async function actOnRun(
  { kind, action }: { kind: RunKind; action: RunAction },
  deps: ControlDeps,
): Promise<ControlOutcome> {
  const latest = await deps.runs.latest(kind);
  const run = latest && (await changed(latest, action, deps));
  return run === undefined ? { kind: "busy", run: latest } : { kind: "done", run };
}

/** The run after an action; undefined if its state does not allow the action. */
async function changed(
  { runId, kind }: Run,
  action: RunAction,
  deps: ControlDeps,
): Promise<Run | undefined> {
  const run = await deps.runs.change(runId, action, deps.now());
  if (run !== undefined && action === "resume") await deps.wake(kind);
  return run;
}
