import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { ImportRowView } from "../../contract/imports.ts";
import { bearer, narrowed } from "../support/accounts.ts";
import { call } from "../support/http.ts";
import { ended, staged } from "../support/imports.ts";
import { isbnOf, newReader, type Reader } from "../support/library.ts";
import { accepted, listOf, sendFile } from "../support/uploads.ts";

let user: Reader;
beforeEach(async () => {
  user = await newReader();
});

const get = ({ token }: Reader, path: string): Promise<Response> =>
  call(`/api/v2/imports/${path}`, { headers: bearer(token) });

interface Page {
  items: ImportRowView[];
  nextCursor?: string;
}

async function page(jobId: string, query = ""): Promise<Page> {
  const response = await get(user, `${jobId}/rows${query}`);
  expect(response.status).toBe(200);
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  return response.json<Page>();
}

async function imported(file: string): Promise<string> {
  const { jobId } = await accepted(await sendFile(user, file, { query: "?enrich=false" }));
  await ended(jobId);
  return jobId;
}

const FILE = [
  "Title,Author,ISBN,Colour",
  `Dune,Frank Herbert,${isbnOf(1)},a`,
  "Emma,Jane Austen,,b",
  'Open,"X,1,c',
  `Kim,Rudyard Kipling,${isbnOf(2)},d`,
  "=1+1,@evil,9.78E+12,e",
  ",,,",
].join("\n");

describe("the rows of an import", () => {
  it("have outcomes and are listed in file order", async () => {
    const { items, nextCursor } = await page(await imported(FILE));
    expect(nextCursor).toBeUndefined();
    expect(
      items.map(({ row, line, outcome, reason }) => [row, line, outcome, reason?.code]),
    ).toEqual([
      [2, 2, "created", undefined],
      [3, 3, "needsReview", "NO_ISBN"],
      [4, 4, "invalid", "UNBALANCED_QUOTE"],
      [5, 5, "created", undefined],
      [6, 6, "needsReview", "ISBN_ROUNDED"],
      [7, 7, "invalid", "EMPTY_ROW"],
    ]);
    expect(items[0]).toEqual({
      row: 2,
      line: 2,
      outcome: "created",
      isbn: isbnOf(1),
      title: "Dune",
      notes: [],
      matchedBy: "isbn13",
    });
  });

  it("can be filtered by outcome and paged", async () => {
    const jobId = await imported(listOf(25).concat("\nNo number,Somebody,"));
    const seen: number[] = [];
    let query = "?outcome=created&limit=10";
    for (;;) {
      const { items, nextCursor } = await page(jobId, query);
      expect(items.every(({ outcome }) => outcome === "created")).toBe(true);
      seen.push(...items.map(({ row }) => row));
      if (nextCursor === undefined) break;
      query = `?outcome=created&limit=10&cursor=${nextCursor}`;
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => index + 2));
    expect((await page(jobId, "?outcome=needsReview")).items.map(({ row }) => row)).toEqual([27]);
    expect((await page(jobId, "?outcome=notProcessed")).items).toEqual([]);
  });

  it("are listed before the job has processed them", async () => {
    const rows = [1, 2, 3].map((number) => ({ isbn: isbnOf(number), title: `Book ${number}` }));
    const jobId = await staged({ userId: user.userId, rows, chunk: 2 });
    const { items } = await page(jobId, "?outcome=notProcessed");
    expect(items.map(({ outcome }) => outcome)).toEqual(rows.map(() => "notProcessed"));
    expect((await page(jobId)).items).toEqual(items);
    expect(items[0]).toEqual({
      row: 2,
      line: 2,
      outcome: "notProcessed",
      isbn: isbnOf(1),
      title: "Book 1",
      notes: [],
    });
    const { items: first, nextCursor } = await page(jobId, "?limit=1");
    expect(first).toEqual(items.slice(0, 1));
    const rest = await page(jobId, `?cursor=${nextCursor ?? ""}`);
    expect(rest.items).toEqual(items.slice(1));
  });

  it("are not visible during the upload", async () => {
    const jobId = await imported(listOf(1));
    await env.DB.prepare("UPDATE ImportJobs SET state = 'uploading' WHERE job_id = ?1")
      .bind(jobId)
      .run();
    expect((await get(user, `${jobId}/rows`)).status).toBe(404);
    expect((await get(user, `${jobId}/failed.csv`)).status).toBe(404);
  });

  it.each(["rows", "failed.csv"])("are private to their user (%s)", async (path) => {
    const { jobId } = await accepted(await sendFile(user, listOf(1)));
    const stranger = await newReader();
    for (const response of [
      await get(stranger, `${jobId}/${path}`),
      await get(user, `nothing/${path}`),
    ]) {
      expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([
        404,
        "JOB_NOT_FOUND",
      ]);
    }
    const token = await narrowed(user.token, ["library:read"]);
    expect((await get({ ...user, token }, `${jobId}/${path}`)).status).toBe(403);
  });

  it.each(["outcome=lost", "limit=0", "limit=1000", "cursor=x", "cursor=r1.-1"])(
    "reject the query %s",
    async (query) => {
      const { jobId } = await accepted(await sendFile(user, listOf(1)));
      expect((await get(user, `${jobId}/rows?${query}`)).status).toBe(400);
    },
  );
});

