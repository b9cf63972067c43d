import { acceptUpload, type UploadDeps } from "../imports/domain/upload/accept-upload.ts";
import type { TextDecoders } from "../imports/domain/csv/encoding.ts";
import { detectLayout } from "../imports/domain/layouts/detect.ts";
import { failedCsv } from "../imports/domain/job/failed-csv.ts";
import type { ImportRowUseCases } from "../imports/http/rows.ts";
import type { UploadUseCases } from "../imports/http/upload.ts";
import type { Log } from "../platform/log.ts";
import { d1ImportRowPages } from "../imports/storage/row-pages.ts";
import { d1ImportStaging } from "../imports/storage/staging.ts";
import { wakeImport, watchImport } from "./imports.ts";
import { runningSha256, runtimeSecrets } from "./secrets.ts";

const TICKET_KEY_BYTES = 32;
/** Half of SHA-256 tells rows apart for certain. */
const ROW_HASH_LENGTH = 32;

/** What uploads need of the isolate. */
interface Shared {
  log: Log;
  now(): number;
  defer(work: Promise<unknown>): void;
}

/** Puts together how files come in, and what is shown of their rows. */
export function importFiles(env: Env, shared: Shared): UploadUseCases & RowPages {
  return { ...importUploads(env, shared), ...importRows(env, shared) };
}

type RowPages = Omit<ImportRowUseCases, "findImport">;

function importRows(env: Env, { log }: Shared): RowPages {
  const rows = d1ImportRowPages(env.DB, log);
  return {
    importRows: (jobId, outcome, afterRow, limit) => rows.page(jobId, outcome, afterRow, limit),
    failedCsv: (job) => failedCsv(job, { rows }),
  };
}

function importUploads(env: Env, { log, now, defer }: Shared): UploadUseCases {
  const newId = (): string => crypto.randomUUID();
  // The clock takes up what was not woken.
  const told =
    (tell: (env: Env, jobId: string) => Promise<void>) =>
    async (jobId: string): Promise<void> => {
      try {
        await tell(env, jobId);
      } catch (error) {
        log.error("import_not_woken", { jobId, error });
      }
    };
  const deps: UploadDeps = {
    decoders: runtimeDecoders(),
    layouts: { detect: detectLayout },
    async hashAll(texts) {
      const hashes = await Promise.all(texts.map((text) => runtimeSecrets.sha256(text)));
      return hashes.map((hash) => hash.slice(0, ROW_HASH_LENGTH));
    },
    staging: d1ImportStaging(env.DB, { newId, newTicketKey, now }, log),
    watch: told(watchImport),
    wake: told(wakeImport),
    defer,
    newId,
    now,
  };
  return {
    acceptUpload(upload) {
      const work = acceptUpload(upload, deps);
      // Who hangs up leaves nothing half done.
      defer(work.catch(() => undefined));
      return work;
    },
    newHash: runningSha256,
  };
}

function newTicketKey(): string {
  return hexOf(runtimeSecrets.randomBytes(TICKET_KEY_BYTES));
}

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function runtimeDecoders(): TextDecoders {
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const utf16le = new TextDecoder("utf-16le", { fatal: false, ignoreBOM: true });
  return {
    utf8(bytes) {
      try {
        return utf8.decode(bytes);
      } catch {
        return undefined;
      }
    },
    utf16le: (bytes) => utf16le.decode(bytes),
  };
}
