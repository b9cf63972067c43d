import { addCharges, type Charge, type Use } from "../../../quotas/domain/charge.ts";
import type { Refusal } from "../../../quotas/domain/refusal.ts";
import type { UploadMeter } from "../../../quotas/domain/upload-meter.ts";

/** The charges of some rows, and of all rows of the upload including them. */
export interface RowCharges {
  charges: readonly Charge[];
  total: readonly Charge[];
}

/** Whether rows were stored. If not, the job has been deleted or a charge did not fit. */
export type StoreOutcome = { kind: "stored" } | { kind: "not_stored"; uses: readonly Use[] };

/** Why rows were not stored: a quota is used up, or the job was deleted with its user. */
export type NotStored = { kind: "refused"; refusal: Refusal } | { kind: "caller_gone" };

/**
 * Stores rows with their charges, and records the charges in the meter of the upload.
 * @returns why they were not stored; undefined when they were
 */
export async function storeCharged(
  meter: UploadMeter,
  charges: readonly Charge[],
  store: (charged: RowCharges) => Promise<StoreOutcome>,
): Promise<NotStored | undefined> {
  const outcome = await store({ charges, total: addCharges(meter.total(), charges) });
  if (outcome.kind === "stored") {
    meter.stored(charges);
    return undefined;
  }
  const refusal = meter.refusal(charges, outcome.uses);
  return refusal ? { kind: "refused", refusal } : { kind: "caller_gone" };
}
