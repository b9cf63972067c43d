import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../../../../test/support/properties.ts";
import { firstPieceRead, inPieces } from "./in-pieces.ts";

async function* sent(file: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size);
}

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for await (const piece of pieces) found.push(piece);
  return found;
}

const files = fc
  .integer({ min: 0, max: 1_000_000 })
  .map((length) => Uint8Array.from({ length }, (_, at) => (at * 31) % 251));

it("gathers the bytes in chunks of at least the given size, except the last one", async () => {
  await fc.assert(
    fc.asyncProperty(
      files,
      fc.integer({ min: 500, max: 600_000 }),
      fc.integer({ min: 1, max: 300_000 }),
      async (file, sentSize, size) => {
        const pieces = await all(inPieces(sent(file, sentSize), size));
        expect(Buffer.concat(pieces).equals(Buffer.from(file))).toBe(true);
        for (const piece of pieces.slice(0, -1)) expect(piece.length).toBeGreaterThanOrEqual(size);
        const started = await all(await firstPieceRead(sent(file, sentSize)));
        expect(Buffer.concat(started).equals(Buffer.from(file))).toBe(true);
      },
    ),
    { numRuns: runs(30) },
  );
});

it("fails with the sender's error, in the first chunk and in a later one", async () => {
  async function* broken(length: number): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(length);
    throw new Error("broken off");
  }
  await expect(firstPieceRead(broken(1000))).rejects.toThrow("broken off");
  const pieces = await firstPieceRead(broken(400_000));
  await expect(all(pieces)).rejects.toThrow("broken off");
});
