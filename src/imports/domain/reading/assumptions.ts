import type * as z from "zod";
import type {
  dateOrderSchema,
  importAssumptionSchema,
  ratingScaleSchema,
  readingOptionsSchema,
  shelfStatusSchema,
} from "../../../../contract/import-assumptions.ts";

export type RatingScale = z.infer<typeof ratingScaleSchema>;
export type DateOrder = z.infer<typeof dateOrderSchema>;
export type ShelfStatus = z.infer<typeof shelfStatusSchema>;

/** One assumption with its evidence; `ReadingOptions` replaces it. Confidence is 1 if the caller chose the value. */
export type Assumption = z.infer<typeof importAssumptionSchema>;

/**
 * The caller's choices, under the names of the assumptions that they replace. If absent, the value
 * is detected.
 */
export type ReadingOptions = z.infer<typeof readingOptionsSchema>;

/** How a file was read; complete after its last record. */
export interface FileReading {
  format: string;
  formatConfidence: number;
  /** The label of the encoding in the Encoding Standard, in lower case. */
  encoding: string;
  encodingConfidence: number;
  assumptions: readonly Assumption[];
}
