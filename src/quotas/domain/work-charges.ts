import { defined } from "../../platform/defined.ts";
import { budgetCharges, type DueRows } from "./budget.ts";
import type { Charge } from "./charge.ts";
import { dayOf, importLimits, isYoung, type Quotas } from "./policy.ts";

/** Work on the rows of a file that was uploaded before. */
export interface WorkDue extends DueRows {
  readonly work: "commit" | "retry";
  /** Rows that the upload did not have, because the file is now read in another way. */
  readonly added?: { readonly rows: number; readonly bytes: number };
}

/**
 * The charges for work on rows, and for rows that the upload has not paid for. Zero amounts are
 * omitted.
 */
export function workCharges(
  quotas: Quotas,
  account: { userId: string; createdAt: number; network: string | undefined },
  { added = { rows: 0, bytes: 0 }, ...due }: WorkDue,
  now: number,
): Charge[] {
  const { userId, createdAt, network } = account;
  const origin = { network, isYoung: isYoung(createdAt, now) };
  const limits = importLimits(quotas, account, now);
  const ofAccount = (quota: "importRows" | "importBytes", amount: number): Charge => ({
    subject: userId,
    userId,
    quota,
    day: dayOf(now),
    amount,
    ...defined({ limit: limits[quota] }),
  });
  const budget =
    quotas.serviceRows === 0
      ? []
      : addedUp(
          budgetCharges(quotas, origin, due, now),
          budgetCharges(quotas, origin, { ...added, work: "preview" }, now),
        );
  return [
    ofAccount("importRows", added.rows),
    ofAccount("importBytes", added.bytes),
    ...budget,
  ].filter(({ amount }) => amount > 0);
}

/** Adds up charges that have the same subjects in the same order. */
const addedUp = (charges: readonly Charge[], others: readonly Charge[]): Charge[] =>
  charges.map((charge, at) => ({ ...charge, amount: charge.amount + (others[at]?.amount ?? 0) }));