describe("failed.csv", () => {
  async function failed(jobId: string): Promise<string> {
    const response = await get(user, `${jobId}/failed.csv`);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toContain("text/csv");
    expect(response.headers.get("Content-Disposition")).toContain("attachment");
    return response.text();
  }

  it("contains the failed rows in their columns with reasons, and no formulas", async () => {
    const lines = (await failed(await imported(FILE))).split("\r\n");
    expect(lines[0]).toBe("Title,Author,ISBN,Colour,Import Reason Code,Import Reason");
    expect(lines[1]).toMatch(/^Emma,Jane Austen,,b,NO_ISBN,".+"$/);
    expect(lines[2]).toMatch(/^Open,"""X,1,c",,,UNBALANCED_QUOTE,/);
    expect(lines[3]).toMatch(/^'=1\+1,'@evil,9\.78E\+12,e,ISBN_ROUNDED,/);
    expect(lines[4]).toMatch(/^,,,,EMPTY_ROW,/);
    expect(lines).toHaveLength(6);
  });

  it("can be imported after its rows were corrected", async () => {
    const mended = (await failed(await imported(FILE))).replace(
      "Jane Austen,,",
      `Jane Austen,${isbnOf(3)},`,
    );
    const { items } = await page(await imported(mended));
    expect(items[0]).toMatchObject({ outcome: "created", isbn: isbnOf(3), notes: [] });
    const emma = await user.call("GET", `/books/${isbnOf(3)}`);
    const { data } = await emma.json<{ data: { book: { extra?: object } } }>();
    expect(data.book.extra).toEqual({ Colour: "b" });
  });

  it("is recognised row by row when it is imported without corrections", async () => {
    const file = [
      "Title,Author,ISBN,Date Added",
      '"=HYPERLINK(""x"")",\'Abd al-Rahman,,2019/05/17',
      "Short,Somebody",
      "Wide,Somebody,,2019/05/18,beyond",
      'Wrapped,Somebody,"=""""",2019/05/18',
    ].join("\n");
    const queue = async () =>
      (await user.call("GET", "/review-queue")).json<{ data: { items: object[] } }>();
    const text = await failed(await imported(file));
    const waiting = (await queue()).data.items;
    expect(waiting).toHaveLength(4);
    expect(text).toContain(',"=""""",2019/05/18,');
    const again = await page(await imported(text));
    expect(again.items).toMatchObject([
      { outcome: "needsReview", title: '=HYPERLINK("x")' },
      { outcome: "needsReview", title: "Short" },
      { outcome: "needsReview", title: "Wide" },
      { outcome: "needsReview", title: "Wrapped" },
    ]);
    expect((await queue()).data.items).toEqual(waiting);
    expect(await failed(await imported(text))).toBe(text);
  });

  it("contains only a header when nothing failed", async () => {
    expect(await failed(await imported(listOf(2)))).toBe(
      "Title,Author,ISBN,Import Reason Code,Import Reason\r\n",
    );
  });

  it("contains cells beyond the columns, and all rows", async () => {
    const wide = "x".repeat(5000);
    const rows = Array.from({ length: 1200 }, (_, at) => `Book ${at},Somebody,,${at}${wide}`);
    const text = await failed(await imported(["Title,Author,ISBN", ...rows].join("\n")));
    const lines = text.split("\r\n");
    expect(lines[0]).toBe("Title,Author,ISBN,Column 4,Import Reason Code,Import Reason");
    expect(lines.slice(1, -1).map((line) => line.split(",")[0])).toEqual(
      rows.map((row) => row.split(",")[0]),
    );
    expect(lines[1200]).toContain(`,1199${wide},`);
  });
});
