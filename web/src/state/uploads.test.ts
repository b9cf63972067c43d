import { describe, expect, it } from "vitest";
import {
  ConnectionError,
  InvalidRequestError,
  type ImportAccepted,
  type ImportSnapshot,
  type StartOptions,
} from "../../../client/src/index.ts";
import { createAttempt } from "./attempt.ts";
import type { SentFile } from "./file-print.ts";
import { createUploads, UnreadableFileError } from "./uploads.ts";

const accepted = (jobId: string): ImportAccepted => ({
  jobId,
  status: "queued",
  format: "list",
  formatConfidence: 1,
  encoding: "utf-8",
  encodingConfidence: 1,
  totalRows: 1,
  statusUrl: "",
  streamUrl: "",
  createdAt: "",
});

type Start = (options: StartOptions, onProgress: (sent: number, total: number) => void) => string;

/** @param statuses of the imports that the service knows */
function uploadsOf(start: Start, statuses: Record<string, ImportSnapshot["status"]> = {}) {
  let stored: readonly SentFile[] = [];
  const uploads = createUploads({
    start: (_file, options, onProgress) =>
      new Promise((resolve) => resolve(accepted(start(options, onProgress)))),
    get: (jobId) => {
      const status = statuses[jobId];
      return status === undefined
        ? Promise.reject(new Error("not found"))
        : Promise.resolve({ jobId, status } as ImportSnapshot);
    },
    read: () => stored,
    write: (files) => {
      stored = files;
    },
    attempt: createAttempt({ pause: () => Promise.resolve() }),
  });
  return uploads;
}

const file = (text: string) => new File([text], "mine.csv");

describe("an upload", () => {
  it("is sent as a preview, repeated with the same key after a lost connection, and remembered", async () => {
    const sent: StartOptions[] = [];
    const uploads = uploadsOf((options, onProgress) => {
      sent.push(options);
      onProgress(5, 10);
      if (sent.length === 1) throw new ConnectionError("lost");
      return "job";
    });
    const csv = file("a");
    expect(await uploads.send(csv, { mode: "overwrite" })).toBe("job");
    expect(sent.map(({ dryRun, mode, name }) => [dryRun, mode, name])).toEqual([
      [true, "overwrite", "mine.csv"],
      [true, "overwrite", "mine.csv"],
    ]);
    expect(new Set(sent.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(uploads.upload.value).toBeUndefined();
    expect([uploads.nameOf("job"), uploads.sentOf("job")?.file]).toEqual(["mine.csv", csv]);
    expect(uploads.nameOf("another")).toBeUndefined();
  });

  it("keeps the file and the progress when it is refused", async () => {
    const uploads = uploadsOf((_options, onProgress) => {
      onProgress(5, 10);
      throw new InvalidRequestError({
        code: "INVALID_CSV",
        message: "",
        status: 400,
        retryable: false,
        requestId: undefined,
        retryAfterMs: undefined,
        details: {},
      });
    });
    expect(await uploads.send(file("a"), {})).toBeUndefined();
    expect([uploads.upload.value?.sent, uploads.attempt.state.value.kind]).toEqual([0.5, "failed"]);
    uploads.stop();
    expect([uploads.upload.value, uploads.attempt.state.value.kind]).toEqual([undefined, "idle"]);
  });

  it("reports that the file can no longer be read", async () => {
    const uploads = uploadsOf(() => "job");
    const gone = file("a");
    Object.assign(gone, {
      slice: () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }),
    });
    expect(await uploads.send(gone, {})).toBeUndefined();
    expect(uploads.attempt.state.value).toMatchObject({ error: expect.any(UnreadableFileError) });
  });
});

it.each([
  ["processing", "job"],
  ["previewed", "job"],
  ["completed", undefined],
  [undefined, undefined],
] as const)("of the same content is found while its import is %s", async (status, found) => {
  const uploads = uploadsOf(() => "job", status === undefined ? {} : { job: status });
  await uploads.send(file("a"), {});
  expect((await uploads.runningImportOf(file("a")))?.jobId).toBe(found);
  expect(await uploads.runningImportOf(file("b"))).toBeUndefined();
});
