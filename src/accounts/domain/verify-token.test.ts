import { beforeEach, describe, expect, it } from "vitest";
import { SCOPES } from "../../../contract/accounts.ts";
import { secretsInPlace } from "../../../test/support/secrets.ts";
import { mintToken, TOKEN_LIFETIME_MS, type StoredToken } from "./tokens.ts";
import { verifyToken, type RememberedToken, type VerifyTokenDeps } from "./verify-token.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

/** One isolate with its own database; reads and writes are counted. */
function world() {
  const rows = new Map<string, StoredToken>();
  const remembered = new Map<string, { token: RememberedToken; until: number }>();
  const state = { now: START, reads: 0, touches: 0 };
  const secrets = secretsInPlace();
  const deps: VerifyTokenDeps = {
    remembered: {
      get: (hash) => {
        const entry = remembered.get(hash);
        return entry && state.now < entry.until ? entry.token : undefined;
      },
      put: (hash, token) => void remembered.set(hash, { token, until: state.now + 30_000 }),
    },
    tokens: {
      find: async (id) => {
        state.reads += 1;
        return rows.get(id);
      },
      touch: async ({ identity, usedAt, expiresAt }) => {
        state.touches += 1;
        const row = rows.get(identity.tokenId);
        if (row) rows.set(row.id, { ...row, usedAt, expiresAt });
      },
    },
    secrets,
    mayRead: async () => undefined,
    defer: () => undefined,
    now: () => state.now,
  };
  const issue = async (scopes = SCOPES) => {
    const { issued, stored } = await mintToken({ userId: "reader", scopes }, deps);
    rows.set(stored.id, stored);
    return { text: issued.token, id: stored.id };
  };
  return { rows, state, secrets, issue, verify: (text: string) => verifyToken(text, deps) };
}

let isolate: ReturnType<typeof world>;
beforeEach(() => {
  isolate = world();
});

describe("verifyToken", () => {
  it("returns the user and the scopes", async () => {
    const { text, id } = await isolate.issue(["imports", "library:read"]);
    expect(await isolate.verify(text)).toEqual({
      kind: "valid",
      identity: { userId: "reader", tokenId: id, scopes: ["library:read", "imports"] },
    });
  });

  it("reads the database at most once in 30 s", async () => {
    const { text } = await isolate.issue();
    for (let second = 0; second < 30; second += 1) {
      expect((await isolate.verify(text)).kind).toBe("valid");
      isolate.state.now += 1000;
    }
    expect(isolate.state.reads).toBe(1);
    await isolate.verify(text);
    expect(isolate.state.reads).toBe(2);
  });

  it("notices a revocation within 30 s", async () => {
    const { text, id } = await isolate.issue();
    await isolate.verify(text);
    isolate.rows.delete(id);
    isolate.state.now += 29_999;
    expect((await isolate.verify(text)).kind).toBe("valid");
    isolate.state.now += 1;
    expect((await isolate.verify(text)).kind).toBe("refused");
  });

  it("records the first use, then at most one per day", async () => {
    const { text } = await isolate.issue();
    for (let hour = 0; hour < 24; hour += 1) {
      await isolate.verify(text);
      isolate.state.now += DAY / 24;
    }
    expect(isolate.state.touches).toBe(1);
    await isolate.verify(text);
    expect(isolate.state.touches).toBe(2);
  });

  it("accepts a token until exactly 400 days after its last use", async () => {
    const { text } = await isolate.issue();
    isolate.state.now += 399 * DAY;
    expect((await isolate.verify(text)).kind).toBe("valid");
    isolate.state.now += TOKEN_LIFETIME_MS - 1;
    expect((await isolate.verify(text)).kind).toBe("valid");
    isolate.state.now += TOKEN_LIFETIME_MS;
    expect((await isolate.verify(text)).kind).toBe("refused");
    expect(isolate.state.touches).toBe(2);
  });

  it("rejects a cached token from the moment it expires", async () => {
    const { text, id } = await isolate.issue();
    const row = isolate.rows.get(id);
    if (!row) throw new Error("expected a refusal");
    isolate.rows.set(id, { ...row, usedAt: START, expiresAt: START + 1000 });
    expect((await isolate.verify(text)).kind).toBe("valid");
    isolate.state.now += 1000;
    expect((await isolate.verify(text)).kind).toBe("refused");
  });

  it("rejects a correct id with a wrong secret", async () => {
    const mine = await isolate.issue();
    const other = await isolate.issue();
    const [, , secret] = other.text.split("_");
    expect((await isolate.verify(`bt_${mine.id}_${secret}`)).kind).toBe("refused");
  });

  it("does the same work for an unknown id", async () => {
    const { text } = await isolate.issue();
    isolate.rows.clear();
    expect((await isolate.verify(text)).kind).toBe("refused");
    expect(isolate.state.reads).toBe(1);
    expect(isolate.secrets.compared).toHaveLength(1);
  });

  it("does not query the database for a malformed token", async () => {
    expect((await isolate.verify("bt_x_y")).kind).toBe("refused");
    expect(isolate.state.reads).toBe(0);
  });
});
