import { describe, expect, it } from "vitest";
import { createFlights, flightGroupOf, type LastResult, type FlightRequest } from "./flight.ts";
import type { Resolution } from "./resolution.ts";
import { aBook } from "../../../test/support/books.ts";

const absent: Resolution = { kind: "absent", providersChecked: ["openlibrary"] };
const outage: Resolution = { kind: "unavailable", providers: {}, retryAfterSeconds: 5 };
const scan: FlightRequest = { lane: "scan", account: false };
const isbn13 = "9780441172719";
const record = { book: aBook(), fetchedAt: 0, freshUntil: 0 };

function airport(resolutions: Resolution[], lastResult?: LastResult) {
  let now = 1_000_000;
  const results = new Map<string, LastResult>(lastResult ? [[isbn13, lastResult]] : []);
  const kept: boolean[] = [];
  const flights: { isbn13: string; request: FlightRequest; land: () => void }[] = [];
  const { ask } = createFlights({
    resolvePlan: ({ isbn13: asked, ...request }) =>
      new Promise((resolve) => {
        const resolution = resolutions[flights.length] ?? absent;
        flights.push({ isbn13: asked, request, land: () => resolve(resolution) });
      }),
    lastResults: {
      read: (asked) => results.get(asked),
      write: (asked, result, isKept) => {
        results.set(asked, result);
        kept.push(isKept);
      },
    },
    now: () => now,
  });
  const askFor = (request: FlightRequest) => ask(isbn13, request);
  const settle = async () => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return {
    flights,
    kept,
    settle,
    ask: askFor,
    askOther: (request: FlightRequest) => ask("9780306406157", request),
    wait: (ms: number) => (now += ms),
    /** Asks, and waits until the flight has ended. */
    fly: async (request: FlightRequest = scan) => {
      const answer = askFor(request);
      await settle();
      flights.at(-1)?.land();
      return answer;
    },
  };
}

