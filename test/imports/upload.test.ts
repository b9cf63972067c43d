import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Problem } from "../../contract/problems.ts";
import { narrowed } from "../support/accounts.ts";
import { eventsOf, rowsOf } from "../support/imports.ts";
import { isbnOf, newReader, type Reader } from "../support/library.ts";
import { accepted, listOf, sendFile, sendForm, traces } from "../support/uploads.ts";
import { runs } from "../support/properties.ts";

const csv = (text: string): Blob => new Blob([text], { type: "text/csv" });

let user: Reader;
beforeEach(async () => {
  user = await newReader();
});

const jobRow = (jobId: string) =>
  env.DB.prepare("SELECT * FROM ImportJobs WHERE job_id = ?1").bind(jobId).first();

const problem = async (response: Response): Promise<Problem> => response.json<Problem>();

describe("an upload", () => {
  it("becomes a job as soon as its rows are stored", async () => {
    const job = await accepted(await sendFile(user, listOf(3)));
    expect(job).toMatchObject({ status: "queued", totalRows: 3 });
    expect(job.statusUrl).toBe(`/api/v2/imports/${job.jobId}`);
    expect(job.streamUrl).toContain(`/api/v2/imports/${job.jobId}/stream`);
    const rows = await rowsOf(job.jobId);
    expect(rows.map(({ row, line, chunk, isbn }) => [row, line, chunk, isbn])).toEqual(
      [1, 2, 3].map((number) => [number + 1, number + 1, 0, isbnOf(number)]),
    );
    expect((await eventsOf(job.jobId))[0]).toMatchObject({ seq: 1, type: "progress" });
    expect(await jobRow(job.jobId)).toMatchObject({
      total_rows: 3,
      chunks: 1,
      columns: '["Title","Author","ISBN"]',
      file_hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });

  it.each([
    ["options before the file", ["options", "file"]],
    ["options after the file", ["file", "options"]],
  ])("is accepted as a form with %s", async (_name, order) => {
    const values: Record<string, string | Blob> = {
      file: csv("A,B\r\nDune,Frank Herbert"),
      options: JSON.stringify({
        dryRun: true,
        mode: "overwrite",
        enrich: false,
        mapping: { A: "title", B: "author" },
      }),
    };
    const fields = order.map((name) => [name, values[name] ?? ""] as const);
    const job = await accepted(await sendForm(user, [["note", "x"], ...fields]));
    expect(job.totalRows).toBe(1);
    expect(await jobRow(job.jobId)).toMatchObject({ dry_run: 1, mode: "overwrite", enrich: 0 });
    expect((await rowsOf(job.jobId))[0]).toMatchObject({ title: "Dune", verdict: "match" });
  });

  it("reports the detected, declared or chosen encoding, and decodes the text with it", async () => {
    // "Название,Автор" and "Мастер,Булгаков" in windows-1251.
    const bytes = Uint8Array.from(
      "cde0e7e2e0ede8e52cc0e2f2eef00acce0f1f2e5f02cc1f3ebe3e0eaeee20a".match(/../g) ?? [],
      (hex) => Number.parseInt(hex, 16),
    );
    const found = await accepted(await sendFile(user, bytes, { query: "?dryRun=true" }));
    expect(found).toMatchObject({ format: "list", encoding: "windows-1251" });
    expect((await rowsOf(found.jobId))[0]).toMatchObject({ title: "Мастер" });

    const type = "text/csv; charset=x-mac-cyrillic";
    const declared = await accepted(
      await sendFile(user, bytes, { type, query: "?mapping=%7B%221%22%3A%22title%22%7D" }),
    );
    expect(declared).toMatchObject({ encoding: "x-mac-cyrillic", encodingConfidence: 1 });
    const file = new Blob([bytes], { type });
    const form = await accepted(
      await sendForm(user, [
        ["options", JSON.stringify({ encoding: "cp1251", dryRun: true })],
        ["file", file],
      ]),
    );
    expect(form).toMatchObject({ encoding: "windows-1251", encodingConfidence: 1 });
    const refused = await sendFile(user, bytes, { query: "?encoding=latin-99" });
    expect(refused.status).toBe(400);
    expect((await problem(refused)).detail).toMatch(/latin-99.*windows-1251/);
  });

  it("decodes every encoding that docs/imports.md names", () => {
    const labels =
      "windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 iso-8859-2 iso-8859-5 iso-8859-7 iso-8859-15 koi8-r koi8-u ibm866 macintosh x-mac-cyrillic shift_jis euc-jp gb18030 big5 euc-kr";
    for (const label of labels.split(" ")) {
      const decoder = new TextDecoder(label);
      expect(decoder.encoding).toBe(label);
      expect(decoder.decode(Uint8Array.of(0x41, 0xc4, 0xc4))).toMatch(/^A[^\uFFFD]{1,2}$/);
    }
    expect(new TextDecoder("iso-8859-9").encoding).toBe("windows-1254");
    expect(new TextDecoder("windows-31j").encoding).toBe("shift_jis");
  });

  it("reads its options from the query", async () => {
    const mapping = encodeURIComponent(JSON.stringify({ A: "title" }));
    const query = `?dryRun=true&mode=overwrite&enrich=false&mapping=${mapping}`;
    const job = await accepted(await sendFile(user, "A,B\nDune,1", { query }));
    expect(await jobRow(job.jobId)).toMatchObject({ dry_run: 1, mode: "overwrite", enrich: 0 });
  });

  it.each([
    "text/csv; charset=utf-8",
    "text/plain",
    "application/octet-stream",
    "text/tab-separated-values",
  ])("is accepted as %s", async (type) => {
    expect((await accepted(await sendFile(user, listOf(1), { type }))).totalRows).toBe(1);
  });

  it("is split into chunks by the number of rows", async () => {
    const job = await accepted(await sendFile(user, listOf(3200), { query: "?dryRun=true" }));
    expect(job.totalRows).toBe(3200);
    const { results } = await env.DB.prepare(
      "SELECT chunk, json_array_length(rows) AS rows FROM ImportChunks WHERE job_id = ?1 ORDER BY chunk",
    )
      .bind(job.jobId)
      .all();
    expect(results).toEqual([0, 1, 2, 3, 4].map((chunk) => ({ chunk, rows: 640 })));
    expect(await jobRow(job.jobId)).toMatchObject({ chunks: 5, total_rows: 3200 });
  });

  it("is split into chunks by size, and accepts rows of the maximum size", async () => {
    const long = "書".repeat(90_000);
    const rows = Array.from({ length: 5 }, (_, at) => `T${at},"${long}","${long}","${long}"`);
    const file = ["Title,Review,Notes,Other", ...rows].join("\n");
    const job = await accepted(await sendFile(user, file));
    expect(job.totalRows).toBe(5);
    const staged = await rowsOf(job.jobId);
    expect(staged.map(({ row }) => row)).toEqual([2, 3, 4, 5, 6]);
    expect(new Set(staged.map(({ chunk }) => chunk)).size).toBeGreaterThan(2);
  });

  it("recognises a repeated row at any position and in any dialect", async () => {
    const one = await accepted(await sendFile(user, "Title,Author\nDune,Herbert\nEmma,Austen"));
    const other = await accepted(
      await sendFile(user, "Title;Author\r\nEmma;Austen\r\nKim;Kipling\r\nDune;Herbert"),
    );
    const hashes = async (jobId: string) =>
      new Map((await rowsOf(jobId)).map(({ title, row_hash: hash }) => [title, hash]));
    const [first, second] = [await hashes(one.jobId), await hashes(other.jobId)];
    expect(second.get("Dune")).toBe(first.get("Dune"));
    expect(second.get("Emma")).toBe(first.get("Emma"));
    expect(new Set(second.values()).size).toBe(3);
  });

  it("stores damaged rows with the reason", async () => {
    const file = `Title,Author,ISBN\nA\0B,X,${isbnOf(1)}\nOpen,"X,1\nGood,Y,${isbnOf(2)}\n`;
    const job = await accepted(await sendFile(user, file));
    const rows = await rowsOf(job.jobId);
    expect(rows.map(({ row, line, verdict }) => [row, line, verdict])).toEqual([
      [2, 2, "shelve"],
      [3, 3, "invalid"],
      [4, 4, "shelve"],
    ]);
    expect(rows[0]?.["notes"]).toContain("NUL_REMOVED");
    expect(rows[1]?.["reason"]).toContain("UNBALANCED_QUOTE");
    expect(rows[1]?.["raw"]).toContain("Open");
  });
});

describe("a refused upload", () => {
  it.each<[string, BodyInit, RegExp]>([
    ["nothing", "", /empty file/],
    ["a BOM", new Uint8Array([0xef, 0xbb, 0xbf]), /byte order mark/],
    ["a zip archive", new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 1, 1]), /zip archive. Unpack it/],
    ["a page", "<!doctype html><title>Log in</title>", /HTML page/],
    ["JSON", '{"books":[]}', /JSON/],
    ["only a header", "Title,Author,ISBN\n", /no rows/],
    ["noise", "colour,size\nred,1\nblue,2\n", /./],
  ])("reports %s", async (_name, file, text) => {
    const response = await sendFile(user, file);
    expect(response.status).toBe(400);
    const { code, detail, foundColumns } = await problem(response);
    expect(code).toBe("INVALID_CSV");
    expect(detail).toMatch(text);
    expect(foundColumns).toBeInstanceOf(Array);
    expect(await traces(user.userId)).toEqual({ jobs: 0, rows: 0 });
  });

  it("reports the columns that it found", async () => {
    const { foundColumns } = await problem(await sendFile(user, "colour,size\nred,1\n"));
    expect(foundColumns).toEqual(["colour", "size"]);
  });

  it.each<[string, () => Promise<Response>, number, string]>([
    [
      "another media type",
      () => sendFile(user, "<a/>", { type: "application/xml" }),
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    ["a form without a file", () => sendForm(user, [["options", "{}"]]), 400, "INVALID_REQUEST"],
    [
      "two files",
      () =>
        sendForm(user, [
          ["file", csv("a")],
          ["file", csv("b")],
        ]),
      400,
      "INVALID_REQUEST",
    ],
    [
      "options that are not JSON",
      () =>
        sendForm(user, [
          ["options", "{"],
          ["file", csv("a")],
        ]),
      400,
      "INVALID_REQUEST",
    ],
    [
      "an unknown mode",
      () =>
        sendForm(user, [
          ["options", '{"mode":"replace"}'],
          ["file", csv("a")],
        ]),
      400,
      "INVALID_REQUEST",
    ],
    [
      "an unknown mode in the query",
      () => sendFile(user, "a", { query: "?mode=replace" }),
      400,
      "INVALID_REQUEST",
    ],
    [
      "a mapping that is not JSON",
      () => sendFile(user, "a", { query: "?mapping=x" }),
      400,
      "INVALID_REQUEST",
    ],
    [
      "an unknown format",
      () => sendFile(user, listOf(1), { query: "?format=nope" }),
      400,
      "INVALID_CSV",
    ],
    [
      "a form without a boundary",
      () => sendFile(user, "x", { type: "multipart/form-data" }),
      400,
      "INVALID_REQUEST",
    ],
    [
      "an incomplete form",
      () =>
        sendFile(user, '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nTitle\r\nDune', {
          type: "multipart/form-data; boundary=b",
        }),
      400,
      "INVALID_REQUEST",
    ],
    [
      "an invalid key",
      () => sendFile(user, listOf(1), { headers: { "Idempotency-Key": '"' } }),
      400,
      "INVALID_REQUEST",
    ],
  ])("refuses %s", async (_name, send, status, code) => {
    const response = await send();
    expect([response.status, (await problem(response)).code]).toEqual([status, code]);
    expect(await traces(user.userId)).toEqual({ jobs: 0, rows: 0 });
  });

  it("requires the scope", async () => {
    const token = await narrowed(user.token, ["library:read"]);
    const response = await sendFile({ ...user, token }, listOf(1));
    expect([response.status, (await problem(response)).code]).toEqual([403, "FORBIDDEN"]);
  });
});

describe("the limits", () => {
  const MB = 1024 * 1024;
  const piece = new TextEncoder().encode("Some title,Some author\n".repeat(4000));

  /** An endless stream of lines. */
  function endless(): { body: ReadableStream<Uint8Array>; sent: () => number } {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(sent === 0 ? new TextEncoder().encode("Title,Author\n") : piece);
        sent += piece.length;
      },
    });
    return { body, sent: () => sent };
  }

  it("refuse a file of more than 50,000 rows, and leave nothing behind", async () => {
    const { body, sent } = endless();
    const response = await sendFile(user, body);
    expect(response.status).toBe(413);
    expect((await problem(response)).detail).toContain("50,000 rows");
    expect(sent()).toBeLessThan(3 * MB);
    expect(await traces(user.userId)).toEqual({ jobs: 0, rows: 0 });
  });

  it("refuse a file of more than 100 MB by its Content-Length", async () => {
    const headers = { "Content-Length": String(101 * MB) };
    const { body, sent } = endless();
    const response = await sendFile(user, body, { headers });
    expect([response.status, (await problem(response)).code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    expect(sent()).toBeLessThan(MB);
  });

  it("refuse a longer file without a Content-Length while it is read", async () => {
    const wide = new TextEncoder().encode(`T,"${"x".repeat(90_000)}"\n`);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(sent === 0 ? new TextEncoder().encode("Title,Review\n") : wide);
        sent += wide.length;
      },
    });
    const response = await sendFile(user, body, { headers: { "Idempotency-Key": "big" } });
    expect([response.status, (await problem(response)).code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    expect(sent).toBeLessThan(28 * MB);
    expect(await traces(user.userId)).toEqual({ jobs: 0, rows: 0 });
  });

  it("allow an export of this service to be larger, up to a separate limit", async () => {
    const line = (name: string) => `{"type":"friend","name":"${name}"}\n`;
    const rows = (count: number) => line("x").repeat(count);
    const job = await accepted(await sendFile(user, `{"type":"goal"}\n${rows(50_000)}`));
    expect(job).toMatchObject({ format: "bookstrack", totalRows: 50_001 });
    const refused = await sendFile(user, `{"type":"goal"}\n${rows(100_000)}`);
    expect(refused.status).toBe(413);
    expect((await problem(refused)).detail).toContain("100,000 rows");
    let sent = 0;
    // Lines that are too long are truncated, so that nothing large is stored.
    const wide = new TextEncoder().encode(`${line("x")}${line("x".repeat(1_100_000))}`);
    const first = new TextEncoder().encode('{"type":"goal"}\n');
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(sent === 0 ? first : wide);
        sent += wide.length;
      },
    });
    const long = await sendFile(user, body);
    expect([long.status, (await problem(long)).code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    expect(sent).toBeGreaterThan(100 * MB);
    expect(sent).toBeLessThan(104 * MB);
  });

  it("allow 50,000 rows", async () => {
    const rows = Array.from({ length: 50_000 }, (_, at) => `Book ${at},Ann Author`);
    const file = ["Title,Author", ...rows].join("\n");
    const job = await accepted(await sendFile(user, file, { query: "?dryRun=true" }));
    expect(job.totalRows).toBe(50_000);
    expect((await traces(user.userId)).rows).toBe(50_000);
  });
});

