import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { inCatalogue, newReader, type Reader } from "../support/library.ts";
import { queueRow } from "../support/review-queue.ts";

const DUNE = "9780441172719";
const HOBBIT = "9780547928227";
const SIMULTANEOUS = 20;

let reader: Reader;

beforeAll(async () => {
  await inCatalogue({ isbn: DUNE });
  await inCatalogue({ isbn: HOBBIT });
});
beforeEach(async () => {
  reader = await newReader();
});

const key = { "Idempotency-Key": "add-1" };
const add = (body: object, headers: Record<string, string> = key): Promise<Response> =>
  reader.call("POST", "/books", body, headers);
const replayed = (response: Response): string | null =>
  response.headers.get("Idempotency-Replayed");

describe("adding a book with a key", () => {
  it("happens once and replays the first answer with its ETag", async () => {
    const first = await add({ isbn: DUNE, rating: 5 });
    await reader.call("PATCH", `/books/${DUNE}`, { rating: 2 });
    const again = await add({ isbn: DUNE, rating: 5 });
    expect([first.status, again.status, replayed(again)]).toEqual([201, 201, "true"]);
    expect(again.headers.get("ETag")).toBe(first.headers.get("ETag"));
    expect(await again.text()).toBe(await first.text());
    expect((await reader.list()).books).toMatchObject([{ isbn: DUNE, rating: 2 }]);
  });

  it("does not restore a book that the user has removed since", async () => {
    await add({ isbn: DUNE });
    await reader.call("DELETE", `/books/${DUNE}`);
    expect(replayed(await add({ isbn: DUNE }))).toBe("true");
    expect((await reader.list()).total).toBe(0);
  });

  it("happens once for many simultaneous requests", async () => {
    const responses = await Promise.all(
      Array.from({ length: SIMULTANEOUS }, () => add({ isbn: DUNE, review: "good" })),
    );
    const first = responses.filter(({ status, headers }) =>
      status === 201 ? !headers.has("Idempotency-Replayed") : status !== 409,
    );
    expect(first).toHaveLength(1);
    // A second write would have increased the version.
    const shelved = await reader.call("GET", `/books/${DUNE}`);
    expect(shelved.headers.get("ETag")).toBe(first[0]?.headers.get("ETag"));
  });

  it("writes nothing if its key was taken over in the meantime", async () => {
    const batch = env.DB.batch.bind(env.DB);
    // The batch that writes the book is the longest of the request.
    vi.spyOn(env.DB, "batch").mockImplementation(async (statements) => {
      if (statements.length > 2) {
        await env.DB.prepare("UPDATE IdempotencyKeys SET owner = 'another' WHERE user_id = ?1")
          .bind(reader.userId)
          .run();
      }
      return batch(statements);
    });
    const response = await add({ isbn: DUNE });
    vi.restoreAllMocks();
    expect(response.status).toBe(503);
    expect((await reader.list()).total).toBe(0);
    expect((await add({ isbn: DUNE })).status).toBe(409);
  });

  it("is rejected for another book", async () => {
    await add({ isbn: DUNE });
    const other = await add({ isbn: HOBBIT });
    expect(other.status).toBe(422);
    expect((await reader.list()).total).toBe(1);
  });

  it("releases the key when it fails", async () => {
    expect((await add({ isbn: "9780441172710" })).status).toBe(400);
    expect((await add({ isbn: DUNE })).status).toBe(201);
  });
});

it("a waiting row is settled once per key", async () => {
  await queueRow(reader.userId, { id: `row-${reader.userId}`, title: "Dune" });
  const resolve = () =>
    reader.call("POST", `/review-queue/row-${reader.userId}/resolve`, { isbn: DUNE }, key);
  const [first, again] = [await resolve(), await resolve()];
  expect([first.status, again.status, replayed(again)]).toEqual([200, 200, "true"]);
  expect(await again.text()).toBe(await first.text());
});

it("stored answers are deleted with the user", async () => {
  await add({ isbn: DUNE, notes: "private" });
  expect((await reader.call("DELETE", "")).status).toBe(204);
  const row = await env.DB.prepare("SELECT 1 FROM IdempotencyKeys WHERE user_id = ?1")
    .bind(reader.userId)
    .first();
  expect(row).toBeNull();
});
