import type { FileReading, ReadingOptions } from "../reading/assumptions.ts";
import type { StagedFile } from "./stage-rows.ts";

/** What is known about a file before its rows are read. */
export interface ReadFile {
  format: string;
  /** From 0 to 1. */
  confidence: number;
  encoding: { encoding: string; confidence: number };
  options: Pick<ReadingOptions, "format">;
}

/** Describes how a file was read, after its last record. */
export function fileReadingOf(
  { format, confidence, encoding: { encoding, confidence: encodingConfidence }, options }: ReadFile,
  { totalRows, assumptions, foreignRows }: Omit<StagedFile, "kind">,
): FileReading {
  return {
    format,
    formatConfidence: confidence,
    encoding,
    encodingConfidence,
    assumptions: [
      {
        kind: "format",
        value: format,
        confidence: options.format === undefined ? confidence : 1,
        rows: totalRows,
        samples: [],
      },
      { kind: "encoding", value: encoding, confidence: encodingConfidence, ...foreignRows },
      ...assumptions,
    ],
  };
}
