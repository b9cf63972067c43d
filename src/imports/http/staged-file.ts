import { DomainError } from "../../platform/errors.ts";
import { inPieces } from "../domain/upload/in-pieces.ts";
import type { FileStage } from "../domain/upload/in-slot.ts";

/** Size of a piece. A smaller file is not staged. */
const PIECE_BYTES = 256 * 1024;
const RETRY_SECONDS = 5;

/**
 * Reads a file to its end and stages it, so that the form fields after it can be processed first.
 * At most one piece is held in memory.
 * @returns the bytes of the file, readable once
 * @throws DomainError DATABASE_UNAVAILABLE, also while the bytes are read
 */
export async function putAside(
  file: AsyncIterable<Uint8Array>,
  stage: FileStage,
): Promise<AsyncGenerator<Uint8Array>> {
  let staged = 0;
  let last: Uint8Array = new Uint8Array();
  for await (const piece of inPieces(file, PIECE_BYTES)) {
    if (piece.length < PIECE_BYTES) {
      last = piece;
    } else {
      await orUnavailable(stage.add(staged, piece));
      staged += 1;
    }
  }
  return (async function* () {
    for (let index = 0; index < staged; index += 1) {
      const piece = await orUnavailable(stage.take(index));
      if (piece === undefined) throw unavailable();
      yield piece;
    }
    yield last;
  })();
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
    "The file could not be stored while its options were awaited. Send it again, with the options before the file if possible.",
    { retryAfterSeconds: RETRY_SECONDS, cause },
  );
}
