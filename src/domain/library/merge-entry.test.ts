import { describe, expect, it } from "vitest";
import { statusSchema } from "../../../contract/library-fields.ts";
import { emptyEntry, type Entry } from "./entry.ts";
import { mergeFiled } from "./merge-entry.ts";

const entry = (given: Partial<Entry>): Entry => ({ ...emptyEntry("9780441172719", 1), ...given });

describe("mergeFiled", () => {
  it.each([
    ["want_to_read", "reading", "reading"],
    ["reading", "want_to_read", "reading"],
    ["reading", "paused", "reading"],
    ["abandoned", "reading", "abandoned"],
    ["paused", "completed", "completed"],
    ["completed", "reading", "completed"],
  ] as const)("makes %s and %s %s", (before, filed, after) => {
    expect(mergeFiled(entry({ status: before }), { status: filed }, 2).status).toBe(after);
  });

  it("takes any status where there is none, and leaves one where none is said", () => {
    for (const status of statusSchema.options) {
      expect(mergeFiled(entry({}), { status }, 2).status).toBe(status);
      expect(mergeFiled(entry({ status }), {}, 2).status).toBe(status);
    }
  });

  it("fills blanks and leaves what the reader has said", () => {
    const before = entry({
      review: "mine",
      tags: ["Sea"],
      readings: [{ finishedAt: "2020" }],
      extra: { Binding: "mine" },
    });
    const filed = {
      rating: 3.5,
      review: "theirs",
      notes: "n",
      tags: ["sea", "sun"],
      readings: [{}],
      extra: { Binding: "theirs", Shop: "x" },
    };
    expect(mergeFiled(before, filed, 2)).toEqual({
      ...before,
      rating: 3.5,
      notes: "n",
      tags: ["Sea", "sun"],
      extra: { Binding: "mine", Shop: "x" },
      updatedAt: 2,
    });
  });

  it("takes the readings of a file where there are none", () => {
    const readings = [{ startedAt: "2020", finishedAt: "2021" }];
    expect(mergeFiled(entry({}), { readings }, 2).readings).toEqual(readings);
  });
});
