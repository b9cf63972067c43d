import { csvRecord } from "../../../library/domain/csv.ts";

/** A row in need of a hand. */
export interface FailedRow {
  row: number;
  /** Cells by column. */
  raw: Readonly<Record<string, string>>;
  reason?: { code: string; text: string } | undefined;
}

export interface FailedCsvDeps {
  rows: {
    /** In the order of the file; empty when none is left. */
    failed(jobId: string, afterRow: number): Promise<FailedRow[]>;
    /** Names of cells beyond the columns of the file. */
    otherColumns(jobId: string, columns: readonly string[]): Promise<string[]>;
  };
}

/** Columns behind those of the file; an import of the file knows them, and leaves them out. */
export const REASON_COLUMNS = ["Import Reason Code", "Import Reason"] as const;

/**
 * The rows of a job in need of a hand as a CSV file: their own columns, and why. No cell is a formula to a spreadsheet.
 * A page is read when the one before has been taken.
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
      text += csvRecord([...cells, reason?.code ?? "", reason?.text ?? ""]);
    }
    if (text !== "") yield text;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.row;
    text = "";
  }
}
