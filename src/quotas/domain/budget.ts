import { usedOf, type Charge, type Use } from "./charge.ts";
import { dayOf, type Quotas } from "./policy.ts";

/**
 * Written rows charged for an imported row. It causes 12 to 25 in D1, including indexes, until its
 * books are known. The charge is made when the row is accepted, so that the budget includes rows
 * that are not shelved yet.
 */
export const WRITES_PER_IMPORTED_ROW = 20;
/** The same for a preview, which stores only results. Its commit is charged the rest. */
export const WRITES_PER_PREVIEWED_ROW = 5;
/**
 * The same for a book that a retry looks up again: its state changes twice, including indexes, even
 * if the retry is cancelled.
 */
export const WRITES_PER_RETRIED_BOOK = 10;
/**
 * Stored bytes of uploaded rows that are charged as one written row, if that exceeds the charge per
 * row.
 */
export const BYTES_PER_WRITE = 140;

/** The kind of work on the rows of a file. A retry is charged like an import. */
export type RowWork = "import" | "preview" | "commit" | "retry";

const WRITES: Readonly<Record<RowWork, number>> = {
  import: WRITES_PER_IMPORTED_ROW,
  preview: WRITES_PER_PREVIEWED_ROW,
  commit: WRITES_PER_IMPORTED_ROW - WRITES_PER_PREVIEWED_ROW,
  retry: WRITES_PER_IMPORTED_ROW,
};

/** Rows to be processed, as the budget charges them. */
export interface DueRows {
  readonly rows: number;
  readonly work: RowWork;
  /** Bytes stored for these rows. */
  readonly bytes?: number;
  /** Books of other rows that are looked up again. */
  readonly books?: number;
}

/** The written rows that are charged for processing these rows. */
export function writesOf({ rows, work, bytes = 0, books = 0 }: DueRows): number {
  const forRows = Math.max(rows * WRITES[work], Math.ceil(bytes / BYTES_PER_WRITE));
  return forRows + books * WRITES_PER_RETRIED_BOOK;
}

/** Parts of the service's budget, as fractions of it. */
export const SHARES = {
  /** All imports together. */
  imports: 1 / 2,
  /** Imports of accounts that are younger than a day: a quarter of the imports' half. */
  young: 1 / 8,
  /** Imports from one IPv6 /48 or one IPv4 address. */
  network: 1 / 10,
  /** The part of `young` that one network may use: half of it. */
  youngNetwork: 1 / 16,
} as const;

/** Subjects of the budget besides networks. */
export const IMPORTS = "imports";
export const YOUNG = "imports:young";
/** Suffix of the subject for a network's young accounts. */
const OF_YOUNG = ":young";

/** A share of the budget that imports are charged to. */
export type ImportShare = keyof typeof SHARES;

/** The share that the charges of a subject belong to. */
export function shareOf(subject: string): ImportShare {
  if (subject === IMPORTS) return "imports";
  if (subject === YOUNG) return "young";
  return subject.endsWith(OF_YOUNG) ? "youngNetwork" : "network";
}

/** Where an import comes from, for the shares of the budget. */
export interface Origin {
  /** Whether the account is younger than a day. */
  readonly isYoung: boolean;
  /** The hashed network; undefined when the address is unknown. */
  readonly network: string | undefined;
}

/** The charges of rows to the budget of the service. @param now ms since the epoch */
export function budgetCharges(
  quotas: Quotas,
  { isYoung, network }: Origin,
  due: DueRows,
  now: number,
): Charge[] {
  const amount = writesOf(due);
  const charge = (subject: string): Charge => ({
    subject,
    quota: "serviceRows",
    day: dayOf(now),
    amount,
    ...(quotas.serviceRows === 0
      ? {}
      : { limit: Math.floor(quotas.serviceRows * SHARES[shareOf(subject)]) }),
  });
  return [
    ...(network === undefined ? [] : [network]),
    ...(network === undefined || !isYoung ? [] : [`${network}${OF_YOUNG}`]),
    ...(isYoung ? [YOUNG] : []),
    IMPORTS,
  ].map(charge);
}

/**
 * Rows that the service has written on a UTC day, as summed by the metrics hub; may lag by a
 * minute.
 */
export interface WrittenRows {
  readonly day: number;
  /** By all counted sources. */
  readonly all: number;
  /** By imports. */
  readonly imports: number;
}

/**
 * Whether no further import may begin because imports have written their half of the budget. Edits
 * by hand do not block imports.
 */
export function isSpent(quotas: Quotas, written: WrittenRows, now: number): boolean {
  const { serviceRows } = quotas;
  if (serviceRows === 0 || written.day !== dayOf(now)) return false;
  return written.imports >= serviceRows * SHARES.imports;
}

/** A share of the budget, for the gauge of its use. */
export type BudgetShare = "service" | "imports" | "young";

/** The counts to read for `budgetRatios`. @param now ms since the epoch */
export function budgetCounts(now: number): Pick<Charge, "subject" | "quota" | "day">[] {
  const counted = { quota: "serviceRows", day: dayOf(now) } as const;
  return [IMPORTS, YOUNG].map((subject) => ({ subject, ...counted }));
}

/** How much of the budget and of its shares is used, as fractions of each. Empty without a budget. */
export function budgetRatios(
  quotas: Quotas,
  written: WrittenRows,
  uses: readonly Use[],
  now: number,
): { share: BudgetShare; ratio: number }[] {
  const { serviceRows } = quotas;
  if (serviceRows === 0) return [];
  const [imports = 0, young = 0] = budgetCounts(now).map((count) => usedOf(count, uses));
  return [
    { share: "service", ratio: written.all / serviceRows },
    {
      share: "imports",
      ratio: Math.max(imports, written.imports) / (serviceRows * SHARES.imports),
    },
    { share: "young", ratio: young / (serviceRows * SHARES.young) },
  ];
}
