import { csvRecord, csvRecordWithNumbers } from "../../../library/domain/csv.ts";

/** A row in review or an invalid row. */
export interface FailedRow {
  row: number;
  /** Cells by column name. */
  raw: Readonly<Record<string, string>>;
  reason?: { code: string; text: string } | undefined;
}

export interface FailedCsvDeps {
  rows: {
    /** Returns the next page in file order; empty after the last one. */
    failed(jobId: string, afterRow: number): Promise<FailedRow[]>;
    /** Returns names of cells that are not among the columns of the file. */
    otherColumns(jobId: string, columns: readonly string[]): Promise<string[]>;
  };
}

/** Columns appended to those of the file. An import of the result recognises and ignores them. */
export const REASON_COLUMNS = ["Import Reason Code", "Import Reason"] as const;

/**
 * Exports the failed rows of a job as CSV: their original columns and the reason. Cells are escaped
 * so that no spreadsheet evaluates them as formulas; Goodreads' `="0441172717"`, which is harmless,
 * is left unchanged. Each page is read only after the previous one has been consumed.
 */
export async function* failedCsv(
  { jobId, columns }: { jobId: string; columns: readonly string[] },
  { rows }: FailedCsvDeps,
): AsyncGenerator<string> {
  const own = [...columns, ...(await rows.otherColumns(jobId, columns))];
  let text = csvRecord([...own, ...REASON_COLUMNS]);
  let after = 0;
  for (;;) {
    const page = await rows.failed(jobId, after);
    for (const { raw, reason } of page) {
      const cells = own.map((column) => raw[column] ?? "");
      text += csvRecordWithNumbers([...cells, reason?.code ?? "", reason?.text ?? ""]);
    }
    if (text !== "") yield text;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.row;
    text = "";
  }
}
