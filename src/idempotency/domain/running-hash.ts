/** A SHA-256 of bytes that arrive piece by piece. */
export interface RunningHash {
  update(piece: Uint8Array): Promise<void>;
  /** Ends it. @returns 64 hex digits */
  hex(): Promise<string>;
}

/** The same pieces, each of them hashed as it passes by. */
export async function* hashed(
  pieces: AsyncIterable<Uint8Array>,
  hash: RunningHash,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    await hash.update(piece);
    yield piece;
  }
}

/** Reads the pieces to their end and keeps none. @returns the hash of all of them */
export async function hashOf(
  pieces: AsyncIterable<Uint8Array>,
  hash: RunningHash,
): Promise<string> {
  for await (const piece of pieces) await hash.update(piece);
  return hash.hex();
}
