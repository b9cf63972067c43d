/** An incremental SHA-256. */
export interface RunningHash {
  update(piece: Uint8Array): Promise<void>;
  /** Finishes the hash. @returns 64 hex digits */
  hex(): Promise<string>;
}

/** Passes the pieces through and adds each to the hash. */
export async function* hashed(
  pieces: AsyncIterable<Uint8Array>,
  hash: RunningHash,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    await hash.update(piece);
    yield piece;
  }
}

/** Reads all pieces without keeping them. @returns their hash as 64 hex digits */
export async function hashOf(
  pieces: AsyncIterable<Uint8Array>,
  hash: RunningHash,
): Promise<string> {
  for await (const piece of pieces) await hash.update(piece);
  return hash.hex();
}
