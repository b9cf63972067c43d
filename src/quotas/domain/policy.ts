import { DAY_MS } from "../../platform/time.ts";

/** Every quota with its default. Those that count uses are per UTC day; `coverBytes` bounds what is kept. */
export const DEFAULT_QUOTAS = {
  /** Rows that an account may import per day. */
  importRows: 100_000,
  /** Stored bytes of these rows. */
  importBytes: 100_000_000,
  /** The same two limits for an account younger than a day: one whole library. */
  firstDayImportRows: 50_000,
  firstDayImportBytes: 60_000_000,
  /** Concurrent imports of an account. */
  openImports: 3,
  /** Entries on a shelf. */
  entries: 100_000,
  /** Records of progress of an account. */
  progress: 100_000,
  /** Bytes of the entries in the trash of an account. */
  trashBytes: 100_000_000,
  /** Unexpired tokens of an account, that is, signed-in devices. */
  tokens: 100,
  /** Rows waiting in an account's review queue. */
  waitingRows: 20_000,
  /** Provider queries that an account's imports may cause per day. */
  googleQuestions: 200,
  openLibraryQuestions: 20_000,
  /** Changes that the outboxes of an account's devices may apply per day. */
  changes: 20_000,
  /** Accounts that may be created per day from one IPv6 /64, one IPv6 /48 and one IPv4 address. */
  accountsPer64: 20,
  accountsPer48: 200,
  accountsPerIpv4: 200,
  /** Rows that the whole service may write per day. */
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

/** The limit, or undefined if 0 disables it. */
export function limitOf(limit: number): number | undefined {
  return limit === 0 ? undefined : limit;
}

/** The UTC day of an instant, as the number of days since the epoch. @param now ms since the epoch */
export function dayOf(now: number): number {
  return Math.floor(now / DAY_MS);
}

/** The end of a UTC day, when its counts reset, in ms since the epoch. */
export function resetOf(day: number): number {
  return (day + 1) * DAY_MS;
}

/** Whether an account is younger than a day. Instants are ms since the epoch. */
export function isYoung(createdAt: number, now: number): boolean {
  return now - createdAt < DAY_MS;
}

/** The import limits of an account today; undefined means no limit. */
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

/** Limits on what a user may have; undefined means no limit. */
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
