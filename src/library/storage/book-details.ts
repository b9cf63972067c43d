import { bookSchema, type Book } from "../../../contract/catalogue.ts";

/** The series of the catalogue's `book`, as JSON or NULL. Avoids parsing the JSON of most books. */
export const BOOK_SERIES = `CASE
    WHEN instr(book.canonical_metadata, '"series"') > 0 AND json_valid(book.canonical_metadata)
    THEN book.canonical_metadata -> '$.series' END`;

/** The binding of the catalogue's `book`, or NULL. */
export const BOOK_BINDING = `CASE
    WHEN instr(book.canonical_metadata, '"binding"') > 0 AND json_valid(book.canonical_metadata)
    THEN book.canonical_metadata ->> '$.binding' END`;

/** Parses the series of a book. @param series JSON of unknown shape */
export function bookSeriesOf(series: string | null): Book["series"] {
  return series === null ? undefined : bookSchema.shape.series.safeParse(JSON.parse(series)).data;
}
