import type {
  ExternalIdentity,
  ExternalVerdict,
  VerifyIdentityToken,
} from "./external-identity.ts";

/** The owner of an external identity and the instant of the link (ms since the epoch). */
export interface LinkedIdentity {
  userId: string;
  linkedAt: number;
}

/** Outcome of linking. Linking an identity again to the same user changes nothing and is `linked`. */
export type LinkOutcome =
  | { kind: "linked"; issuer: string; linkedAt: number }
  | { kind: "taken" }
  | { kind: "account_gone" }
  | Extract<ExternalVerdict, { kind: "refused" | "unavailable" }>;

/** Dependencies of `linkIdentity`. */
export interface LinkIdentityDeps {
  verifyIdentityToken: VerifyIdentityToken;
  identities: {
    /**
     * Links an unlinked identity in one statement, so that two users cannot both get it at the same
     * time.
     * @returns the current owner; undefined if the identity is unlinked and `userId` no longer
     * exists
     * @throws DomainError DATABASE_UNAVAILABLE
     */
    link(identity: ExternalIdentity, wanted: LinkedIdentity): Promise<LinkedIdentity | undefined>;
  };
  now(): number;
}

/** Links an external identity to an account, so that it can get tokens. An identity belongs to at most one account. */
export async function linkIdentity(
  input: { userId: string; identityToken: string },
  deps: LinkIdentityDeps,
): Promise<LinkOutcome> {
  const verdict = await deps.verifyIdentityToken(input.identityToken);
  if (verdict.kind !== "verified") return verdict;
  const wanted = { userId: input.userId, linkedAt: deps.now() };
  const linked = await deps.identities.link(verdict.identity, wanted);
  if (!linked) return { kind: "account_gone" };
  if (linked.userId !== input.userId) return { kind: "taken" };
  return { kind: "linked", issuer: verdict.identity.issuer, linkedAt: linked.linkedAt };
}
