import { usedOf, type Charge, type Use } from "./charge.ts";
import { dayOf, importLimits, limitOf, resetOf, type QuotaName, type Quotas } from "./policy.ts";

/** How much of a quota is used. `resetsAt` (ms since the epoch) is absent for a quota that does not reset daily. */
export interface Usage {
  quota: QuotaName;
  /** Undefined for no limit. */
  limit: number | undefined;
  used: number;
  resetsAt?: number;
}

/** The quotas of an account that are counted per day. */
const DAILY = [
  "importRows",
  "importBytes",
  "openLibraryQuestions",
  "googleQuestions",
  "changes",
] as const;

/** The quotas that limit what an account may have. */
const STANDING = [
  "openImports",
  "entries",
  "progress",
  "trashBytes",
  "tokens",
  "waitingRows",
] as const;

/** The counts to read for an account's usage. @param now ms since the epoch */
export function countedToday(
  userId: string,
  now: number,
): Pick<Charge, "subject" | "quota" | "day">[] {
  return DAILY.map((quota) => ({ subject: userId, quota, day: dayOf(now) }));
}

/** The usage of every quota of an account. @param standing what the account has */
export function usageOf(
  quotas: Quotas,
  account: {
    userId: string;
    createdAt: number;
    uses: readonly Use[];
    standing: Readonly<Record<(typeof STANDING)[number], number>>;
  },
  now: number,
): Usage[] {
  const day = dayOf(now);
  const imports = importLimits(quotas, account, now);
  const daily = DAILY.map((quota): Usage => {
    const limit =
      quota === "importRows" || quota === "importBytes" ? imports[quota] : limitOf(quotas[quota]);
    const used = usedOf({ subject: account.userId, quota, day }, account.uses);
    return { quota, limit, used, resetsAt: resetOf(day) };
  });
  const standing = STANDING.map((quota): Usage => {
    return { quota, limit: limitOf(quotas[quota]), used: account.standing[quota] };
  });
  return [...daily, ...standing];
}
