import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localStore } from "../../scripts/migration/kv-store.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import { UNKNOWN_ISBN } from "../tools/stand-in/well-known-books.ts";
import { kvKeysOf, queryD1, wrangler } from "../tools/wrangler-cli.ts";
import { eventually, lookUp, temporaryState } from "./support.ts";

const DUNE = "9780441172719";
const BOOK_CACHE = "bookstrack-book-cache-local";

/** Names of all keys, read without starting wrangler. */
async function keysIn(stateDir: string): Promise<string[]> {
  const store = await localStore(stateDir, BOOK_CACHE);
  const names: string[] = [];
  for await (const page of store.pages("")) names.push(...page.map(({ key }) => key));
  await store.close();
  return names;
}

describe("one book through every tier", () => {
  const state = temporaryState();
  let standIn: StandIn;
  let service: ServiceProcess;
  const start = async (): Promise<void> => {
    service = await startService({ stateDir: state.path, env: { ...standIn.env, ...NO_LIMITS } });
  };

  beforeAll(async () => {
    standIn = await startStandIn();
    await start();
  });
  afterAll(async () => {
    await service.stop();
    await standIn.close();
    state.remove();
  });

  it("comes from the provider, then from memory, in every spelling", async () => {
    const first = await lookUp(service.url, "0-441-17271-7");
    expect(first).toMatchObject({
      status: 200,
      source: "external_api; state=fresh",
      title: "Dune",
    });
    expect(first.body.data?.book).toMatchObject({ isbn: DUNE, _cacheSource: "external_api" });
    for (const spelling of [DUNE, "0441172717", "978-0-441-17271-9"]) {
      expect(await lookUp(service.url, spelling)).toMatchObject({
        source: "memory; state=fresh",
        title: "Dune",
      });
    }
    expect(standIn.openlibrary.stats().isbns).toEqual([DUNE]);
  });

  it("is in D1 and in KV, where wrangler finds it", async () => {
    const rows = await queryD1(state.path, `SELECT isbn, title FROM Books WHERE isbn = '${DUNE}'`);
    expect(rows).toEqual([{ isbn: DUNE, title: "Dune" }]);
    await eventually(
      () => kvKeysOf(state.path, "BOOK_CACHE"),
      (keys) => keys.includes(`book:isbn:${DUNE}`),
    );
  });

  it("gets the work's first year of publication from the record that is read for the description", async () => {
    const year = "canonical_metadata ->> 'firstPublicationYear'";
    await eventually(
      () => queryD1(state.path, `SELECT isbn FROM Books WHERE isbn = '${DUNE}' AND ${year} = 1965`),
      (rows) => rows.length === 1,
    );
    const { paths } = standIn.openlibrary.stats();
    expect(paths.filter((path) => path.startsWith("/works/"))).toEqual(["/works/OL2W.json"]);
  });

  it("comes from KV after a restart", async () => {
    expect(await service.stop()).toBe(0);
    await start();
    expect(await lookUp(service.url, DUNE)).toMatchObject({
      source: "kv; state=fresh",
      title: "Dune",
    });
  });

  it("comes from D1 once KV is emptied, and is then in KV again", async () => {
    await service.stop();
    await wrangler(
      state.path,
      "kv",
      "key",
      "delete",
      `book:isbn:${DUNE}`,
      "--binding",
      "BOOK_CACHE",
    );
    await start();
    expect(await lookUp(service.url, DUNE)).toMatchObject({
      source: "d1; state=fresh",
      title: "Dune",
    });
    await eventually(
      () => keysIn(state.path),
      (keys) => keys.includes(`book:isbn:${DUNE}`),
    );
    expect(standIn.openlibrary.stats().isbns).toEqual([DUNE]);
  });

  it("remembers that a book is unknown", async () => {
    expect(await lookUp(service.url, UNKNOWN_ISBN)).toMatchObject({
      status: 200,
      source: "external_api; state=known-absent",
      body: { data: { book: null } },
    });
    expect(await lookUp(service.url, UNKNOWN_ISBN)).toMatchObject({
      source: "memory; state=known-absent",
      body: { data: { book: null } },
    });
  });

  it("explains an invalid ISBN and suggests a valid one", async () => {
    expect(await lookUp(service.url, "9780441172710")).toMatchObject({
      status: 400,
      body: { code: "INVALID_ISBN", suggestions: expect.arrayContaining([DUNE]) as string[] },
    });
    expect(await lookUp(service.url, "dune")).toMatchObject({ status: 400 });
    expect(await lookUp(service.url, "")).toMatchObject({ status: 400 });
  });

  it("reports its health, its readiness and its API", async () => {
    const get = async (path: string): Promise<unknown> => (await fetch(service.url + path)).json();
    expect(await get("/health")).toMatchObject({ status: expect.any(String) as string });
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    expect(await get("/openapi.json")).toMatchObject({ openapi: "3.1.0" });
  });
});
