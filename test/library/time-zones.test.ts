import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { LibraryBook } from "../../contract/library.ts";
import { dayIn } from "../../src/platform/time-zone.ts";
import { bearer } from "../support/accounts.ts";
import { call } from "../support/http.ts";
import { newReader, type Reader } from "../support/library.ts";

/** Their dates always differ. */
const ZONES = ["Pacific/Kiritimati", "Pacific/Pago_Pago"];

async function readerIn(timeZone: string): Promise<Reader> {
  const reader = await newReader();
  const response = await call("/api/v2/users/me", {
    method: "PATCH",
    headers: { ...bearer(reader.token), "Content-Type": "application/json" },
    body: JSON.stringify({ timeZone }),
  });
  expect(response.status).toBe(200);
  return reader;
}

const bookOf = async (reader: Reader, isbn: string): Promise<LibraryBook> => {
  const response = await reader.call("GET", `/books/${isbn}`);
  return (await response.json<{ data: { book: LibraryBook } }>()).data.book;
};

/** Ways to change the status of a book. */
const MOVES: [name: string, (reader: Reader, isbn: string, status: string) => Promise<Response>][] =
  [
    ["a change", (reader, isbn, status) => reader.call("PATCH", `/books/${isbn}`, { status })],
    [
      "an addition of a book that is there",
      (reader, _isbn, status) => reader.call("POST", "/books", { title: "Here", status }),
    ],
    [
      "a bulk change",
      (reader, isbn, status) =>
        reader.call("POST", "/books/bulk", { isbns: [isbn], change: { status } }),
    ],
    [
      "the outbox of a device",
      (reader, isbn, status) =>
        reader.call("POST", "/changes", {
          changes: [{ op: "change", isbn, body: { status }, key: `move-${status}` }],
        }),
    ],
  ];

describe.each(ZONES)("in %s", (zone) => {
  it.each(MOVES)(
    "%s of the status dates the reading in the user's time zone",
    async (_name, move) => {
      const reader = await readerIn(zone);
      const { isbn } = await reader.add({ title: "Here" });
      const days = [dayIn(zone, Date.now())];
      for (const status of ["reading", "completed"]) {
        expect((await move(reader, isbn, status)).status).toBe(200);
      }
      days.push(dayIn(zone, Date.now()));
      const [reading] = (await bookOf(reader, isbn)).readings;
      expect(days).toContain(reading?.startedAt);
      expect(days).toContain(reading?.finishedAt);
    },
  );
});

it("filters by the days of addition in the user's time zone, in the list, its start, the facets and bulk changes", async () => {
  const reader = await readerIn("Asia/Tokyo");
  const { isbn } = await reader.add({ title: "Early" });
  const other = await reader.add({ title: "Late" });
  const addedAt = (id: string, at: string) =>
    env.DB.prepare("UPDATE UserLibrary SET added_at = ?3 WHERE user_id = ?1 AND isbn = ?2").bind(
      reader.userId,
      id,
      Date.parse(at) / 1000,
    );
  await env.DB.batch([
    addedAt(isbn, "2026-03-01T14:59:59Z"),
    addedAt(other.isbn, "2026-03-01T15:00:00Z"),
  ]);
  const titles = async (query: string) =>
    (await reader.list(query)).books.map(({ title }) => title);
  expect(await titles("?addedFrom=2026-03-02")).toEqual(["Late"]);
  expect(await titles("?addedTo=2026-03-01")).toEqual(["Early"]);
  expect(await titles("?sort=added&from=2026-03-02")).toEqual(["Late"]);
  expect(await titles("?sort=-added&from=2026-03-01")).toEqual(["Early"]);
  expect(await titles("?addedFrom=2026-03-01&addedTo=2026-03-31")).toHaveLength(2);
  const facets = await reader.call("GET", "/facets?addedFrom=2026-03-02");
  expect(await facets.json()).toMatchObject({ data: { total: 1 } });
  const changed = await reader.call("POST", "/books/bulk", {
    filter: { addedTo: "2026-03-01" },
    change: { rating: 4 },
  });
  expect(await changed.json()).toMatchObject({ data: { results: [{ isbn, outcome: "changed" }] } });
});
