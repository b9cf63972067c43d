import { expect, it } from "vitest";
import { ConflictError, createClient, NotFoundError } from "../../client/src/index.ts";
import { call } from "../support/http.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";

/** A client inside a Worker, as in another service of ours. Each response is checked against openapi.json. */
function clientOf(token?: string) {
  return createClient({
    baseUrl: "http://bookstrack.test",
    ...(token === undefined ? {} : { token }),
    fetch: (input, init) => {
      const { pathname, search } = new URL(input instanceof Request ? input.url : input);
      return call(`${pathname}${search}`, init);
    },
  });
}

it("the client works in a Worker: accounts, scans, shelves, imports and their stream", async () => {
  openLibraryInPlace().say("9780441172719", {
    title: "Dune",
    authors: [{ name: "Frank Herbert" }],
  });
  await restDesks();
  const { userId, token } = await clientOf().accounts.create();
  const { catalogue, library, imports } = clientOf(token);
  const shelf = library(userId);

  expect((await catalogue.enrich("978-0-441-17271-9")).title).toBe("Dune");
  await expect(catalogue.enrich("9780306406157")).rejects.toBeInstanceOf(NotFoundError);
  await shelf.add({ isbn: "9780441172719", status: "reading" });

  const { book, etag } = await shelf.entry("9780441172719");
  expect(book.status).toBe("reading");
  await shelf.change(book.isbn, { rating: 4.5 }, { ifMatch: etag });
  await expect(shelf.change(book.isbn, { rating: 1 }, { ifMatch: etag })).rejects.toBeInstanceOf(
    ConflictError,
  );
  expect((await shelf.get(book.isbn)).rating).toBe(4.5);

  const file = "Title,Author,ISBN13,My Rating\nDune,Frank Herbert,9780441172719,5\n";
  const updates = await Array.fromAsync(imports.importFile(file));
  expect(new Set(updates.map(({ via }) => via))).toEqual(new Set(["stream"]));
  expect(updates.at(-1)?.snapshot).toMatchObject({
    status: "completed",
    outcomes: { unchanged: 1 },
  });
  expect(await new Response(await shelf.export("csv")).text()).toContain("Dune");
});
