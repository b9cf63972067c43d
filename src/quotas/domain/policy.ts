import { DAY_MS } from "../../platform/time.ts";

/** Every quota with its default. Those that count uses are per UTC day; `coverBytes` bounds what is kept. */
export const DEFAULT_QUOTAS = {
  /** Rows that an account may import a day. */
  importRows: 100_000,
  /** Bytes of these rows as they are stored. */
  importBytes: 100_000_000,
  /** The same two for an account that is younger than a day: one whole library. */
  firstDayImportRows: 50_000,
  firstDayImportBytes: 60_000_000,
  /** Imports of an account that run at the same time. */
  openImports: 3,
  /** Entries on a shelf. */
  entries: 100_000,
  /** Progress that an account has recorded. */
  progress: 100_000,
  /** Bytes of the entries in the trash of an account. */
  trashBytes: 100_000_000,
  /** Tokens of an account that have not expired: devices that are signed in. */
  tokens: 100,
  /** Rows of an account that wait in the review queue. */
  waitingRows: 20_000,
  /** Questions to a provider that the imports of an account may cause a day. */
  googleQuestions: 200,
  openLibraryQuestions: 20_000,
  /** Changes that the outboxes of an account's devices may apply a day. */
  changes: 20_000,
  /** Accounts that may be created a day from one IPv6 /64, one IPv6 /48, one IPv4 address. */
  accountsPer64: 20,
  accountsPer48: 200,
  accountsPerIpv4: 200,
  /** Rows that the whole service may write a day. */
  serviceRows: 20_000_000,
  /** Bytes of the covers of all books together: some 40,000 in one size. */
  coverBytes: 2_000_000_000,
} as const;

export type QuotaName = keyof typeof DEFAULT_QUOTAS;

/** The limits of a deployment; 0 means no limit. */
export type Quotas = Readonly<Record<QuotaName, number>>;

export const QUOTA_NAMES = Object.keys(DEFAULT_QUOTAS) as readonly QuotaName[];

/** The limits of a deployment: the defaults with its overrides. */
export function quotasOf(overrides: {
  readonly [Name in QuotaName]?: number | undefined;
}): Quotas {
  const named = QUOTA_NAMES.map((name) => [name, overrides[name] ?? DEFAULT_QUOTAS[name]]);
  return Object.fromEntries(named) as Quotas;
}

/** A limit to compare a count with; undefined for no limit. */
export function limitOf(limit: number): number | undefined {
  return limit === 0 ? undefined : limit;
}

/** The UTC day of an instant, as the number of days since the epoch. @param now ms since the epoch */
export function dayOf(now: number): number {
  return Math.floor(now / DAY_MS);
}

/** The end of a UTC day, at which its counts begin again, in ms since the epoch. */
export function resetOf(day: number): number {
  return (day + 1) * DAY_MS;
}

/** Whether an account is younger than a day. Instants are ms since the epoch. */
export function isYoung(createdAt: number, now: number): boolean {
  return now - createdAt < DAY_MS;
}

/** What an account may import today; undefined for no limit. */
export function importLimits(
  quotas: Quotas,
  account: { createdAt: number },
  now: number,
): { importRows: number | undefined; importBytes: number | undefined } {
  return isYoung(account.createdAt, now)
    ? {
        importRows: least(quotas.firstDayImportRows, quotas.importRows),
        importBytes: least(quotas.firstDayImportBytes, quotas.importBytes),
      }
    : { importRows: limitOf(quotas.importRows), importBytes: limitOf(quotas.importBytes) };
}

/** The lower of two limits. An account never gets less on a later day than on its first. */
function least(one: number, other: number): number | undefined {
  const limits = [one, other].flatMap((limit) => limitOf(limit) ?? []);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** Limits of what a user may have; undefined for no limit. */
export interface ShelfLimits {
  entries?: number | undefined;
  waitingRows?: number | undefined;
  progress?: number | undefined;
  trashBytes?: number | undefined;
}

export function shelfLimitsOf(quotas: Quotas): ShelfLimits {
  return {
    entries: limitOf(quotas.entries),
    waitingRows: limitOf(quotas.waitingRows),
    progress: limitOf(quotas.progress),
    trashBytes: limitOf(quotas.trashBytes),
  };
}
