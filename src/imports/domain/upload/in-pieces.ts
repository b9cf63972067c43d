/**
 * Gathers bytes into pieces of at least `size` bytes. The last piece is smaller, and may be empty.
 * @param firstSize of the first piece
 */
export async function* inPieces(
  bytes: AsyncIterable<Uint8Array>,
  size: number,
  firstSize = size,
): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let wanted = firstSize;
  for await (const part of bytes) {
    parts.push(part);
    length += part.length;
    if (length < wanted) continue;
    yield joinedPieces(parts, length);
    [parts, length, wanted] = [[], 0, size];
  }
  yield joinedPieces(parts, length);
}

/** Joins pieces of bytes. @param length the sum of their lengths */
export function joinedPieces(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Larger than the sample that detection needs: 64 K characters of at most four bytes. */
const FIRST_BYTES = 320 * 1024;
const PIECE_BYTES = 64 * 1024;

/**
 * Gathers a file into pieces and waits for the first one, so that detection, which holds a turn,
 * does not wait for the sender. Larger pieces also mean fewer turns.
 * @throws whatever reading the first piece throws
 */
export async function firstPieceRead(
  file: AsyncIterable<Uint8Array>,
): Promise<AsyncIterable<Uint8Array>> {
  const pieces = inPieces(file, PIECE_BYTES, FIRST_BYTES);
  const first = await pieces.next();
  return (async function* () {
    if (!first.done) yield first.value;
    yield* pieces;
  })();
}
