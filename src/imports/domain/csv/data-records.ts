import type { CsvRecord } from "../job/row.ts";

/**
 * The records of data, numbered as the API counts them: the header is 1, so the first record of data is 2; without a
 * header it is 1. Title lines above the header count for nothing.
 * @param headerIndex the header's place in the file, from 0; `undefined` when the file has none
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
