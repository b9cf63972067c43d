import { describe, expect, it } from "vitest";
import { checklistOf } from "./checklist.ts";
import { formOf, stateOf } from "./flag-form.ts";
import { budgetOf, parseMetrics, providersOf, refusalsOf } from "./metrics.ts";

const TEXT = `# HELP bookstrack_breaker_open State
# TYPE bookstrack_breaker_open gauge
bookstrack_breaker_open{provider="openlibrary"} 0
bookstrack_breaker_open{provider="google-books"} 1
bookstrack_provider_quota_used_ratio{provider="google-books"} 0.25
bookstrack_provider_calls_total{provider="openlibrary",outcome="answered"} 7
bookstrack_provider_calls_total{provider="openlibrary",outcome="timeout"} 2 1700000000000
bookstrack_service_budget_used_ratio{share="imports"} 0.5
bookstrack_quota_refusals_total{quota="a\\"b\\\\c"} 3
not a sample
bookstrack_other NaN
`;

describe("the metrics", () => {
  it("are read with their labels, ignoring comments and lines without samples", () => {
    const samples = parseMetrics(TEXT);
    expect(samples).toHaveLength(7);
    expect(providersOf(samples)).toEqual([
      { provider: "google-books", quota: 0.25, breaker: 1, calls: 0, failed: 0 },
      { provider: "openlibrary", quota: undefined, breaker: 0, calls: 9, failed: 2 },
    ]);
    expect(budgetOf(samples)).toEqual([{ share: "imports", used: 0.5 }]);
    expect(refusalsOf(samples)).toEqual([{ quota: 'a"b\\c', count: 3 }]);
    expect(parseMetrics("")).toEqual([]);
  });
});

describe("the form of a flag", () => {
  it("has every state of the service, and round-trips it", () => {
    for (const state of [true, false, { percentage: 12.5, allow: ["u1", "u2"] }]) {
      expect(stateOf(formOf(state))).toEqual(state);
    }
    expect(stateOf({ mode: "some", percentage: " 2,5 ", allow: "u1, u2\nu3 " })).toEqual({
      percentage: 2.5,
      allow: ["u1", "u2", "u3"],
    });
  });

  it("refuses invalid percentages", () => {
    for (const percentage of ["", "-1", "101", "ten"]) {
      expect(stateOf({ mode: "some", percentage, allow: "" })).toBeUndefined();
    }
  });
});

describe("the checklist", () => {
  const ready = {
    status: "ready" as const,
    version: "1",
    checks: {
      database: { ok: true, detail: "answers" },
      openlibrary: { ok: false, detail: "paused", optional: true },
    },
  };

  it("lists open items first, in the service's words", () => {
    const list = checklistOf({
      readiness: { ...ready, checks: { ...ready.checks, files: { ok: false, detail: "gone" } } },
      signup: "open",
      metricsAreOpen: true,
      deadLetters: 2,
      isSecure: false,
    });
    expect(
      list.filter(({ state }) => state === "todo").map(({ name, detail }) => [name, detail]),
    ).toEqual([
      ["metricsToken", undefined],
      ["ready", "files: gone"],
      ["providers", "openlibrary: paused"],
      ["https", undefined],
      ["signup", "open"],
      ["deadLetters", undefined],
    ]);
    expect(list.at(-1)).toEqual({ name: "adminToken", state: "done" });
  });

  it("leaves items to the operator that the service cannot check", () => {
    const nothing = checklistOf({
      readiness: undefined,
      signup: undefined,
      metricsAreOpen: undefined,
      deadLetters: undefined,
      isSecure: true,
    });
    expect(nothing.filter(({ state }) => state === "todo")).toEqual([]);
    const done = checklistOf({
      readiness: { ...ready, checks: {} },
      signup: "closed",
      metricsAreOpen: false,
      deadLetters: 0,
      isSecure: true,
    });
    expect(done.filter(({ state }) => state === "hand").map(({ name }) => name)).toEqual([
      "contact",
      "backup",
      "alerts",
    ]);
  });
});
