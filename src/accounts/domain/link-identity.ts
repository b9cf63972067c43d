import type { OutsideIdentity, OutsideVerdict, VerifyOutside } from "./outside-identity.ts";

/** Whose an outside identity is after an attempt to link it, since when (ms since the epoch). */
export interface LinkedIdentity {
  userId: string;
  linkedAt: number;
}

/** What came of linking; linking what is linked already changes nothing and is `linked`. */
export type LinkOutcome =
  | { kind: "linked"; issuer: string; linkedAt: number }
  | { kind: "taken" }
  | { kind: "account_gone" }
  | Extract<OutsideVerdict, { kind: "refused" | "unavailable" }>;

/** What linking needs of the world. */
export interface LinkIdentityDeps {
  verifyOutside: VerifyOutside;
  identities: {
    /**
     * Binds an identity that is free, in one statement; two users who try at once cannot both have it.
     * @returns whose it is now; undefined when `userId` is gone and it was free
     * @throws DomainError DATABASE_UNAVAILABLE
     */
    link(identity: OutsideIdentity, wanted: LinkedIdentity): Promise<LinkedIdentity | undefined>;
  };
  now(): number;
}

/** Lets an outside identity open an account from now on. It opens one account only. */
export async function linkIdentity(
  input: { userId: string; identityToken: string },
  deps: LinkIdentityDeps,
): Promise<LinkOutcome> {
  const verdict = await deps.verifyOutside(input.identityToken);
  if (verdict.kind !== "verified") return verdict;
  const wanted = { userId: input.userId, linkedAt: deps.now() };
  const linked = await deps.identities.link(verdict.identity, wanted);
  if (!linked) return { kind: "account_gone" };
  if (linked.userId !== input.userId) return { kind: "taken" };
  return { kind: "linked", issuer: verdict.identity.issuer, linkedAt: linked.linkedAt };
}