describe("createFlights", () => {
  it("queries the providers once for a hundred concurrent callers", async () => {
    const { ask, flights, settle } = airport([absent]);
    const answers = Array.from({ length: 100 }, () => ask(scan));
    await settle();
    expect(flights).toHaveLength(1);
    flights[0]?.land();
    expect(new Set(await Promise.all(answers))).toEqual(new Set([absent]));
  });

  it("does not share the flight of another ISBN", async () => {
    const { ask, askOther, flights, settle } = airport([]);
    void ask(scan);
    void askOther(scan);
    await settle();
    expect(flights.map((flight) => flight.isbn13)).toEqual([isbn13, "9780306406157"]);
  });

  it.each([
    ["a book in D1", false, { kind: "found", record, isStored: true }, scan],
    ["a book that is in KV alone", true, { kind: "found", record, isStored: false }, scan],
    [
      "a refreshed book",
      true,
      { kind: "found", record, isStored: true },
      { lane: "import", account: false, isRefresh: true },
    ],
    ["an absence", true, absent, scan],
    ["a failure", true, outage, scan],
  ] as const)(
    "of %s keeps the result beyond this process: %s",
    async (_what, isKept, resolution, request) => {
      const { fly, kept } = airport([resolution]);
      await fly(request);
      expect(kept).toEqual([isKept]);
    },
  );

  it("does not apply a caller's preference to others, and queries again for a preferred provider", async () => {
    const found: Resolution = {
      kind: "found",
      record: { book: aBook(), fetchedAt: 0, freshUntil: 0 },
      answers: [{ provider: "openlibrary", book: aBook(), fetchedAt: "2026-01-01T00:00:00.000Z" }],
    };
    const { ask, fly, flights, settle } = airport([found, found, found]);
    await fly();
    await fly({ ...scan, prefer: "openlibrary" });
    expect(flights).toHaveLength(1);
    const preferring = fly({ ...scan, prefer: "google-books" });
    await settle();
    expect(flights).toHaveLength(2);
    await preferring;
    void ask(scan);
    await settle();
    expect(flights).toHaveLength(2);
  });

  it("shares the last result for a minute, then queries again", async () => {
    const { fly, flights, wait } = airport([absent, absent]);
    await fly();
    wait(59_999);
    await fly();
    expect(flights).toHaveLength(1);
    wait(1);
    await fly();
    expect(flights).toHaveLength(2);
  });

  it("shares a failure for five seconds only", async () => {
    const { fly, flights, wait } = airport([outage, absent]);
    expect(await fly()).toBe(outage);
    wait(4999);
    expect(await fly()).toBe(outage);
    expect(flights).toHaveLength(1);
    wait(1);
    expect(await fly()).toBe(absent);
  });

  it("does not return a refusal for callers without an account to a caller with one", async () => {
    const { fly } = airport([outage, absent]);
    expect(await fly()).toBe(outage);
    expect(await fly({ lane: "scan", account: true })).toBe(absent);
  });

  it("does not return a refusal of one account, or of a refresh, to other callers", async () => {
    const partial: Resolution = {
      kind: "absent",
      providersChecked: ["openlibrary"],
      partial: { retryAfterSeconds: 60 },
    };
    const { fly, flights } = airport([partial, partial, partial, absent]);
    const importing = { lane: "import", account: true } as const;
    await fly({ ...importing, payer: "one" });
    await fly({ ...importing, payer: "other" });
    await fly({ ...importing, isRefresh: true });
    expect(flights).toHaveLength(3);
    expect(await fly({ lane: "scan", account: true })).toEqual(absent);
    expect(flights).toHaveLength(4);
  });

  it("never lets a scan wait for a flight in the import lane, but lets an import wait for a scan's", async () => {
    const first = airport([]);
    void first.ask({ lane: "import", account: false });
    await first.settle();
    void first.ask(scan);
    await first.settle();
    expect(first.flights.map(({ request }) => request.lane)).toEqual(["import", "scan"]);

    const second = airport([]);
    void second.ask(scan);
    void second.ask({ lane: "import", account: false });
    await second.settle();
    expect(second.flights.map(({ request }) => request.lane)).toEqual(["scan"]);
  });

  it("does not repeat an import's query to a provider that has recently reported an absence", async () => {
    const open: Resolution = {
      kind: "unavailable",
      providers: { openlibrary: "absent", "google-books": "budget_spent" },
      retryAfterSeconds: 1,
    };
    const { fly, flights, wait } = airport([open, open, open, absent]);
    const importing = { lane: "import", account: true } as const;
    await fly(importing);
    wait(6000);
    await fly(importing);
    expect(flights[1]?.request).toEqual({ ...importing, knownAbsentAt: ["openlibrary"] });
    wait(6000);
    await fly({ lane: "scan", account: true });
    wait(300_000);
    await fly(importing);
    expect(flights.slice(2).map(({ request }) => request)).toEqual([
      { lane: "scan", account: true },
      importing,
    ]);
  });

  it("starts a new flight after one that threw", async () => {
    let broken = true;
    const flights = createFlights({
      resolvePlan: async () => {
        if (broken) throw new Error("broken");
        return absent;
      },
      lastResults: { read: () => undefined, write: () => {} },
      now: () => 0,
    });
    await expect(flights.ask(isbn13, scan)).rejects.toThrow("broken");
    broken = false;
    expect(await flights.ask(isbn13, scan)).toBe(absent);
  });
});

describe("flightGroupOf", () => {
  it("spreads ISBNs over few groups, with a fixed group per ISBN", () => {
    const isbns = Array.from({ length: 2000 }, (_unused, index) =>
      String(9_780_000_000_000 + index * 7),
    );
    const groups = new Map<string, number>();
    for (const isbn of isbns) {
      const group = flightGroupOf(isbn);
      expect(flightGroupOf(isbn)).toBe(group);
      groups.set(group, (groups.get(group) ?? 0) + 1);
    }
    expect(groups.size).toBe(16);
    expect(Math.max(...groups.values())).toBeLessThan(2 * (isbns.length / groups.size));
  });
});
