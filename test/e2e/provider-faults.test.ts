import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Readiness } from "../../contract/operations.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import type { Fault, FaultRule } from "../tools/stand-in/fault.ts";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import {
  STAND_IN_PROVIDERS,
  type StandIn,
  type StandInProvider,
} from "../tools/stand-in/stand-in.ts";
import { eventually, lookUp, newState } from "./support.ts";

const FAULTS: Fault[] = [
  { kind: "hang" },
  { kind: "reset" },
  { kind: "cut" },
  { kind: "html", status: 200 },
  { kind: "html", status: 503 },
  { kind: "truncated" },
  { kind: "odd-shape" },
  { kind: "rate-limited", retryAfterSeconds: 1 },
  { kind: "server-error", status: 500 },
  { kind: "server-error", status: 503, retryAfterSeconds: 1 },
];
/** More than a call and its retries, so that successes outnumber failures. */
const GOOD_ANSWERS = 4;

let standIn: StandIn;
let service: ServiceProcess;
const catalogue = generatedBooks(1_000, 11);
const unasked = catalogue.values();
/** A book that was never requested before. */
const nextBook = () => unasked.next().value!;

const rules: Record<StandInProvider, FaultRule[]> = { openlibrary: [], "google-books": [] };
function fail(provider: StandInProvider, isbn: string, fault: Fault): void {
  rules[provider].push({ isbn, fault });
  standIn[provider].behave({ faults: rules[provider] });
}

beforeAll(async () => {
  standIn = await startStandIn({ books: catalogue });
  service = await startService({
    stateFrom: newState(),
    env: { ...standIn.env, ...NO_LIMITS, GOOGLE_BOOKS_API_KEY: "key-of-the-stand-in" },
  });
});
afterAll(async () => {
  await service.stop();
  await standIn.close();
});

/**
 * Lets both providers succeed, so that no breaker opens and each case is affected only by its own
 * fault.
 */
async function reassureBreakers(): Promise<void> {
  for (const provider of STAND_IN_PROVIDERS) {
    let good = 0;
    await eventually(
      async () => {
        for (; good < GOOD_ANSWERS; good += 1) {
          const { isbn13, title } = nextBook();
          if (provider === "google-books") {
            fail("openlibrary", isbn13, { kind: "lacks", isbns: [isbn13] });
          }
          if ((await lookUp(service.url, isbn13)).title !== title) break;
        }
        return good;
      },
      () => good === GOOD_ANSWERS,
    );
  }
}

describe("Open Library failing, Google Books available", () => {
  it.each(FAULTS)("%j: the other provider answers", async (fault) => {
    const { isbn13, title } = nextBook();
    fail("openlibrary", isbn13, fault);
    expect(await lookUp(service.url, isbn13)).toMatchObject({
      status: 200,
      source: "external_api; state=fresh",
      title,
    });
    expect(standIn.openlibrary.stats().isbns).toContain(isbn13);
    await reassureBreakers();
  });

  it("another edition is not accepted for the requested one", async () => {
    const { isbn13, title } = nextBook();
    fail("openlibrary", isbn13, { kind: "other-edition" });
    expect(await lookUp(service.url, isbn13)).toMatchObject({ status: 200, title });
  });
});

describe("both providers failing", () => {
  const refused: { isbn13: string; title: string }[] = [];

  it.each(FAULTS)("%j: 503 with Retry-After", async (fault) => {
    const book = nextBook();
    for (const provider of STAND_IN_PROVIDERS) fail(provider, book.isbn13, fault);
    const answer = await lookUp(service.url, book.isbn13);
    expect(answer).toMatchObject({ status: 503, body: { code: "PROVIDERS_UNAVAILABLE" } });
    expect(Number(answer.retryAfter)).toBeGreaterThan(0);
    expect(standIn.openlibrary.stats().isbns).toContain(book.isbn13);
    expect(standIn["google-books"].stats().isbns).toContain(book.isbn13);
    refused.push(book);
    await reassureBreakers();
  });

  it("no failure was stored as an absence", async () => {
    for (const provider of STAND_IN_PROVIDERS) standIn[provider].behave();
    expect(refused).toHaveLength(FAULTS.length);
    for (const { isbn13, title } of refused) {
      const answer = await eventually(
        () => lookUp(service.url, isbn13),
        ({ status }) => status !== 503,
      );
      expect(answer).toMatchObject({ status: 200, title });
    }
  });

  it("one provider does not have the book and the other is down: 503", async () => {
    const { isbn13 } = nextBook();
    fail("openlibrary", isbn13, { kind: "lacks", isbns: [isbn13] });
    fail("google-books", isbn13, { kind: "server-error", status: 500 });
    expect(await lookUp(service.url, isbn13)).toMatchObject({ status: 503 });
  });

  it("both return another edition for every request: it is never returned to users, nor counted as an absence", async () => {
    const { isbn13 } = nextBook();
    for (const provider of STAND_IN_PROVIDERS) fail(provider, isbn13, { kind: "other-edition" });
    const answer = await lookUp(service.url, isbn13);
    // Open Library's canary is another edition too, so its response proves no absence.
    expect(answer).toMatchObject({ status: 503, body: { code: "PROVIDERS_UNAVAILABLE" } });
  });

  it("an empty answer without the canary is an outage, not an absence", async () => {
    const { isbn13, title } = nextBook();
    for (const provider of STAND_IN_PROVIDERS) fail(provider, isbn13, { kind: "empty" });
    expect(await lookUp(service.url, isbn13)).toMatchObject({ status: 503 });
    for (const provider of STAND_IN_PROVIDERS) standIn[provider].behave();
    const answer = await eventually(
      () => lookUp(service.url, isbn13),
      ({ status }) => status !== 503,
    );
    expect(answer).toMatchObject({ status: 200, title });
  });

  it("a provider that refuses the service is not called for each lookup, and readiness shows it", async () => {
    standIn["google-books"].forgetCalls();
    const refusing = { faults: [{ fault: { kind: "unknown-location" } as const }] };
    standIn["google-books"].behave(refusing);
    for (let count = 0; count < 5; count += 1) {
      const { isbn13 } = nextBook();
      fail("openlibrary", isbn13, { kind: "lacks", isbns: [isbn13] });
      expect(await lookUp(service.url, isbn13)).toMatchObject({ status: 503 });
    }
    expect(standIn["google-books"].stats().calls).toBe(1);
    const ready = await eventually(
      async () => (await fetch(`${service.url}/health/ready`)).json() as Promise<Readiness>,
      ({ checks }) => checks["google-books"]?.ok === false,
    );
    expect(ready).toMatchObject({
      status: "ready",
      checks: { "google-books": { detail: expect.stringContaining("403") } },
    });
  });
});
