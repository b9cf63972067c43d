import type { Deprecation } from "../rollout/domain/deprecations.ts";
import type { News } from "../imports/domain/progress/follow.ts";
import {
  isTerminal,
  processedRows,
  snapshotOf,
  type Job,
  type JobProgress,
} from "../imports/domain/job/job.ts";
import { DAY_MS } from "../platform/time.ts";

/** Rows and events of a finished import are kept so long, in ms. */
const RETENTION_MS = 30 * DAY_MS;

/** A frame of the old WebSocket, as the apps in the field decode it. */
export interface LegacyMessage {
  type:
    | "deprecated"
    | "job_started"
    | "job_progress"
    | "job_complete"
    | "error"
    | "ping"
    | "pong"
    | "ready_ack";
  jobId: string;
  pipeline: "csv_import";
  /** ms since the epoch */
  timestamp: number;
  version: "1.0.0";
  payload: Readonly<Record<string, unknown>>;
}

/** How a socket closes; RFC 6455 7.4.1. */
export const CLOSE = {
  done: 1000,
  comeBack: 1001,
  refused: 1008,
  tooBig: 1009,
  failed: 1011,
} as const;

/** Makes the frames of one job. @param now ms since the epoch */
export function legacyMessage(
  type: LegacyMessage["type"],
  jobId: string,
  now: number,
  payload: LegacyMessage["payload"] = {},
): LegacyMessage {
  return {
    type,
    jobId,
    pipeline: "csv_import",
    timestamp: now,
    version: "1.0.0",
    // Apps tell payloads apart by their own type, and want the time in those of a ping.
    payload: {
      type,
      ...(type === "ping" || type === "pong" ? { timestamp: now } : {}),
      ...payload,
    },
  };
}

/** The first frame of what is on its way out: browsers cannot read the headers of an upgrade. */
export function deprecatedMessage(
  jobId: string,
  deprecation: Deprecation,
  now: number,
): LegacyMessage {
  const { message, successor, minAppVersion, sunsetAt } = deprecation;
  return legacyMessage("deprecated", jobId, now, {
    message: message.deprecated,
    successor,
    minAppVersion,
    ...(sunsetAt === undefined ? {} : { sunsetAt: new Date(sunsetAt).toISOString() }),
  });
}

/** What a piece of news is on the old socket, and with which code it closes, if it does. */
export function legacyNews(
  job: Job,
  { event, progress }: News,
  now: number,
): { messages: LegacyMessage[]; close?: number } {
  const { jobId } = job;
  const say = (type: LegacyMessage["type"], payload: LegacyMessage["payload"]): LegacyMessage =>
    legacyMessage(type, jobId, now, payload);
  switch (event) {
    case "snapshot": {
      const started = say("job_started", { totalCount: progress.totalRows });
      // The end is told by the news that follows.
      const isOver = isTerminal(progress.state) || progress.state === "queued";
      return {
        messages: isOver ? [started] : [started, say("job_progress", progressOf(job, progress))],
      };
    }
    case "progress":
      return { messages: [say("job_progress", progressOf(job, progress))] };
    case "failed": {
      const { code, text } = progress.error ?? {
        code: "INTERNAL_ERROR",
        text: "The import failed.",
      };
      const error = { code, message: text, retryable: true };
      return { messages: [say("error", error)], close: CLOSE.failed };
    }
    case "completed":
    case "previewed":
    case "cancelled":
    case "undone":
      return { messages: [say("job_complete", endOf(progress, now))], close: CLOSE.done };
  }
}

function progressOf(job: Job, progress: JobProgress): LegacyMessage["payload"] {
  const { currentTitle } = progress;
  return {
    progress: progress.progress,
    status: snapshotOf(job, progress, "").message,
    processedCount: processedRows(progress.outcomes),
    totalCount: progress.totalRows,
    ...(currentTitle === undefined ? {} : { currentItem: currentTitle }),
  };
}

function endOf(progress: JobProgress, now: number): LegacyMessage["payload"] {
  const { outcomes, state, completedAt = now, startedAt = completedAt } = progress;
  return {
    pipeline: "csv_import",
    status: state,
    summary: {
      totalProcessed: processedRows(outcomes),
      successCount: outcomes.created + outcomes.updated + outcomes.unchanged,
      failureCount: outcomes.needsReview + outcomes.invalid,
      duration: Math.max(0, completedAt - startedAt),
    },
    expiresAt: new Date(completedAt + RETENTION_MS).toISOString(),
  };
}

/** What an app may say. */
export type Said = "ready" | "ping" | "pong" | "something else";

/** @param text a frame as it came; nothing that it holds but its type is looked at */
export function saidIn(text: string): Said {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Some apps send the bare word.
    parsed = { type: text.trim() };
  }
  const type = typeof parsed === "object" && parsed && "type" in parsed ? parsed.type : undefined;
  return type === "ready" || type === "ping" || type === "pong" ? type : "something else";
}
