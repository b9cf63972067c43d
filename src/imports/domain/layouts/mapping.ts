import type { CsvRecord } from "../job/row.ts";
import { unwrap } from "./cells.ts";
import { fieldOfName } from "./column-fields.ts";
import { columnKey } from "./column-names.ts";
import { looksLikeBook } from "./headerless.ts";
import type { Field } from "./fields/index.ts";
import { planColumns, type PlannedColumn } from "./plan.ts";

const FIELD_BY_NAME = {
  title: "title",
  subtitle: "subtitle",
  author: "author",
  authors: "authorsInAnyOrder",
  isbn: "isbn",
  isbn10: "isbn",
  isbn13: "isbn",
  publisher: "publisher",
  publishedDate: "publishedDate",
  publicationYear: "publicationYear",
  pageCount: "pageCount",
  language: "language",
  categories: "categories",
  description: "description",
  status: "status",
  progress: "progress",
  rating: "rating",
  review: "review",
  notes: "notes",
  tags: "tags",
  startedAt: "startedAt",
  finishedAt: "finishedAt",
  datesRead: "datesRead",
  readCount: "readCount",
  addedAt: "addedAt",
  mediaType: "media",
  format: "format",
  owned: "owned",
  location: "location",
  lentTo: "loanTo",
  lentSince: "loanSince",
  dueBack: "loanDue",
  series: "series",
  seriesPosition: "seriesPosition",
  openLibraryId: "openLibrary",
  extra: "extra",
  ignore: "ignored",
} as const satisfies Record<string, Field>;

/**
 * Fields that a mapping may assign to a column. `extra` stores the column under its name; `ignore`
 * omits it.
 */
export const MAPPABLE_FIELDS = Object.keys(FIELD_BY_NAME) as (keyof typeof FIELD_BY_NAME)[];

/** The caller's mapping of columns to fields. */
export type Mapping = Readonly<Record<string, string>>;

/** Returns the error in a mapping; undefined if it is valid. */
export function mappingProblem(mapping: Mapping): string | undefined {
  const unknown = Object.values(mapping).find((name) => !isMappable(name));
  if (unknown === undefined) return undefined;
  return `${JSON.stringify(unknown)} is not a known field. The fields are ${MAPPABLE_FIELDS.join(", ")}.`;
}

/** Returns the columns of a mapping that a header does not have. */
export function missingColumns(mapping: Mapping, header: readonly string[]): string[] {
  const keys = new Set(header.map((cell) => columnKey(cell)));
  return Object.keys(mapping).filter((column) => !keys.has(columnKey(column)));
}

/** Applies a mapping to columns. Columns that it does not name retain their detected fields. */
export function withMapping(columns: readonly PlannedColumn[], mapping: Mapping): PlannedColumn[] {
  const fields = new Map(
    Object.entries(mapping).flatMap(([column, name]): [string, Field][] =>
      isMappable(name) ? [[columnKey(column), FIELD_BY_NAME[name]]] : [],
    ),
  );
  return columns.map((column) => {
    const field = fields.get(columnKey(column.name));
    return field === undefined ? column : { name: column.name, field, isKnown: true };
  });
}

function isMappable(name: string): name is keyof typeof FIELD_BY_NAME {
  return Object.hasOwn(FIELD_BY_NAME, name);
}

const POSITION = /^[1-9]\d{0,2}$/;

/**
 * Whether a mapping names columns by position ("1", "2", ...) and the header has no columns with
 * these names.
 */
export function isByPosition(mapping: Mapping, sample: readonly CsvRecord[]): boolean {
  const keys = Object.keys(mapping);
  if (!keys.every((key) => POSITION.test(key))) return false;
  return !sample
    .slice(0, 1)
    .some((record) => !looksLikeBook(record) && missingColumns(mapping, record.cells).length === 0);
}

/** Fields with values that contain digits, unlike column names. */
const WITH_DIGITS: ReadonlySet<string> = new Set(
  "isbn isbn10 isbn13 publishedDate publicationYear pageCount rating startedAt finishedAt datesRead readCount addedAt".split(
    " ",
  ),
);

/**
 * Assigns fields to columns by position. The first record is a header if its cells are column
 * names, or if they lack digits where the next record has them.
 * @returns `missing`: a position that the file does not have
 */
export function withPositions(
  sample: readonly CsvRecord[],
  mapping: Mapping,
): { columns: PlannedColumn[]; headerIndex: number | undefined; missing?: string } {
  const [first, second] = sample;
  const width = Math.max(...sample.slice(0, 20).map(({ cells }) => cells.length));
  const cellAt = (record: CsvRecord | undefined, position: string): string =>
    unwrap(record?.cells[Number(position) - 1] ?? "");
  const isNamed = Object.keys(mapping).some(
    (position) => fieldOfName(cellAt(first, position)) !== undefined,
  );
  const numbers = Object.keys(mapping).filter((at) => WITH_DIGITS.has(mapping[at] ?? ""));
  const isUnlike =
    numbers.some((at) => /\d/.test(cellAt(second, at))) &&
    !numbers.some((at) => /\d/.test(cellAt(first, at)));
  const headerIndex = isNamed || isUnlike ? 0 : undefined;
  const names = Array.from({ length: width }, (_, index) =>
    headerIndex === 0 ? (first?.cells[index] ?? "") : "",
  );
  const columns = planColumns(names, undefined).map((column, index): PlannedColumn => {
    const name = mapping[String(index + 1)];
    if (name === undefined || !isMappable(name)) return column;
    return { name: column.name, field: FIELD_BY_NAME[name], isKnown: true };
  });
  const missing = Object.keys(mapping).find((position) => Number(position) > width);
  return { columns, headerIndex, ...(missing === undefined ? {} : { missing }) };
}
