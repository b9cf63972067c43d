import { expect, it } from "vitest";
import { scanPreferencesOf, tagsOf } from "./choices.ts";
import { waitingScansOf } from "./waiting.ts";

it("reads comma-separated tags, each once", () => {
  expect(tagsOf(" Sci-Fi, attic ,, sci-fi,Attic box")).toEqual(["sci-fi", "attic", "Attic box"]);
  expect(tagsOf("  ")).toEqual([]);
});

it("tolerates damaged preferences", () => {
  const none = { status: undefined, tags: [], sound: false, vibration: true };
  for (const damaged of [undefined, null, "x", { status: "lost", tags: "x" }]) {
    expect(scanPreferencesOf(damaged)).toEqual(none);
  }
  const kept = { status: "completed", tags: ["attic"], sound: true, vibration: false };
  expect(scanPreferencesOf({ ...kept, tags: ["attic", 1] })).toEqual(kept);
});

it("tolerates damaged waiting scans", () => {
  const scan = { text: "0076714003958 48667", choices: { status: "reading", tags: [] } };
  expect(waitingScansOf([scan, null, { text: 1 }])).toEqual([scan]);
  expect(waitingScansOf("x")).toEqual([]);
});
