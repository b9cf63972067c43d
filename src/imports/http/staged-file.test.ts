import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../../../test/support/properties.ts";
import type { FileStage } from "../domain/upload/in-slot.ts";
import { putAside } from "./staged-file.ts";

function memoryStage(): FileStage & { pieces: Map<number, Uint8Array> } {
  const pieces = new Map<number, Uint8Array>();
  return {
    pieces,
    add: async (index, piece) => void pieces.set(index, piece.slice()),
    async take(index) {
      const piece = pieces.get(index);
      pieces.delete(index);
      return piece;
    },
  };
}

async function* sent(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece.slice());
  return Buffer.concat(parts);
}

it("returns the bytes of a file of any length, sent in chunks of any size", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 3_000_000 }),
      fc.integer({ min: 1000, max: 900_000 }),
      async (length, size) => {
        const file = Uint8Array.from({ length }, (_, at) => (at * 31) % 251);
        const stage = memoryStage();
        const aside = await putAside(sent(file, size), stage);
        const back = await whole(aside);
        expect(back.equals(Buffer.from(file))).toBe(true);
        expect(stage.pieces.size).toBe(0);
      },
    ),
    { numRuns: runs(20) },
  );
});

it("holds less than two parts in memory, and stages nothing of a small file", async () => {
  const stage = memoryStage();
  const file = new Uint8Array(25 * 1024 * 1024);
  await putAside(sent(file, 4096), stage);
  expect(stage.pieces.size).toBe(100);
  const small = memoryStage();
  await putAside(sent(file.subarray(0, 260_000), 4096), small);
  expect(small.pieces.size).toBe(0);
});

it("is unavailable, rather than shorter, if a part cannot be stored or was lost", async () => {
  const file = new Uint8Array(1_500_000);
  const broken = { ...memoryStage(), add: () => Promise.reject(new Error("the object was reset")) };
  const unavailable = { code: "DATABASE_UNAVAILABLE", retryAfterSeconds: 5 };
  await expect(putAside(sent(file, 4096), broken)).rejects.toMatchObject(unavailable);
  const stage = memoryStage();
  const aside = await putAside(sent(file, 4096), stage);
  stage.pieces.delete(1);
  await expect(whole(aside)).rejects.toMatchObject(unavailable);
});
