import { acceptUpload, type Layouts, type UploadDeps } from "../domain/imports/accept-upload.ts";
import type { TextDecoders } from "../domain/imports/csv/encoding.ts";
import type { Digest, UploadUseCases } from "../http/imports.ts";
import type { Log } from "../observability/log.ts";
import { d1ImportStaging } from "../storage/import-staging.ts";
import { runtimeSecrets } from "./secrets.ts";

const TICKET_KEY_BYTES = 32;
/** Half of SHA-256 tells rows apart for certain. */
const ROW_HASH_LENGTH = 32;

/** What uploads need of the isolate. */
interface Shared {
  layouts: Layouts;
  log: Log;
  now(): number;
  defer(work: Promise<unknown>): void;
  /** Has a job looked after within seconds, whatever becomes of the request. */
  watch(jobId: string): Promise<void>;
  /** Has a job worked at now. */
  wake(jobId: string): Promise<void>;
}

/** Puts uploads together. */
export function importUploads(
  env: Env,
  { layouts, log, now, defer, watch, wake }: Shared,
): UploadUseCases {
  const newId = (): string => crypto.randomUUID();
  // The clock takes up what was not woken.
  const told =
    (tell: (jobId: string) => Promise<void>) =>
    async (jobId: string): Promise<void> => {
      try {
        await tell(jobId);
      } catch (error) {
        log.error("import_not_woken", { jobId, error });
      }
    };
  const deps: UploadDeps = {
    decoders: runtimeDecoders(),
    layouts,
    async hashAll(texts) {
      const hashes = await Promise.all(texts.map((text) => runtimeSecrets.sha256(text)));
      return hashes.map((hash) => hash.slice(0, ROW_HASH_LENGTH));
    },
    staging: d1ImportStaging(env.DB, { newId, newTicketKey, now }, log),
    watch: told(watch),
    wake: told(wake),
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
    newDigest,
  };
}

function newTicketKey(): string {
  return hexOf(runtimeSecrets.randomBytes(TICKET_KEY_BYTES));
}

function newDigest(): Digest {
  const stream = new crypto.DigestStream("SHA-256");
  const writer = stream.getWriter();
  return {
    update: (bytes) => writer.write(bytes),
    async hex() {
      await writer.close();
      return hexOf(new Uint8Array(await stream.digest));
    },
  };
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
