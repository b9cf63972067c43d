import type { QuotaName } from "./policy.ts";

/** How much of a quota a subject has used on one UTC day. */
export interface Use {
  /** An account, a network, or a part of the service. */
  readonly subject: string;
  readonly quota: QuotaName;
  readonly day: number;
  readonly used: number;
}

/** An amount to be counted for a subject. It is refused if it would exceed the limit; without a limit it is only counted. */
export interface Charge {
  readonly subject: string;
  readonly quota: QuotaName;
  readonly day: number;
  readonly amount: number;
  readonly limit?: number;
  /** Set when the subject is an account, so that the count is deleted with it. */
  readonly userId?: string;
}

/** The first charge that does not fit into what is left of its quota; undefined when all fit. */
export function firstOver(
  charges: readonly Charge[],
  uses: readonly Use[],
): (Charge & { readonly limit: number; readonly used: number }) | undefined {
  for (const charge of charges) {
    const { limit, amount } = charge;
    if (limit === undefined || amount <= 0) continue;
    const used = usedOf(charge, uses);
    if (used + amount > limit) return { ...charge, limit, used };
  }
  return undefined;
}

/** Adds charges to those of the same upload: one per subject, quota and day. */
export function addCharges(total: readonly Charge[], charges: readonly Charge[]): Charge[] {
  const sums = new Map(total.map((charge) => [keyOf(charge), charge]));
  for (const charge of charges) {
    const sum = sums.get(keyOf(charge));
    sums.set(keyOf(charge), { ...charge, amount: (sum?.amount ?? 0) + charge.amount });
  }
  return [...sums.values()];
}

/** How much of a charge's quota is used. */
export function usedOf(
  charge: Pick<Charge, "subject" | "quota" | "day">,
  uses: readonly Use[],
): number {
  return uses.find((use) => keyOf(use) === keyOf(charge))?.used ?? 0;
}

function keyOf({ subject, quota, day }: Pick<Charge, "subject" | "quota" | "day">): string {
  return `${subject} ${quota} ${day}`;
}
