import type { CsvRecord } from "../job/row.ts";

/**
 * Yields the data records, numbered as in the API: the header is 1, so the first data record is 2. Without a header the
 * first data record is 1. Title lines above the header are not counted.
 * @param headerIndex position of the header in the file, from 0; undefined when the file has none
 */
export async function* dataRecords(
  records: AsyncIterable<CsvRecord[]>,
  headerIndex: number | undefined,
): AsyncGenerator<CsvRecord[]> {
  if (headerIndex === undefined) {
    yield* records;
    return;
  }
  for await (const batch of records) {
    const data = batch.flatMap((record) =>
      record.row > headerIndex + 1 ? [{ ...record, row: record.row - headerIndex }] : [],
    );
    if (data.length > 0) yield data;
  }
}
