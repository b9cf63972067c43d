import type { UploadDeps } from "./domain/upload/accept-upload.ts";
import { inSlot, type UploadSlot } from "./domain/upload/in-slot.ts";
import { runtimeDecoders } from "./runtime-decoders.ts";
import { detectLayout } from "./domain/layouts/detect.ts";
import { failedCsv } from "./domain/job/failed-csv.ts";
import type { ImportRowUseCases } from "./http/rows.ts";
import type { UploadUseCases } from "./http/upload.ts";
import { d1ImportRowPages } from "./storage/row-pages.ts";
import { acceptAndKeep } from "./previews.ts";
import { d1ImportStaging } from "./storage/staging.ts";
import { wakeImport, watchImport } from "./job-objects.ts";
import { turnTaker } from "./turns.ts";
import { hex, runningSha256, runtimeSecrets } from "../platform/crypto.ts";
import type { PurgeUsers } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import { spacing } from "../platform/spacing.ts";
import { SECOND_MS } from "../platform/time.ts";
import { limitOf } from "../quotas/domain/policy.ts";
import type { QuotasModule } from "../quotas/module.ts";

const TICKET_KEY_BYTES = 32;
/** Half of a SHA-256, in hex digits; long enough to identify a row. */
const ROW_HASH_LENGTH = 32;
/** Spacing of the uploads of all accounts in one isolate, until each has its slot and its turn. */
const UPLOADS = { apartMs: 100, maxWaitMs: 15 * SECOND_MS };

/** Reads the rows of an import: as pages, and as the file of those that need attention. */
export function importRows({
  env,
  log,
  newId,
  now,
}: Platform): Omit<ImportRowUseCases, "findImport"> {
  const rows = d1ImportRowPages(env.DB, { newId, now }, log);
  return {
    importRows: (jobId, outcome, afterRow, limit) => rows.page(jobId, outcome, afterRow, limit),
    failedCsv: (job) => failedCsv(job, { rows }),
  };
}

/** Accepts uploads: reads the file as it arrives and stages its rows. */
export function importUploads(platform: Platform, quotas: QuotasModule): UploadUseCases {
  const { env, log, now, defer, newId, setTimer } = platform;
  // A failed call is only logged: the scheduled sweep wakes the job later.
  const orLogged =
    (call: (env: Env, jobId: string) => Promise<void>) =>
    async (jobId: string): Promise<void> => {
      try {
        await call(env, jobId);
      } catch (error) {
        log.error("import_not_woken", { jobId, error });
      }
    };
  const takeTurn = turnTaker(platform);
  const deps: UploadDeps = {
    ...fileReaders(),
    staging: d1ImportStaging(
      quotas.countedDb("imports"),
      { newId, newTicketKey, now },
      { openImports: limitOf(quotas.quotas.openImports) },
      log,
    ),
    openMeter: quotas.openMeter,
    takeTurn,
    watch: orLogged(watchImport),
    wake: orLogged(wakeImport),
    defer,
    newId,
    now,
  };
  return {
    networkOf: quotas.networkOf,
    acceptUpload(upload) {
      const work = acceptAndKeep(upload, deps, platform);
      // Completes or cleans up even if the client disconnects.
      defer(work.catch(() => undefined));
      return work;
    },
    newHash: runningSha256,
    mayBegin: spacing(platform, UPLOADS),
    inSlot: ({ userId, key }, receive) =>
      inSlot(slotOf(env, userId, { uploadId: newId(), key, now }), receive, {
        setTimer,
        defer,
        failed: (error) => log.error("upload_slots_failed", { error }),
      }),
    setTimer,
  };
}

/** What reading a file needs from the runtime. */
export function fileReaders(): Pick<UploadDeps, "decoders" | "layouts" | "hashAll"> {
  return {
    decoders: runtimeDecoders(),
    layouts: { detect: detectLayout },
    async hashAll(texts) {
      const hashes = await Promise.all(texts.map((text) => runtimeSecrets.sha256(text)));
      return hashes.map((hash) => hash.slice(0, ROW_HASH_LENGTH));
    },
  };
}

function slotOf(
  env: Env,
  userId: string,
  { uploadId, key, now }: { uploadId: string; key: string | undefined; now(): number },
): UploadSlot {
  const uploads = () => env.ACCOUNT_UPLOADS.getByName(userId);
  return {
    take: async () => uploads().take(uploadId, key, now()),
    end: async () => uploads().end(uploadId),
    stage: {
      add: async (index, piece) => uploads().addPiece(uploadId, index, piece),
      take: async (index) => uploads().takePiece(uploadId, index),
    },
  };
}

/** Deletes the staged files of deleted users' uploads. */
export function dropUploads(env: Env): PurgeUsers {
  return async (userIds) => {
    for (const userId of userIds) await env.ACCOUNT_UPLOADS.getByName(userId).forget();
  };
}

function newTicketKey(): string {
  return hex(runtimeSecrets.randomBytes(TICKET_KEY_BYTES));
}
