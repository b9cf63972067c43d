import parsePrometheusTextFormat from "parse-prometheus-text-format";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Book } from "../../contract/catalogue.ts";
import { toIsbn10 } from "../../src/catalogue/domain/isbn/isbn.ts";
import { withLocalD1 } from "../tools/local-d1.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import { admin, ADMIN_TOKEN, migrationStatus, script, seed } from "./migration-support.ts";
import { eventually, lookUp, temporaryState } from "./support.ts";
import { randomOfThisRun } from "../support/properties.ts";

/** Enough for a run of several seconds, during which each of these books is read and written. */
const books = generatedBooks(2_000);
const CALLERS = 6;
const random = randomOfThisRun();
const LONG_MS = 1_200_000;
const state = temporaryState();
let standIn: StandIn;
let service: ServiceProcess;

const oldTitle = (isbn: string): string => `Old ${isbn}`;
const subtitle = (isbn: string): string => `Only in KV: ${isbn}`;

/** Old values, alternately under both spellings, dated and undated; all are older than the providers' current data. */
function oldValues(): Record<string, string> {
  return Object.fromEntries(
    books.map(({ isbn13 }, n) => {
      const book = { title: oldTitle(isbn13), subtitle: subtitle(isbn13), authors: ["An Author"] };
      const value = n % 2 === 0 ? book : { data: book, cachedAt: "2024-05-01T00:00:00Z" };
      const isbn = n % 3 === 0 ? (toIsbn10(isbn13) ?? isbn13) : isbn13;
      return [`book:isbn:${isbn}`, JSON.stringify(value)];
    }),
  );
}

/**
 * Queries the providers again. `isStale`: none could answer, for example because a call exceeded
 * its time budget on a busy machine; the stored book was returned instead, and header and body name
 * the same tier.
 */
async function refresh(isbn: string): Promise<{ status: number; title: string; isStale: boolean }> {
  const response = await fetch(`${service.url}/api/v2/books/enrich`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ isbn, refresh: true }),
    signal: AbortSignal.timeout(120_000),
  });
  const { title, _cacheSource } = (await response.json()) as Book & { _cacheSource: string };
  const isStored = ["memory", "kv", "d1"].includes(_cacheSource);
  const isStale =
    isStored && response.headers.get("x-cache-source") === `${_cacheSource}; state=stale`;
  return { status: response.status, title, isStale };
}

/**
 * Failures of provider queries that the service counted: calls, refusals by a desk, and unreachable
 * flights.
 */
async function providerFailures(): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return parsePrometheusTextFormat(text)
    .filter(({ name }) =>
      /^bookstrack_(provider_calls|provider_refusals|flight_failures)_total$/.test(name),
    )
    .flatMap(({ metrics }) => metrics)
    .filter(({ labels }) => labels?.["outcome"] !== "answered")
    .reduce((sum, { value }) => sum + Number(value), 0);
}

beforeAll(async () => {
  standIn = await startStandIn({ books });
  await seed(state.path, oldValues());
  const env = { ...standIn.env, ...NO_LIMITS, ADMIN_TOKEN };
  service = await startService({ stateDir: state.path, env });
}, LONG_MS);
afterAll(async () => {
  await service.kill9();
  await standIn.close();
  state.remove();
});

it(
  "concurrent reads and writes of the books of a run: no error, and no newer value is replaced by an older one",
  async () => {
    const titles = new Map(books.map(({ isbn13, title }) => [isbn13, title]));
    const refreshed = new Set<string>();
    const wrong: string[] = [];
    const seen = { reads: 0, writes: 0, stale: 0 };
    const hammer = { on: true };

    // A stale book that is only read is refreshed eventually, after the response.
    const titlesDue = (isbn: string): (string | undefined)[] =>
      refreshed.has(isbn) ? [titles.get(isbn)] : [titles.get(isbn), oldTitle(isbn)];
    const read = async (isbn: string): Promise<void> => {
      const due = titlesDue(isbn);
      const { status, title } = await lookUp(service.url, isbn);
      if (status !== 200 || !due.includes(title)) wrong.push(`read ${status} ${title}`);
      seen.reads += 1;
    };
    const write = async (isbn: string): Promise<void> => {
      const due = titlesDue(isbn);
      const { status, title, isStale } = await refresh(isbn);
      if (isStale && status === 200 && due.includes(title)) {
        seen.stale += 1;
        return;
      }
      if (status !== 200 || title !== titles.get(isbn)) wrong.push(`write ${status} ${title}`);
      refreshed.add(isbn);
      seen.writes += 1;
    };
    const caller = async (): Promise<void> => {
      while (hammer.on) {
        const isbn = books[Math.floor(random() * books.length)]?.isbn13 ?? "";
        await Promise.all([read(isbn), random() < 0.5 ? write(isbn) : read(isbn)]);
      }
    };

    const callers = Promise.all(Array.from({ length: CALLERS }, caller));
    while (seen.writes < 20) await new Promise((done) => setTimeout(done, 20));
    const before = { ...seen };
    expect((await admin(service.url, "POST", "migrate-kv-to-d1")).status).toBe(202);
    let status = await migrationStatus(service.url);
    while (status.status === "running") {
      await new Promise((done) => setTimeout(done, 50));
      status = await migrationStatus(service.url);
    }
    const during = { reads: seen.reads - before.reads, writes: seen.writes - before.writes };
    hammer.on = false;
    await callers;
    expect(wrong).toEqual([]);
    // A stale answer is only correct if a provider has failed. Desks report their counts with a
    // delay.
    if (seen.stale > 0) await eventually(providerFailures, (failures) => failures > 0);
    expect(during.reads).toBeGreaterThan(0);
    expect(during.writes).toBeGreaterThan(0);
    expect(status).toMatchObject({ status: "completed", failed: 0 });
    const { migrated, unchanged, skipped, listed } = status;
    expect(migrated + unchanged + skipped).toBe(listed);

    expect((await script("validate-migration", ["--url", service.url])).code).toBe(0);
    await service.stop();
    const rows = withLocalD1(state.path, (db) =>
      db
        .prepare("SELECT isbn, title, canonical_metadata ->> 'subtitle' AS subtitle FROM Books")
        .all(),
    ) as unknown as { isbn: string; title: string; subtitle: string }[];
    expect(rows).toHaveLength(books.length);
    const faults = rows.filter(
      ({ isbn, title, subtitle: stored }) =>
        !titlesDue(isbn).includes(title) || stored !== subtitle(isbn),
    );
    expect(faults).toEqual([]);
  },
  LONG_MS,
);
