import { expect, it } from "vitest";
import { HOUR_MS } from "../../../platform/time.ts";
import { heldSlots, MAX_UPLOADS, SLOT_MS, takeSlot, type Slots } from "./slots.ts";

const NOW = Date.UTC(2026, 10, 22, 12);

/** The slots after some uploads have begun, and whether each got one. */
function begin(...uploads: readonly (readonly [id: string, at: number, key?: string])[]) {
  let slots: Slots = {};
  const taken = uploads.map(([uploadId, at, key]) => {
    const after = takeSlot(slots, { uploadId, key }, at);
    slots = after ?? slots;
    return after !== undefined;
  });
  return { slots, taken };
}

it("admits two uploads of an account at a time", () => {
  expect(MAX_UPLOADS).toBe(2);
  expect(begin(["a", NOW], ["b", NOW], ["c", NOW]).taken).toEqual([true, true, false]);
});

it("renews a slot, even if all are taken", () => {
  const { slots, taken } = begin(["a", NOW], ["b", NOW], ["a", NOW + 30_000]);
  expect(taken).toEqual([true, true, true]);
  expect(slots["a"]?.endsAt).toBe(NOW + 30_000 + SLOT_MS);
});

it("counts a repeat under one idempotency key with the first request, and admits no third", () => {
  const repeats = ["a", "b", "c"].map((id) => [id, NOW, "key"] as const);
  expect(begin(...repeats, ["d", NOW], ["e", NOW]).taken).toEqual([true, true, false, true, false]);
  expect(begin(["d", NOW], ["e", NOW], ...repeats).taken).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  // The worker of the first request died.
  expect(begin(...repeats.slice(0, 2), ["c", NOW + SLOT_MS, "key"]).taken).toEqual([
    true,
    true,
    true,
  ]);
});

it("does not count an upload of a dead worker", () => {
  const later = NOW + SLOT_MS;
  expect(begin(["a", NOW], ["b", NOW], ["c", later - 1]).taken).toEqual([true, true, false]);
  expect(begin(["a", NOW], ["b", NOW], ["c", later]).taken).toEqual([true, true, true]);
});

it.each([2 * HOUR_MS, -2 * HOUR_MS])(
  "does not keep a slot when the clock is set by %s ms",
  (by) => {
    const { slots, taken } = begin(["a", NOW], ["b", NOW], ["c", NOW + by], ["d", NOW + by]);
    expect(taken).toEqual([true, true, true, true]);
    expect(Object.keys(heldSlots(slots, NOW + by))).toEqual(["c", "d"]);
  },
);
