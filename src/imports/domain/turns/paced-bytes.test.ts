import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../test/support/properties.ts";
import { inTurns } from "./paced-bytes.ts";
import type { Pace, Turn } from "./turn.ts";

/** Turns of the given paces in rotation, of which one at a time may be held. */
function turnsOf(paces: readonly Pace[]) {
  const state = { held: 0, taken: 0 };
  return {
    state,
    async take(): Promise<Turn> {
      expect(state.held).toBe(0);
      state.held += 1;
      state.taken += 1;
      return {
        pace: paces[state.taken % paces.length] ?? "alone",
        end: () => void (state.held -= 1),
      };
    },
  };
}

async function* sent(
  file: Uint8Array,
  size: number,
  onWait: () => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += size) {
    onWait();
    yield file.subarray(at, at + size);
  }
}

const fileOf = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (at * 31) % 251);

describe("bytes in turns", () => {
  it("are those that were sent, and no turn is held while the sender is waited for", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 500, max: 600_000 }),
        fc.array(fc.constantFrom<Pace>("alone", "shared", "gentle"), { minLength: 1 }),
        async (length, size, paces) => {
          const { state, take } = turnsOf(paces);
          const file = fileOf(length);
          const parts: Uint8Array[] = [];
          for await (const piece of inTurns(
            sent(file, size, () => expect(state.held).toBe(0)),
            take,
          )) {
            expect(state.held).toBe(1);
            parts.push(piece);
          }
          expect(state.held).toBe(0);
          expect(Buffer.concat(parts).equals(Buffer.from(file))).toBe(true);
        },
      ),
      { numRuns: runs(30) },
    );
  });

  it("come in small pieces while users are served", async () => {
    const lengths = async (pace: Pace): Promise<number[]> => {
      const found: number[] = [];
      for await (const { length } of inTurns(sent(fileOf(100_000), 50_000), turnsOf([pace]).take)) {
        found.push(length);
      }
      return found;
    };
    expect(await lengths("alone")).toEqual([100_000]);
    expect(Math.max(...(await lengths("gentle")))).toBe(16 * 1024);
  });

  it("end their turn when the consumer stops or fails", async () => {
    const { state, take } = turnsOf(["gentle"]);
    for await (const _piece of inTurns(sent(fileOf(100_000), 100_000), take)) break;
    expect(state).toEqual({ held: 0, taken: 1 });
    const failing = async (): Promise<void> => {
      for await (const _piece of inTurns(sent(fileOf(100_000), 100_000), take)) {
        throw new Error("not a CSV file");
      }
    };
    await expect(failing()).rejects.toThrow("not a CSV file");
    expect(state).toEqual({ held: 0, taken: 2 });
  });

  it("take no turn when the sender breaks off", async () => {
    const { state, take } = turnsOf(["alone"]);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield fileOf(1000);
      throw new Error("broken off");
    }
    const all = async (): Promise<void> => {
      for await (const _piece of inTurns(broken(), take)) throw new Error("a piece");
    };
    await expect(all()).rejects.toThrow("broken off");
    expect(state).toEqual({ held: 0, taken: 0 });
  });
});