describe("an upload with an idempotency key", () => {
  const headers = { "Idempotency-Key": "one" };

  it("is one job, however often it is sent", async () => {
    const first = await accepted(await sendFile(user, listOf(2), { headers }));
    const again = await sendFile(user, listOf(2), { headers });
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    const { streamUrl, ...second } = await accepted(again);
    expect(first).toEqual({ ...second, streamUrl: expect.stringContaining("?ticket=") as string });
    // Each response has its own ticket, and no ticket is stored.
    expect(streamUrl).not.toBe(first.streamUrl);
    const stored = env.DB.prepare("SELECT answer FROM IdempotencyKeys WHERE user_id = ?1");
    const answer = await stored.bind(user.userId).first<string>("answer");
    expect(answer).toContain(first.jobId);
    expect(answer).not.toContain("ticket");
    // The same file in a form is the same request.
    const asForm = await sendForm(user, [["file", csv(listOf(2))]], headers);
    expect((await accepted(asForm)).jobId).toBe(first.jobId);
    expect(await traces(user.userId)).toEqual({ jobs: 1, rows: 2 });
  });

  it("refuses another file and other options", async () => {
    await accepted(await sendFile(user, listOf(2), { headers }));
    for (const send of [
      () => sendFile(user, listOf(3), { headers }),
      () => sendFile(user, listOf(2), { headers, query: "?dryRun=true" }),
    ]) {
      const response = await send();
      expect([response.status, (await problem(response)).code]).toEqual([
        422,
        "IDEMPOTENCY_KEY_REUSED",
      ]);
    }
    expect(await traces(user.userId)).toEqual({ jobs: 1, rows: 2 });
  });

  it("is one job when it is sent many times concurrently", async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => sendFile(user, listOf(20), { headers })),
    );
    const jobs = await Promise.all(
      answers.filter(({ status }) => status === 202).map((answer) => accepted(answer)),
    );
    expect(new Set(jobs.map(({ jobId }) => jobId)).size).toBe(1);
    // One concurrent repeat is admitted; further ones must wait.
    for (const { status } of answers) expect([202, 409, 429]).toContain(status);
    expect(await traces(user.userId)).toEqual({ jobs: 1, rows: 20 });
  });

  it("releases the key when it is refused", async () => {
    expect((await sendFile(user, "", { headers })).status).toBe(400);
    expect((await sendFile(user, listOf(1), { headers })).status).toBe(202);
  });
});

