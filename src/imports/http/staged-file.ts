import { DomainError } from "../../platform/errors.ts";
import type { FileStage } from "../domain/upload/in-slot.ts";

/**
 * Size of a piece. A file that is smaller is not staged. Between two pieces the isolate serves other requests: parsing a larger
 * one would make them wait.
 */
const PIECE_BYTES = 256 * 1024;
const RETRY_SECONDS = 5;

/**
 * Reads a file to its end and puts it aside, so that what follows it can be read before the file is. At most one piece of it
 * is held in memory.
 * @returns the bytes of the file, once
 * @throws DomainError DATABASE_UNAVAILABLE, also while the bytes are read
 */
export async function putAside(
  file: AsyncIterable<Uint8Array>,
  stage: FileStage,
): Promise<AsyncGenerator<Uint8Array>> {
  let staged = 0;
  let open: Uint8Array[] = [];
  let length = 0;
  for await (const bytes of file) {
    open.push(bytes);
    length += bytes.length;
    if (length < PIECE_BYTES) continue;
    await orUnavailable(stage.add(staged, joined(open, length)));
    staged += 1;
    [open, length] = [[], 0];
  }
  const last = joined(open, length);
  return (async function* () {
    for (let index = 0; index < staged; index += 1) {
      const piece = await orUnavailable(stage.take(index));
      if (piece === undefined) throw unavailable();
      yield piece;
    }
    yield last;
  })();
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function orUnavailable<Value>(call: Promise<Value>): Promise<Value> {
  try {
    return await call;
  } catch (cause) {
    throw unavailable(cause);
  }
}

function unavailable(cause?: unknown): DomainError {
  return new DomainError(
    "DATABASE_UNAVAILABLE",
    "The file could not be stored until its options arrived. Send it again, with the options before the file if you can.",
    { retryAfterSeconds: RETRY_SECONDS, cause },
  );
}
