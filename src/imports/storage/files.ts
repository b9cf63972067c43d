import type { Log } from "../../platform/log.ts";
import { joinedPieces } from "../domain/upload/in-pieces.ts";

/** R2 requires parts of equal size, of at least 5 MiB, except for the last. */
const PART_BYTES = 5 * 1024 * 1024;

const keyOf = (jobId: string): string => `imports/${jobId}`;

/** A file that is stored while it is read. */
export interface KeptFile {
  /**
   * The bytes of the file; they are stored before the last piece has been consumed. A storage
   * failure does not affect the reader.
   */
  bytes: AsyncGenerator<Uint8Array>;
  /** Whether all bytes were stored. */
  isKept(): boolean;
}

/** Stores the bytes of a file as they are read, with memory for one part. @param log receives a failure */
export function keepFile(
  bucket: R2Bucket,
  jobId: string,
  source: AsyncIterable<Uint8Array>,
  log: Log,
): KeptFile {
  let isKept = false;
  let hasFailed = false;
  const writer = new PartWriter(bucket, keyOf(jobId));
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    if (hasFailed) return;
    try {
      await work();
    } catch (error) {
      hasFailed = true;
      log.error("import_file_not_kept", { jobId, error });
      await writer.abort().catch(() => undefined);
    }
  };
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of source) {
        await attempt(() => writer.add(piece));
        yield piece;
      }
      await attempt(async () => {
        await writer.end();
        isKept = true;
      });
    } finally {
      if (!isKept) await attempt(() => writer.abort());
    }
  }
  return { bytes: bytes(), isKept: () => isKept };
}

/** Writes an object: at once if it is smaller than a part, otherwise part by part. */
class PartWriter {
  readonly #bucket: R2Bucket;
  readonly #key: string;
  /** The pieces of the next part. */
  #pieces: Uint8Array[] = [];
  #length = 0;
  #upload: R2MultipartUpload | undefined;
  readonly #parts: R2UploadedPart[] = [];

  constructor(bucket: R2Bucket, key: string) {
    this.#bucket = bucket;
    this.#key = key;
  }

  async add(piece: Uint8Array): Promise<void> {
    for (let from = 0; from < piece.length;) {
      const taken = piece.subarray(from, from + PART_BYTES - this.#length);
      this.#pieces.push(taken);
      this.#length += taken.length;
      from += taken.length;
      if (this.#length === PART_BYTES) await this.#writePart();
    }
  }

  async end(): Promise<void> {
    if (this.#upload === undefined) {
      await this.#bucket.put(this.#key, this.#take());
      return;
    }
    if (this.#length > 0) await this.#writePart();
    await this.#upload.complete(this.#parts);
  }

  async abort(): Promise<void> {
    await this.#upload?.abort();
  }

  async #writePart(): Promise<void> {
    this.#upload ??= await this.#bucket.createMultipartUpload(this.#key);
    const number = this.#parts.length + 1;
    this.#parts.push(await this.#upload.uploadPart(number, this.#take()));
  }

  #take(): Uint8Array {
    const part = joinedPieces(this.#pieces, this.#length);
    [this.#pieces, this.#length] = [[], 0];
    return part;
  }
}

/** Reads a kept file; undefined when there is none. */
export async function readFile(
  bucket: R2Bucket,
  jobId: string,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  return (await bucket.get(keyOf(jobId)))?.body;
}

/** Deletes kept files; those that do not exist are ignored. */
export async function deleteFiles(bucket: R2Bucket, jobIds: readonly string[]): Promise<void> {
  if (jobIds.length > 0) await bucket.delete(jobIds.map(keyOf));
}

/** Files that one run deletes; R2 deletes up to 1,000 per call. */
const SWEEP_BATCH_SIZE = 100;

const DUE = `
  SELECT job_id FROM ImportJobs
  WHERE file_until IS NOT NULL AND (file_until <= ?1 OR dry_run = 0 OR state IN ('cancelled', 'failed'))
  LIMIT ${SWEEP_BATCH_SIZE}`;

const FORGET = `
  UPDATE ImportJobs SET file_until = NULL WHERE job_id IN (SELECT value FROM json_each(?1))`;

const OF_USERS = `
  SELECT job_id FROM ImportJobs
  WHERE file_until IS NOT NULL AND user_id IN (SELECT value FROM json_each(?1))`;

const jobIdsOf = async (statement: D1PreparedStatement): Promise<string[]> =>
  (await statement.all<{ job_id: string }>()).results.map((row) => row.job_id);

/**
 * Deletes files that have expired or whose preview has been committed or cancelled.
 * @param now ms since the epoch
 * @returns the number of deleted files
 */
export async function sweepFiles(
  { db, bucket }: { db: D1Database; bucket: R2Bucket },
  now: number,
): Promise<number> {
  const jobIds = await jobIdsOf(db.prepare(DUE).bind(now));
  if (jobIds.length === 0) return 0;
  await deleteFiles(bucket, jobIds);
  await db.prepare(FORGET).bind(JSON.stringify(jobIds)).run();
  return jobIds.length;
}

/**
 * Deletes files that no import refers to because their uploads were killed. A file with an existing
 * import is always younger than `before`.
 * @param before ms since the epoch
 * @returns the number of deleted files
 */
export async function sweepOrphans(bucket: R2Bucket, before: number): Promise<number> {
  let deleted = 0;
  let cursor: string | undefined;
  do {
    const page = await bucket.list({
      prefix: keyOf(""),
      ...(cursor === undefined ? {} : { cursor }),
    });
    const keys = page.objects.flatMap(({ key, uploaded }) =>
      uploaded.getTime() < before ? [key] : [],
    );
    if (keys.length > 0) await bucket.delete(keys);
    deleted += keys.length;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return deleted;
}

/** Deletes the files of deleted users, before their tables are emptied. */
export async function dropFilesOf(
  { db, bucket }: { db: D1Database; bucket: R2Bucket },
  userIds: readonly string[],
): Promise<void> {
  const jobIds = await jobIdsOf(db.prepare(OF_USERS).bind(JSON.stringify(userIds)));
  for (let start = 0; start < jobIds.length; start += SWEEP_BATCH_SIZE) {
    await deleteFiles(bucket, jobIds.slice(start, start + SWEEP_BATCH_SIZE));
  }
}
