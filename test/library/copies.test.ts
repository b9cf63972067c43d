import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { LibraryBook } from "../../contract/library.ts";
import { imported, rowsOf } from "../support/imports.ts";
import { inCatalogue, newReader, type Reader } from "../support/library.ts";

const DUNE = "9780441172719";
const COPY = {
  format: "hardcover",
  owned: true,
  location: "Study, left shelf",
  loan: { to: "Zoë", since: "2024-05", due: "2024-06-01" },
  ownSeries: [{ name: "Dune", position: "1" }, { name: "Ace Classics" }],
} as const;

let reader: Reader;

beforeEach(async () => {
  await inCatalogue({ isbn: DUNE, series: [{ name: "Dune Chronicles", position: "1" }] });
  reader = await newReader();
});

const path = `/books/${DUNE}`;
const bookOf = async (response: Response): Promise<LibraryBook> =>
  (await response.json<{ data: { book: LibraryBook } }>()).data.book;
const found = async (): Promise<LibraryBook> => bookOf(await reader.call("GET", path));
const changed = async (change: object): Promise<LibraryBook> => {
  const response = await reader.call("PATCH", path, change);
  expect(response.status).toBe(200);
  return bookOf(response);
};
const issuesOf = async (response: Response): Promise<string[]> => {
  expect(response.status).toBe(400);
  const { issues } = await response.json<{ issues: { path: string }[] }>();
  return issues.map((issue) => issue.path);
};

describe("the user's copy of a book", () => {
  it("is stored exactly when the book is added and when it is changed", async () => {
    const added = await reader.add({ isbn: DUNE, ...COPY });
    expect(added).toMatchObject({ ...COPY, series: COPY.ownSeries });
    expect(await found()).toEqual(added);
    expect((await reader.list()).books).toEqual([added]);
    const loan = { to: "Ann" };
    const { updatedAt: _before, ...rest } = added;
    expect(await changed({ loan, owned: false })).toMatchObject({ ...rest, loan, owned: false });
  });

  it("is cleared by null, field by field, and then the catalogue's series is shown", async () => {
    await reader.add({ isbn: DUNE, ...COPY });
    for (const field of Object.keys(COPY)) {
      expect(await changed({ [field]: null })).not.toHaveProperty(field);
    }
    expect(await found()).toMatchObject({ series: [{ name: "Dune Chronicles", position: "1" }] });
  });

  it("can be in no series, whatever the catalogue has", async () => {
    await reader.add({ isbn: DUNE });
    expect(await changed({ ownSeries: [] })).toMatchObject({ series: [], ownSeries: [] });
  });

  it("names its writer, and is guarded by the ETag", async () => {
    await reader.add({ isbn: DUNE, format: "ebook" });
    const etag = (await reader.call("GET", path)).headers.get("ETag") ?? "";
    await changed({ location: "Attic" });
    const late = await reader.call("PATCH", path, { owned: true }, { "If-Match": etag });
    expect(late.status).toBe(412);
    const writes = await env.DB.prepare(
      "SELECT field_writes FROM UserLibrary WHERE user_id = ?1 AND isbn = ?2",
    )
      .bind(reader.userId, DUNE)
      .first<string>("field_writes");
    expect(JSON.parse(writes ?? "{}")).toMatchObject({
      format: ["user", expect.any(Number)],
      location: ["user", expect.any(Number)],
    });
  });

  it.each([
    [{ format: "scroll" }, "format"],
    [{ owned: "yes" }, "owned"],
    [{ location: "x".repeat(301) }, "location"],
    [{ loan: { to: " " } }, "loan.to"],
    [{ loan: { to: "Ann", since: "2024-05-02", due: "2024-05-01" } }, "loan.due"],
    [{ loan: { to: "Ann", since: "soon" } }, "loan.since"],
    [{ ownSeries: [{ name: "" }] }, "ownSeries.0.name"],
    [{ ownSeries: [{ name: "A", position: "" }] }, "ownSeries.0.position"],
    [{ ownSeries: Array.from({ length: 11 }, () => ({ name: "A" })) }, "ownSeries"],
  ])("refuses %j", async (change, at) => {
    await reader.add({ isbn: DUNE });
    expect(await issuesOf(await reader.call("PATCH", path, change))).toContain(at);
    expect(await issuesOf(await reader.call("POST", "/books", { isbn: DUNE, ...change }))).toEqual([
      at,
    ]);
    const book = await found();
    for (const field of Object.keys(change)) expect(book).not.toHaveProperty(field);
  });
});

describe("an import of the user's copy", () => {
  const row = (entry: object) => ({ isbn: DUNE, entry: { tags: [], readings: [], ...entry } });

  it("fills empty fields of the entry, and keeps and reports what the user has entered", async () => {
    await reader.add({ isbn: DUNE, location: "Attic", loan: COPY.loan });
    const { jobId } = await imported({
      userId: reader.userId,
      rows: [row({ ...COPY, location: "Cellar" })],
    });
    expect(await found()).toMatchObject({ ...COPY, location: "Attic" });
    const [result] = await rowsOf(jobId);
    expect(result).toMatchObject({ outcome: "updated" });
    expect(JSON.stringify(result)).toContain("Location.");
  });

  it("replaces the user's values in overwrite mode, but clears none", async () => {
    await reader.add({ isbn: DUNE, ...COPY });
    await imported({
      userId: reader.userId,
      mode: "overwrite",
      rows: [row({ owned: false, loan: { to: "Ann" } })],
    });
    expect(await found()).toMatchObject({ ...COPY, owned: false, loan: { to: "Ann" } });
  });
});

describe("readings", () => {
  it("keep their ids when their dates change, even in another order", async () => {
    const { readings } = await reader.add({
      isbn: DUNE,
      readings: [{ finishedAt: "2019" }, { finishedAt: "2021" }],
    });
    const [one, other] = readings;
    expect(new Set(readings.map(({ id }) => id)).size).toBe(2);
    const after = await changed({ readings: [{ ...other, startedAt: "2020-12" }, one] });
    expect(after.readings).toEqual([{ ...other, startedAt: "2020-12" }, one]);
  });

  it("are new if they have no id and others do, and keep an id that the client chose", async () => {
    const { readings } = await reader.add({ isbn: DUNE, readings: [{}, { finishedAt: "2021" }] });
    const [, kept] = readings;
    const made = { id: "0f8fad5b-d9cb-469f-a165-70867728950e", startedAt: "2024" };
    const after = await changed({ readings: [kept, { finishedAt: "2022" }, made] });
    expect(after.readings).toEqual([kept, { id: expect.any(String), finishedAt: "2022" }, made]);
    expect(readings.map(({ id }) => id)).not.toContain(after.readings[1]?.id);
  });

  it("get the ids of readings with equal dates if the client sends none", async () => {
    const { readings } = await reader.add({
      isbn: DUNE,
      readings: [{ finishedAt: "2019" }, { finishedAt: "2021" }],
    });
    const after = await changed({
      readings: [{ finishedAt: "2021" }, { finishedAt: "2019" }, { startedAt: "2024" }],
    });
    expect(after.readings.slice(0, 2)).toEqual(readings.toReversed());
  });

  it.each([
    [[{ id: "a b" }], "readings.0.id"],
    [[{ id: "" }], "readings.0.id"],
    [[{ id: "x".repeat(65) }], "readings.0.id"],
    [[{ id: "a" }, { id: "a" }], "readings"],
  ])("refuses the ids of %j", async (readings, at) => {
    await reader.add({ isbn: DUNE });
    expect(await issuesOf(await reader.call("PATCH", path, { readings }))).toEqual([at]);
  });
});
