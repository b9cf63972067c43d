import type { Run, RunAction, RunKind } from "./run.ts";

export interface ControlDeps {
  runs: {
    start(
      run: Pick<Run, "runId" | "kind" | "prefix" | "dryRun" | "startedAt">,
    ): Promise<Run | undefined>;
    latest(kind: RunKind): Promise<Run | undefined>;
    change(runId: string, action: RunAction, at: number): Promise<Run | undefined>;
  };
  /** Sees to it that a run which is on is worked at. */
  wake(kind: RunKind): Promise<void>;
  newId(): string;
  now(): number;
}

/** `busy` names the run that is in the way; none when there has never been one. */
export type ControlOutcome = { kind: "done"; run: Run } | { kind: "busy"; run: Run | undefined };

/**
 * Begins a run, or with `resume` goes on with the last one where it was paused or has failed; without such a one it
 * begins a new one. One run of a kind at a time. Who asks for a rehearsal never gets the run itself to go on, nor one
 * over other keys.
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

/** Pauses, resumes or cancels the latest run of a kind; `busy` when it is not in a state for that. */
export async function actOnRun(
  { kind, action }: { kind: RunKind; action: RunAction },
  deps: ControlDeps,
): Promise<ControlOutcome> {
  const latest = await deps.runs.latest(kind);
  const run = latest && (await changed(latest, action, deps));
  return run === undefined ? { kind: "busy", run: latest } : { kind: "done", run };
}

/** The run after an action; none when it is not in a state for it. */
async function changed(
  { runId, kind }: Run,
  action: RunAction,
  deps: ControlDeps,
): Promise<Run | undefined> {
  const run = await deps.runs.change(runId, action, deps.now());
  if (run !== undefined && action === "resume") await deps.wake(kind);
  return run;
}
