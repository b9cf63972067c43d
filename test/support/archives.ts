import * as fc from "fast-check";
import type { Reader } from "./library.ts";
import { call } from "./http.ts";
import { bearer } from "./accounts.ts";
import { accepted, sendFile } from "./uploads.ts";
import { ended } from "./imports.ts";

/** Fields that differ between an archive and that of an account that imported it. */
export interface ArchiveLine {
  type: string;
  [member: string]: unknown;
}

export async function archiveOf(reader: Reader): Promise<string> {
  const response = await reader.call("GET", "/export?format=archive");
  if (response.status !== 200) throw new Error(await response.text());
  return response.text();
}

export const linesOf = (archive: string): ArchiveLine[] =>
  archive
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as ArchiveLine);

/**
 * The lines without data of the instance: the time of the export, and the import that queued a row.
 */
export function comparable(archive: string): object[] {
  return linesOf(archive).map((line) => {
    const { exportedAt: _at, ...others } = line;
    if (line.type !== "review") return others;
    const { id: _id, jobId: _job, row: _row, ...waiting } = others;
    return waiting;
  });
}

/** Imports a file, and waits for its end. */
export async function imports(reader: Reader, file: string, query = "?enrich=false") {
  const job = await accepted(await sendFile(reader, file, { query }));
  return { ...job, ...(await ended(job.jobId)) };
}

/** An action of a user. */
export type Deed = (reader: Reader) => Promise<void>;

async function done(response: Response | Promise<Response>): Promise<void> {
  const { status, ...answer } = await Promise.resolve(response);
  if (status >= 500) throw new Error(`status ${status}: ${JSON.stringify(answer)}`);
}

const text = fc.oneof(
  fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
    .filter((it) => !/[\0\p{Cs}]/u.test(it)),
  fc.constantFrom('"quoted"', "a\r\nb", "=1+1", "日本語", "\u2028", "{}"),
);
const named = text.filter((it) => it.trim() !== "");
const day = fc
  .integer({ min: 0, max: 20_000 })
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));

/** Random actions of a user with the books of `isbns`. */
export function deedsOn(isbns: readonly string[]): fc.Arbitrary<Deed> {
  const isbn = fc.constantFrom(...isbns);
  const fields = fc.record(
    {
      status: fc.constantFrom("want_to_read", "reading", "completed", "paused", "abandoned"),
      rating: fc.integer({ min: 1, max: 20 }).map((quarters) => quarters / 4),
      review: text,
      notes: text,
      tags: fc.uniqueArray(named, { maxLength: 3 }),
      readings: fc.array(
        fc.oneof(
          fc.constant({}),
          day.map((startedAt) => ({ startedAt })),
        ),
        {
          maxLength: 3,
        },
      ),
      format: fc.constantFrom("paperback", "ebook"),
      owned: fc.boolean(),
      location: text,
      loan: named.map((to) => ({ to })),
      ownSeries: fc.array(
        named.map((name) => ({ name, position: "1" })),
        { maxLength: 2 },
      ),
    },
    { requiredKeys: [] },
  );
  const add = fc.tuple(isbn, fields, named).map(
    ([key, given, title]): Deed =>
      async (reader) =>
        done(reader.call("POST", "/books", { isbn: key, title, ...given })),
  );
  const change = fc.tuple(isbn, fields).map(
    ([key, given]): Deed =>
      async (reader) =>
        done(reader.call("PATCH", `/books/${key}`, given)),
  );
  const position = fc.oneof(
    fc.integer({ min: 0, max: 90 }).map((page) => ({ page })),
    fc.integer({ min: 0, max: 400 }).map((quarters) => ({ percent: quarters / 4 })),
    fc.integer({ min: 0, max: 900 }).map((minutes) => ({ minutes })),
  );
  const progress = fc.tuple(isbn, position, fc.option(text, { nil: undefined }), day).map(
    ([key, reached, note, on]): Deed =>
      async (reader) =>
        done(
          reader.call("POST", `/books/${key}/progress`, {
            ...reached,
            at: `${on}T10:11:12.345Z`,
            ...(note === undefined ? {} : { note }),
          }),
        ),
  );
  const remove = isbn.map(
    (key): Deed =>
      async (reader) =>
        done(reader.call("DELETE", `/books/${key}`)),
  );
  const goal = fc.tuple(fc.integer({ min: 2020, max: 2023 }), fc.integer({ min: 1, max: 99 })).map(
    ([year, books]): Deed =>
      async (reader) =>
        done(reader.call("PUT", `/goals/${year}`, { books, minutes: books * 7 })),
  );
  const zone = fc.constantFrom("Europe/Berlin", "Asia/Tokyo", "UTC").map(
    (timeZone): Deed =>
      async (reader) =>
        done(
          call("/api/v2/users/me", {
            method: "PATCH",
            headers: { ...bearer(reader.token), "Content-Type": "application/json" },
            body: JSON.stringify({ timeZone }),
          }),
        ),
  );
  const file = fc.tuple(named, isbn, day).map(([title, key, on]): Deed => async (reader) => {
    const cell = (value: string): string => `"${value.replaceAll('"', '""')}"`;
    const rows = [
      "Title,Author,ISBN13,Date Added,Mood",
      [cell(`Waits ${title}`), "Ann Bell", "", on, cell(title)].join(","),
      [cell(title), "Jo King", key, on, "x"].join(","),
    ];
    await imports(reader, rows.join("\n"));
  });
  return fc.oneof(
    { weight: 4, arbitrary: add },
    { weight: 2, arbitrary: change },
    { weight: 4, arbitrary: progress },
    { weight: 1, arbitrary: remove },
    { weight: 1, arbitrary: goal },
    { weight: 1, arbitrary: zone },
    { weight: 1, arbitrary: file },
  );
}
