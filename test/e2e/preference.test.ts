import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { queryD1 } from "../tools/wrangler-cli.ts";
import { eventually, lookUp, temporaryState } from "./support.ts";

const ISBN = "9780441172719";
/** The book as each provider has it: all values are valid, and none are equal. */
const ANSWERS = {
  "/api/books": {
    [`ISBN:${ISBN}`]: {
      key: "/books/OL1M",
      title: "Dune",
      authors: [{ name: "Frank Herbert", url: "https://openlibrary.org/authors/OL2A/x" }],
      publishers: [{ name: "Ace" }],
      publish_date: "September 1, 1990",
      number_of_pages: 535,
      subjects: [{ name: "Deserts" }],
      identifiers: { isbn_13: [ISBN] },
    },
  },
  "/volumes": {
    totalItems: 1,
    items: [
      {
        id: "gid",
        volumeInfo: {
          title: "Dune: the gift edition",
          authors: ["F. Herbert"],
          publisher: "Penguin",
          publishedDate: "1990-09-02",
          pageCount: 600,
          language: "en",
          categories: ["Fiction"],
          description: "A planet of sand.",
          industryIdentifiers: [{ type: "ISBN_13", identifier: ISBN }],
        },
      },
    ],
  },
};

const state = temporaryState();
let providers: Server;
let service: ServiceProcess;

beforeAll(async () => {
  providers = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://provider").pathname;
    const answer = ANSWERS[path as keyof typeof ANSWERS] as object | undefined;
    response.writeHead(answer === undefined ? 404 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(answer ?? {}));
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => providers.once("listening", listening));
  const url = `http://127.0.0.1:${(providers.address() as AddressInfo).port}`;
  service = await startService({
    stateDir: state.path,
    env: {
      ...NO_LIMITS,
      OPEN_LIBRARY_BASE_URL: url,
      GOOGLE_BOOKS_BASE_URL: url,
      GOOGLE_BOOKS_API_KEY: "key",
    },
  });
});
afterAll(async () => {
  await service.stop();
  providers.close();
  state.remove();
});

interface Enriched {
  title: string;
  authors: string[];
  authorsDetailed?: { name: string }[];
  publisher: string;
}

async function enrich(fields: object): Promise<Enriched> {
  const response = await fetch(`${service.url}/api/v2/books/enrich`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ barcode: ISBN, ...fields }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Enriched;
}

/** The stored values, without the times of the provider responses. */
async function stored(): Promise<unknown> {
  const [row] = (await queryD1(
    state.path,
    "SELECT canonical_metadata AS book, title, publisher FROM Books",
  )) as { book: string }[];
  if (row === undefined) return undefined;
  const {
    sources: _sources,
    updatedAt: _at,
    ...book
  } = JSON.parse(row.book) as Record<string, unknown>;
  return { ...row, book };
}

it("an anonymous preference with refresh changes only that response, never the record", async () => {
  await enrich({});
  const before = await eventually(stored, (book) => book !== undefined);
  // A flight is shared for some seconds.
  const preferred = await eventually(
    () => enrich({ preferProvider: "google-books", refresh: true }),
    ({ publisher }) => publisher === "Penguin",
  );
  expect(preferred).toMatchObject({ title: "Dune: the gift edition", authors: ["F. Herbert"] });
  expect(preferred.authorsDetailed?.map(({ name }) => name) ?? preferred.authors).toEqual(
    preferred.authors,
  );
  const again = await enrich({ refresh: true });
  expect(again).toMatchObject({ title: "Dune", authors: ["Frank Herbert"], publisher: "Ace" });
  expect((await lookUp(service.url, ISBN)).title).toBe("Dune");
  expect(await stored()).toEqual(before);
});
