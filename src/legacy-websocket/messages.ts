import type { Deprecation } from "../rollout/domain/deprecations.ts";
import type { JobUpdate } from "../imports/domain/progress/follow.ts";
import {
  isTerminal,
  processedRows,
  snapshotOf,
  type Job,
  type JobProgress,
} from "../imports/domain/job/job.ts";
import { defined } from "../platform/defined.ts";
import { DAY_MS, isoTime } from "../platform/time.ts";

/** Retention of the rows and events of a finished import, in ms. */
const RETENTION_MS = 30 * DAY_MS;

/** A frame of the legacy WebSocket in the format that released apps decode. */
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

/** Close codes of the socket; RFC 6455 7.4.1. */
export const CLOSE = {
  done: 1000,
  reconnect: 1001,
  refused: 1008,
  tooBig: 1009,
  failed: 1011,
} as const;

/** Builds a frame. @param now ms since the epoch */
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
    // Apps distinguish payloads by the `type` inside them, and read the time of a ping from its payload.
    payload: {
      type,
      ...(type === "ping" || type === "pong" ? { timestamp: now } : {}),
      ...payload,
    },
  };
}

/** Builds the first frame of a deprecated socket: browsers cannot read the headers of an upgrade. */
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
    ...defined({ sunsetAt: isoTime(sunsetAt) }),
  });
}

/** Translates an update into frames. `close` is the code to close the socket with after an update that ends the attempt. */
export function legacyUpdate(
  job: Job,
  { event, progress }: JobUpdate,
  now: number,
): { messages: LegacyMessage[]; close?: number } {
  const { jobId } = job;
  const frame = (type: LegacyMessage["type"], payload: LegacyMessage["payload"]): LegacyMessage =>
    legacyMessage(type, jobId, now, payload);
  switch (event) {
    case "snapshot": {
      const started = frame("job_started", { totalCount: progress.totalRows });
      // A snapshot of an ended job is followed by the update for its end.
      const isOver = isTerminal(progress.state) || progress.state === "queued";
      return {
        messages: isOver ? [started] : [started, frame("job_progress", progressOf(job, progress))],
      };
    }
    case "progress":
      return { messages: [frame("job_progress", progressOf(job, progress))] };
    case "failed": {
      const { code, text } = progress.error ?? {
        code: "INTERNAL_ERROR",
        text: "The import failed.",
      };
      const error = { code, message: text, retryable: true };
      return { messages: [frame("error", error)], close: CLOSE.failed };
    }
    case "completed":
    case "previewed":
    case "cancelled":
    case "undone":
      return { messages: [frame("job_complete", endOf(progress, now))], close: CLOSE.done };
  }
}

function progressOf(job: Job, progress: JobProgress): LegacyMessage["payload"] {
  const { currentTitle } = progress;
  return {
    progress: progress.progress,
    status: snapshotOf(job, progress, "").message,
    processedCount: processedRows(progress.outcomes),
    totalCount: progress.totalRows,
    ...defined({ currentItem: currentTitle }),
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
    expiresAt: isoTime(completedAt + RETENTION_MS),
  };
}

/** A message from an app. */
export type ClientMessage = "ready" | "ping" | "pong" | "unknown";

/** Reads the type of an app's message and ignores the rest. @param text the received frame */
export function parseClientMessage(text: string): ClientMessage {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Some apps send the bare word.
    parsed = { type: text.trim() };
  }
  const type = typeof parsed === "object" && parsed && "type" in parsed ? parsed.type : undefined;
  return type === "ready" || type === "ping" || type === "pong" ? type : "unknown";
}
