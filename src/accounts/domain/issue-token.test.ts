import { describe, expect, it } from "vitest";
import { SCOPES } from "../../../contract/accounts.ts";
import { secretsInPlace } from "../../../test/support/secrets.ts";
import { recoveryHashOf } from "./create-account.ts";
import { issueToken, type IssueTokenDeps, type Proof } from "./issue-token.ts";
import { NO_HASH } from "./secrets.ts";
import type { StoredToken } from "./tokens.ts";

const CODE = "K7QM-2F0V-K7QM-2F0V-K7QM-2F0V";

const secrets = secretsInPlace();

async function world(given: Partial<IssueTokenDeps> = {}) {
  const stored: StoredToken[] = [];
  const hash = await recoveryHashOf(CODE, secrets);
  const deps: IssueTokenDeps = {
    verifyToken: async (token) =>
      token === "good"
        ? {
            kind: "valid",
            identity: { userId: "reader", tokenId: "t", scopes: ["library:read", "imports"] },
          }
        : { kind: "refused" },
    verifyIdentityToken: async (token) =>
      token === "good"
        ? { kind: "verified", identity: { issuer: "https://issuer.test", subject: "sub" } }
        : { kind: "unavailable", issuer: "https://issuer.test", reason: "timeout" },
    users: { findRecoveryHash: async (userId) => (userId === "reader" ? hash : undefined) },
    identities: { findUser: async () => "reader" },
    tokens: {
      add: async (token) => stored.push(token) > 0,
      room: async () => ({ used: 0, limit: Infinity }),
    },
    pairings: { find: async () => undefined, redeem: async () => false },
    secrets,
    now: () => 0,
    ...given,
  };
  return {
    stored,
    issue: (proof: Proof, scopes?: Parameters<typeof issueToken>[0]["scopes"]) =>
      issueToken({ proof, scopes }, deps),
  };
}

describe("issueToken", () => {
  it("issues the scopes of the presented token by default", async () => {
    const { issue, stored } = await world();
    const outcome = await issue({ kind: "token", token: "good" });
    expect(outcome).toMatchObject({
      kind: "issued",
      token: { userId: "reader", scopes: ["library:read", "imports"] },
    });
    if (outcome.kind !== "issued") throw new Error("expected an issued token");
    expect(stored).toMatchObject([{ hash: await secrets.sha256(outcome.token.token) }]);
    expect(JSON.stringify(stored)).not.toContain(outcome.token.token);
  });

  it("issues a subset of the scopes, without duplicates, and never more", async () => {
    const { issue, stored } = await world();
    const proof = { kind: "token", token: "good" } as const;
    expect(await issue(proof, ["imports", "imports"])).toMatchObject({
      token: { scopes: ["imports"] },
    });
    expect(await issue(proof, ["imports", "library:write"])).toEqual({ kind: "beyond_scopes" });
    expect(stored).toHaveLength(1);
  });

  it("issues every scope for a recovery code in any spelling", async () => {
    const { issue } = await world();
    const recoveryCode = "k7qm 2fov k7qm 2fov k7qm 2fov";
    expect(await issue({ kind: "recovery", userId: "reader", recoveryCode })).toMatchObject({
      token: { userId: "reader", scopes: SCOPES },
    });
  });

  it.each([
    ["reader", CODE.replace("K", "M")],
    ["reader", "no code"],
    ["nobody", CODE],
    ["nobody", "no code"],
  ])("rejects %s with %s after the same comparison", async (userId, recoveryCode) => {
    const { issue, stored } = await world();
    secrets.compared.length = 0;
    expect(await issue({ kind: "recovery", userId, recoveryCode })).toEqual({ kind: "refused" });
    expect(secrets.compared).toHaveLength(1);
    expect(stored).toEqual([]);
  });

  it("hashes text that cannot be a code to a hash that matches nothing", async () => {
    expect(await recoveryHashOf("no code", secrets)).toBe(NO_HASH);
  });

  it("distinguishes linked identities, unlinked ones and an unavailable issuer", async () => {
    const { issue } = await world();
    const proof = { kind: "identity", identityToken: "good" } as const;
    expect(await issue(proof)).toMatchObject({ token: { userId: "reader", scopes: SCOPES } });
    const unlinked = await world({ identities: { findUser: async () => undefined } });
    expect(await unlinked.issue(proof)).toEqual({ kind: "not_linked" });
    expect(await issue({ ...proof, identityToken: "other" })).toMatchObject({
      kind: "unavailable",
      reason: "timeout",
    });
  });

  it("issues nothing for a user deleted in the meantime", async () => {
    const { issue } = await world({
      tokens: { add: async () => false, room: async () => ({ used: 0, limit: Infinity }) },
    });
    expect(await issue({ kind: "token", token: "good" })).toEqual({ kind: "refused" });
  });
});
