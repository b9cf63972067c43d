import { defined } from "../../platform/defined.ts";
import { budgetCharges, type Origin } from "./budget.ts";
import { addCharges, firstOver, type Charge, type Use } from "./charge.ts";
import { dayOf, importLimits, type QuotaName, type Quotas } from "./policy.ts";
import { refusalOf, type Refusal } from "./refusal.ts";

/** A file that was imported and counted today. */
export interface CountedFile {
  /** SHA-256 of the file. */
  readonly hash: string;
  readonly rows: number;
  readonly bytes: number;
}

/** What is known about an upload before its rows are stored. */
export interface UploadSource {
  readonly userId: string;
  /** When the account was created, ms since the epoch. */
  readonly createdAt: number;
  readonly origin: Origin;
  /** Whether the upload is only a preview. */
  readonly isPreview: boolean;
  /** Files of today that begin like this one. */
  readonly alike: readonly CountedFile[];
}

/** Counts the rows of one upload against the quotas of its account and the budget of the service. */
export interface UploadMeter {
  /**
   * The charges for the next rows. Rows that an earlier file of today with the same beginning has
   * paid for are free for now; `settle` counts them if the file turns out to be different.
   */
  next(rows: number, bytes: number, now: number): Charge[];
  /**
   * The charges for the last rows, and for free rows that no earlier upload of the same file has
   * paid for.
   */
  settle(rows: number, bytes: number, hash: string, now: number): Charge[];
  /** Records that charges were stored. */
  stored(charges: readonly Charge[]): void;
  /** All stored charges. */
  total(): readonly Charge[];
  /** Rows and bytes so far, stored or not. */
  size(): { rows: number; bytes: number };
  /**
   * Why charges did not fit; undefined when they did. `used` of a refusal excludes the upload's own
   * rows.
   */
  refusal(charges: readonly Charge[], uses: readonly Use[]): Refusal | undefined;
}

const NOTHING = { rows: 0, bytes: 0 };

/** @param quotas of the deployment */
export function uploadMeter(quotas: Quotas, source: UploadSource): UploadMeter {
  const { userId, createdAt, origin, alike } = source;
  const work = source.isPreview ? "preview" : "import";
  const free = {
    rows: Math.max(0, ...alike.map(({ rows }) => rows)),
    bytes: Math.max(0, ...alike.map(({ bytes }) => bytes)),
  };
  const seen = { rows: 0, bytes: 0 };
  const paid = { rows: 0, bytes: 0 };
  let total: Charge[] = [];

  const charges = (stored: typeof seen, due: typeof seen, now: number): Charge[] => {
    const limits = importLimits(quotas, { createdAt }, now);
    const charge = (quota: "importRows" | "importBytes", amount: number): Charge => {
      const limit = limits[quota];
      return { subject: userId, userId, quota, day: dayOf(now), amount, ...defined({ limit }) };
    };
    return [
      charge("importRows", due.rows),
      charge("importBytes", due.bytes),
      ...budgetCharges(quotas, origin, { ...stored, work }, now),
    ];
  };

  /** @param free rows and bytes that an earlier file has paid for */
  const pay = (stored: typeof seen, free: typeof seen, now: number): Charge[] => {
    seen.rows += stored.rows;
    seen.bytes += stored.bytes;
    const owed = {
      rows: Math.max(paid.rows, seen.rows - free.rows),
      bytes: Math.max(paid.bytes, seen.bytes - free.bytes),
    };
    const due = { rows: owed.rows - paid.rows, bytes: owed.bytes - paid.bytes };
    Object.assign(paid, owed);
    return charges(stored, due, now);
  };

  return {
    next: (rows, bytes, now) => pay({ rows, bytes }, free, now),
    settle: (rows, bytes, hash, now) =>
      pay({ rows, bytes }, alike.find((file) => file.hash === hash) ?? NOTHING, now),
    stored(charges) {
      total = addCharges(total, charges);
    },
    total: () => total,
    size: () => ({ ...seen }),
    refusal(charges, uses) {
      const over = firstOver(charges, uses);
      if (over === undefined) return undefined;
      if (over.quota === "serviceRows") return refusalOf(over);
      const { quota, subject, day } = over;
      const own = total.find((charge) => isSame(charge, { quota, subject, day }))?.amount ?? 0;
      return refusalOf({ ...over, used: Math.max(0, over.used - own) });
    },
  };
}

function isSame(charge: Charge, other: { quota: QuotaName; subject: string; day: number }) {
  return (
    charge.quota === other.quota && charge.subject === other.subject && charge.day === other.day
  );
}
