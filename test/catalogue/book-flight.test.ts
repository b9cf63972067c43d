import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { flightGroupOf } from "../../src/catalogue/domain/flight.ts";
import { call } from "../support/http.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";
import { waitFor } from "../support/wait.ts";

const MINUTE = 60_000;
const FOUND = "9780441172719";
const SHARED = "9780140328721";
const ABSENT = "9780306406157";

let openLibrary: ReturnType<typeof openLibraryInPlace>;

beforeEach(async () => {
  openLibrary = openLibraryInPlace();
  await restDesks();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const flightsOf = (isbn13: string) => env.BOOK_FLIGHTS.getByName(flightGroupOf(isbn13));
const look = async (isbn13: string) =>
  (await call(`/v1/search/isbn?isbn=${isbn13}`)).headers.get("X-Cache-Source");
const stored = (isbn13: string) =>
  runInDurableObject(flightsOf(isbn13), async (_flights, { storage }) => ({
    keys: [...storage.kv.list()].map(([key]) => key),
    alarm: (await storage.getAlarm()) !== null,
  }));

it("stores only results for books that D1 lacks, and deletes one when it is no longer served", async () => {
  openLibrary.say(FOUND, { title: "Dune" });
  expect(await look(FOUND)).toBe("external_api; state=fresh");
  expect(await stored(FOUND)).toEqual({ keys: [], alarm: false });

  expect(await look(ABSENT)).toBe("external_api; state=known-absent");
  await waitFor(async () => {
    expect(await stored(ABSENT)).toEqual({ keys: [ABSENT], alarm: true });
  });
  expect(await runDurableObjectAlarm(flightsOf(ABSENT))).toBe(true);
  expect(await stored(ABSENT)).toEqual({ keys: [ABSENT], alarm: true });

  await runInDurableObject(flightsOf(ABSENT), (_flights, { storage }) => {
    const result = storage.kv.get<object>(ABSENT);
    storage.kv.put(ABSENT, { ...result, at: Date.now() - 5 * MINUTE });
  });
  await runDurableObjectAlarm(flightsOf(ABSENT));
  expect(await stored(ABSENT)).toEqual({ keys: [], alarm: false });
});

it("calls the provider once for many callers, and not again for a caller shortly after", async () => {
  openLibrary.say(SHARED, { title: "Emma" });
  const ask = () => flightsOf(SHARED).ask(SHARED, { lane: "scan", account: false });
  const kinds = (await Promise.all(Array.from({ length: 20 }, ask))).map(({ kind }) => kind);
  expect(new Set(kinds)).toEqual(new Set(["found"]));
  expect((await ask()).kind).toBe("found");
  expect(openLibrary.calls).toHaveLength(1);
});
