import * as z from "zod";
import {
  extraSchema,
  formatSchema,
  loanSchema,
  MAX_LOCATION_LENGTH,
  MAX_REVIEW_LENGTH,
  ownSeriesSchema,
  ratingSchema,
  readingsSchema,
  statusSchema,
  tagsSchema,
} from "../../../../contract/library-fields.ts";
import { cut } from "../../../catalogue/domain/merge/normalise.ts";
import type { ParsedEntry } from "../../../library/domain/merge-entry.ts";
import { defined } from "../../../platform/defined.ts";
import type { Reason } from "../job/reasons.ts";
import { storableExtra } from "./own-queue.ts";
import { json, valid } from "./own-values.ts";

/** Reads the entry of a row of this service's own export from its exact columns. Adds a note for each unreadable value. */
export function exactEntry(cell: (name: string) => string, notes: Reason[]): ParsedEntry {
  const word = (name: string): string | undefined => cell(name).trim() || undefined;
  const text = (name: string, length: number): string | undefined =>
    cut(cell(name), length) || undefined;
  const read = <Value>(column: string, value: unknown, schema: z.ZodType<Value>) =>
    valid(notes, column, value, schema);
  const list = <Value>(column: string, schema: z.ZodType<Value[]>): Value[] | undefined => {
    const values = read(column, json(cell(column)), schema);
    return values?.length === 0 ? undefined : values;
  };
  const status = read("BooksTrack Status", word("BooksTrack Status"), statusSchema);
  const rating = read("BooksTrack Rating", json(cell("BooksTrack Rating")), ratingSchema);
  const tags = list("BooksTrack Tags", tagsSchema);
  const readings = list("BooksTrack Readings", readingsSchema);
  const format = read("BooksTrack Format", word("BooksTrack Format"), formatSchema);
  // Spreadsheets write TRUE.
  const owned = json(cell("BooksTrack Owned").toLowerCase());
  const series = json(cell("BooksTrack Series"));
  const extra = read("BooksTrack Extra", json(cell("BooksTrack Extra")), extraSchema);
  return defined({
    status,
    rating,
    review: text("My Review", MAX_REVIEW_LENGTH),
    notes: text("Private Notes", MAX_REVIEW_LENGTH),
    tags,
    readings,
    format,
    owned: read("BooksTrack Owned", owned, z.boolean()),
    location: text("BooksTrack Location", MAX_LOCATION_LENGTH),
    loan: read("BooksTrack Loan", json(cell("BooksTrack Loan")), loanSchema),
    ownSeries: read("BooksTrack Series", series, ownSeriesSchema),
    extra: extra === undefined ? undefined : storableExtra(extra),
  });
}