describe("an incomplete upload", () => {
  it("leaves nothing behind when the client disconnects", async () => {
    const rows = new TextEncoder().encode(listOf(3000));
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulls += 1;
        if (pulls === 1) controller.enqueue(rows);
        else controller.error(new Error("The client has disconnected."));
      },
    });
    const response = await sendFile(user, body);
    expect(response.status).toBe(400);
    expect(await traces(user.userId)).toEqual({ jobs: 0, rows: 0 });
  });

  it("leaves nothing behind when the user is deleted in the meantime", async () => {
    let pulls = 0;
    const { userId } = user;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        pulls += 1;
        if (pulls === 1) controller.enqueue(new TextEncoder().encode(listOf(3000)));
        else {
          await user.call("DELETE", "");
          controller.enqueue(new TextEncoder().encode(`\r\n${listOf(3000)}`));
          controller.close();
        }
      },
    });
    const response = await sendFile(user, body);
    expect([response.status, (await problem(response)).code]).toEqual([401, "UNAUTHORIZED"]);
    expect(await traces(userId)).toEqual({ jobs: 0, rows: 0 });
  });
});

describe("an arbitrary file", () => {
  const cell = fc.oneof(
    fc.constantFrom(isbnOf(7), "9.78E+12", '="0312853238"', "=1+1", "2020/01/02", "", "Dune"),
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.constantFrom('"', '""', "\\", "'", "\0", "\u202E", "e\u0301"),
  );
  const quoted = fc
    .tuple(cell, fc.integer({ min: 0, max: 3 }))
    .map(([text, how]) =>
      how === 0 ? text : how === 1 ? `"${text}` : `"${text.replaceAll('"', '""')}"`,
    );
  const grammar = fc
    .tuple(
      fc.constantFrom("Title,Author,ISBN", "Title;Autor;ISBN13", "", "x,y", "ISBN"),
      fc.constantFrom(",", ";", "\t"),
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.array(fc.array(quoted, { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
    )
    .map(([header, delimiter, lineEnd, rows]) =>
      new TextEncoder().encode([header, ...rows.map((row) => row.join(delimiter))].join(lineEnd)),
    );
  const file = fc.oneof(
    { arbitrary: grammar, weight: 3 },
    { arbitrary: fc.uint8Array({ maxLength: 400 }), weight: 1 },
  );

  it("becomes a job with all of its rows, or is refused with an explanation", async () => {
    const outcomes: number[] = [];
    await fc.assert(
      fc.asyncProperty(file, async (bytes) => {
        const response = await sendFile(user, new Uint8Array(bytes));
        outcomes.push(response.status);
        const answer = await response.json<{ jobId?: string; totalRows?: number; code?: string }>();
        const rows = answer.jobId === undefined ? [] : await rowsOf(answer.jobId);
        const first = Number(rows[0]?.["row"]);
        expect({
          ...(answer.code === undefined ? { status: 202 } : { status: 400, code: answer.code }),
          rows: rows.map(({ row }) => row),
        }).toEqual({
          status: response.status,
          ...(answer.code === undefined ? {} : { code: "INVALID_CSV" }),
          rows: Array.from({ length: answer.totalRows ?? 0 }, (_, index) => first + index),
        });
      }),
      { numRuns: runs(50) },
    );
    expect(outcomes).toContain(202);
    expect(outcomes).toContain(400);
  });
});
