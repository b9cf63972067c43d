import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Book } from "../../contract/catalogue.ts";
import { kvKeys } from "../../src/catalogue/storage/keys.ts";
import { emptyCatalogue, fillCatalogue } from "../support/catalogue.ts";
import { call } from "../support/http.ts";
import { waitFor } from "../support/wait.ts";

const DUNE = "9780441172719";
const HELD = "9780593098233";
const FOREIGN = "9783453317178";
const WORK = "OL893415W";

let asked: URL[];
let editions: object[] | "down";

beforeEach(async () => {
  asked = [];
  editions = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    asked.push(new URL(input instanceof Request ? input.url : String(input)));
    return editions === "down"
      ? new Response("no", { status: 403 })
      : Response.json({ entries: editions });
  });
  vi.spyOn(console, "log").mockReturnValue();
  await emptyCatalogue();
  await env.BOOK_CACHE.delete(kvKeys.editions(WORK));
});
afterEach(() => {
  vi.restoreAllMocks();
});

interface Answer {
  success: true;
  data: { editions: Book[]; workId?: string; partial?: true };
}

async function editionsOf(isbn: string): Promise<Answer["data"]> {
  const response = await call(`/v1/books/${isbn}/editions`);
  expect(response.status).toBe(200);
  return (await response.json<Answer>()).data;
}

async function fillWork(): Promise<void> {
  await fillCatalogue(
    { isbn: DUNE, title: "Dune", authors: ["Frank Herbert"], workId: WORK },
    { isbn: HELD, title: "Dune", authors: ["Frank Herbert"], workId: WORK },
  );
  await env.DB.prepare("UPDATE Books SET work_id = ?1").bind(WORK).run();
}

describe("GET /v1/books/:isbn/editions", () => {
  it("lists the catalogue's editions first, then those of the provider, which is called once", async () => {
    await fillWork();
    editions = [
      { key: "/books/OL1M", title: "Der Wüstenplanet", isbn_13: [FOREIGN], works: [{ key: WORK }] },
      { key: "/books/OL2M", title: "Dune", isbn_13: [DUNE], works: [{ key: WORK }] },
    ];
    const first = await editionsOf(DUNE);
    expect(first.editions.map(({ isbn }) => isbn)).toEqual([HELD, FOREIGN]);
    expect(first.editions[1]?.authors).toEqual(["Frank Herbert"]);
    expect([first.workId, first.partial]).toEqual([WORK, undefined]);
    expect(asked).toHaveLength(1);
    await waitFor(async () => expect((await editionsOf(HELD)).editions).toHaveLength(2));
    expect(asked).toHaveLength(1);
  });

  it("refuses a text that is not an ISBN", async () => {
    const response = await call("/v1/books/9780441172710/editions");
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "INVALID_ISBN" });
    expect(asked).toEqual([]);
  });

  it("marks the list as partial while the provider fails", async () => {
    await fillWork();
    editions = "down";
    const { editions: listed, partial } = await editionsOf(DUNE);
    expect([listed.map(({ isbn }) => isbn), partial]).toEqual([[HELD], true]);
    expect(await env.BOOK_CACHE.get(kvKeys.editions(WORK))).toBeNull();
  });
});
