import { inPieces } from "../upload/in-pieces.ts";
import type { Turn } from "./turn.ts";

/** Bytes that are passed on at a time, and those while users are served: reading these takes about 10 ms. */
const PIECE_BYTES = 256 * 1024;
const GENTLE_BYTES = 16 * 1024;

/**
 * Passes on bytes in pieces, each in a turn that ends when the consumer asks for the next piece: the work that a piece causes is
 * done by then. The wait for the sender is no part of a turn.
 * @throws whatever reading the bytes throws
 */
export async function* inTurns(
  bytes: AsyncIterable<Uint8Array>,
  take: () => Promise<Turn>,
): AsyncGenerator<Uint8Array> {
  for await (const piece of inPieces(bytes, PIECE_BYTES)) {
    for (let from = 0; from < piece.length;) {
      const turn = await take();
      const to = turn.pace === "gentle" ? from + GENTLE_BYTES : piece.length;
      try {
        yield piece.subarray(from, to);
      } finally {
        turn.end();
      }
      from = to;
    }
  }
}
