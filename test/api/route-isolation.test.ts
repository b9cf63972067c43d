import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { serviceOf } from "../../src/service.ts";
import { bearer, newAccount, type Account } from "../support/accounts.ts";
import { call } from "../support/http.ts";
import { inCatalogue, newReader, type Reader } from "../support/library.ts";
import { staged } from "../support/imports.ts";
import { queueRow } from "../support/review-queue.ts";
import { rowsThatHold } from "../support/tables.ts";

const DUNE = "9780441172719";
const OTHER = "9780441013593";
const SECRET = "a secret of the owner";
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** Bodies that the routes accept from the owner. */
const BODIES = [
  { isbn: DUNE, rating: 1 },
  { title: "x", authors: [] },
  { keep: true },
  { page: 1 },
  { books: 1 },
  { isbn: OTHER },
  { isbns: [DUNE], delete: true },
  { ids: ["waiting"], dismiss: true },
  { changes: [{ op: "delete", isbn: DUNE, key: "k" }] },
  {},
];

const paths = [
  ...new Set(
    serviceOf(env)
      .app()
      .routes.map(({ path }) => path),
  ),
]
  // What is under /v1/books and /v1/covers is public.
  .filter((path) => path.includes("/:") && !/^\/(admin|v1\/books|v1\/covers)\//.test(path))
  .sort();

let owner: Reader;
let other: Account;
/** A value for each path parameter that identifies a resource of the owner. */
let owned: Record<string, string>;

beforeAll(async () => {
  await inCatalogue({ isbn: DUNE });
  owner = await newReader();
  other = await newAccount();
  await owner.add({ isbn: DUNE, rating: 5, review: SECRET, tags: ["t"], readings: [{}] });
  await queueRow(owner.userId, { id: "waiting", title: SECRET });
  const jobId = await staged({ userId: owner.userId, rows: [{ isbn: DUNE, title: SECRET }] });
  const made = [
    await owner.call("POST", `/books/${DUNE}/progress`, {
      id: "waiting",
      page: 1,
      note: SECRET,
    }),
    await owner.call("PUT", "/goals/2026", { books: 1 }),
    await owner.call("DELETE", `/books/${(await owner.add({ title: SECRET })).isbn}`),
  ];
  if (!made.every(({ ok }) => ok)) throw new Error("The owner's data could not be created.");
  owned = { userId: owner.userId, isbn: DUNE, id: "waiting", jobId, year: "2026" };
});

/**
 * A path to a resource of the owner. A route with a new parameter fails here until `owned` has a
 * value for it.
 */
const pathTo = (path: string): string =>
  path.replaceAll(/:(\w+)/g, (_all, name: string) => {
    const value = owned[name];
    if (value === undefined) throw new Error(`owned has no ${name} for ${path}`);
    return value;
  });

it("covers the existing routes", () => {
  expect(paths).toContain("/v1/library/:userId/books/:isbn");
  for (const path of [
    "review-queue/:id/resolve",
    "books/:isbn/progress/:id",
    "books/:isbn/edition",
    "books/bulk",
    "goals/:year",
    "trash/:isbn/restore",
    "facets",
    "changes",
    "changes/stream",
    "export/ticket",
  ]) {
    expect(paths).toContain(`/v1/library/:userId/${path}`);
  }
});

describe.each(paths)("%s", (path) => {
  // Resources with an id are not found for other users.
  const refusals = path.includes("/:userId") ? [403, 405] : [403, 404, 405];

  it.each(METHODS)(
    "%s reveals nothing to other users and changes nothing for them",
    async (method) => {
      const before = await rowsThatHold(owner.userId);
      expect(before).not.toEqual({});
      for (const body of method === "GET" ? [undefined] : BODIES) {
        const send = (headers: Record<string, string>) =>
          call(pathTo(path), {
            method,
            headers:
              body === undefined ? headers : { "Content-Type": "application/json", ...headers },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          });
        const response = await send(bearer(other.token));
        expect(refusals).toContain(response.status);
        expect(await response.text()).not.toContain(SECRET);
        const anonymous = await send({});
        expect([401, 405]).toContain(anonymous.status);
      }
      expect(await rowsThatHold(owner.userId)).toEqual(before);
    },
  );
});
