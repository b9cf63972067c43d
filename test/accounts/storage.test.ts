import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { StoredToken } from "../../src/accounts/domain/tokens.ts";
import { d1Identities } from "../../src/accounts/storage/identities.ts";
import { rememberedTokens } from "../../src/accounts/storage/remembered-tokens.ts";
import { d1Tokens, sweepExpiredTokens } from "../../src/accounts/storage/tokens.ts";
import { d1Tombstones, pruneTombstones } from "../../src/accounts/storage/user-data.ts";
import { d1DownloadTickets, d1Pairings } from "../../src/accounts/storage/short-lived.ts";
import { d1Users, sweepUnusedUsers } from "../../src/accounts/storage/users.ts";
import { memoryLog } from "../support/fakes.ts";

const DAY = 86_400_000;
const START = 1_800_000_000_000;

const log = memoryLog();
const users = d1Users(env.DB, log);
const tokens = d1Tokens(env.DB, log);
const identities = d1Identities(env.DB, log);
const tombstones = d1Tombstones(env.DB, log);

const aToken = (id: string, given: Partial<StoredToken> = {}): StoredToken => ({
  id,
  userId: "reader",
  hash: `hash of ${id}`,
  scopes: ["library:read", "imports"],
  createdAt: START,
  expiresAt: START + 400 * DAY,
  ...given,
});

const addUser = (id: string, createdAt = START) =>
  users.create(
    { id, recoveryHash: `hash of ${id}`, createdAt },
    aToken(`first of ${id}`, { userId: id, createdAt }),
    [],
  );

const identityOf = (userId: string, tokenId: string) => ({ userId, tokenId, scopes: [] });

const ids = async (table: "Users" | "Tokens"): Promise<string[]> => {
  const { results } = await env.DB.prepare(`SELECT id FROM ${table} ORDER BY id`).all<{
    id: string;
  }>();
  return results.map(({ id }) => id);
};

beforeEach(async () => {
  await env.DB.batch(
    ["Users", "DeletedUsers", "UserLibrary"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  );
});

describe("tokens in D1", () => {
  it("are read as they were stored", async () => {
    await addUser("reader");
    const token = aToken("second");
    expect(await tokens.add(token)).toBe(true);
    expect(await tokens.find("second")).toEqual(token);
    expect(await tokens.find("third")).toBeUndefined();
  });

  it("are not stored for a deleted user", async () => {
    expect(await tokens.add(aToken("orphan"))).toBe(false);
    expect(await ids("Tokens")).toEqual([]);
  });

  it("record a use once a day across isolates, and the user's first use permanently", async () => {
    await addUser("reader");
    const identity = identityOf("reader", "first of reader");
    const use = (usedAt: number) =>
      tokens.touch({ identity, usedAt, expiresAt: usedAt + 400 * DAY });
    await Promise.all([use(START), use(START + 1), use(START + DAY / 2)]);
    const noted = await tokens.find("first of reader");
    expect(noted?.usedAt).toBeGreaterThanOrEqual(START);
    expect(noted?.expiresAt).toBe((noted?.usedAt ?? 0) + 400 * DAY);
    await use(START + 3 * DAY);
    expect(await tokens.find("first of reader")).toMatchObject({ usedAt: START + 3 * DAY });
    const user = await env.DB.prepare("SELECT used_at FROM Users").first<{ used_at: number }>();
    expect(user?.used_at).toBe(noted?.usedAt);
  });

  it("are not revived by a late use", async () => {
    await addUser("reader");
    await tokens.add(aToken("short", { expiresAt: START + 10 }));
    await tokens.touch({
      identity: identityOf("reader", "short"),
      usedAt: START + 10,
      expiresAt: START + 400 * DAY,
    });
    expect(await tokens.find("short")).toMatchObject({ expiresAt: START + 10 });
  });

  it("are deleted after expiry, oldest first, a bounded number per run", async () => {
    await addUser("reader");
    for (const age of [1, 2, 3]) {
      await tokens.add(aToken(`expired ${age}`, { expiresAt: START - age }));
    }
    expect(await sweepExpiredTokens(env.DB, START, 2)).toBe(2);
    expect(await ids("Tokens")).toEqual(["expired 1", "first of reader"]);
    expect(await sweepExpiredTokens(env.DB, START, 2)).toBe(1);
    expect(await sweepExpiredTokens(env.DB, START, 2)).toBe(0);
  });
});

describe("unused accounts", () => {
  it("are deleted with their tokens; accounts with a use, a link or entries are kept", async () => {
    for (const id of ["unused", "used", "linked", "filled"]) await addUser(id);
    await addUser("young", START + DAY);
    await tokens.touch({
      identity: identityOf("used", "first of used"),
      usedAt: START,
      expiresAt: START,
    });
    await identities.link(
      { issuer: "https://issuer.test", subject: "somebody" },
      { userId: "linked", linkedAt: START },
    );
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO Books (isbn, title, authors, canonical_metadata)
         VALUES ('9780441172719', 'Dune', '[]', '{}')`,
      ),
      env.DB.prepare("INSERT INTO UserLibrary (user_id, isbn) VALUES ('filled', '9780441172719')"),
    ]);
    expect(await sweepUnusedUsers(env.DB, START + DAY, 100)).toBeGreaterThan(0);
    expect(await ids("Users")).toEqual(["filled", "linked", "used", "young"]);
    expect(await ids("Tokens")).not.toContain("first of unused");
    expect(await sweepUnusedUsers(env.DB, START + DAY, 100)).toBe(0);
  });

  it("are deleted oldest first, a bounded number per run", async () => {
    for (const age of [1, 2, 3]) await addUser(`unused ${age}`, START - age);
    await sweepUnusedUsers(env.DB, START, 2);
    expect(await ids("Users")).toEqual(["unused 1"]);
  });
});

describe("external identities in D1", () => {
  const identity = { issuer: "https://issuer.test", subject: "somebody" };

  it("belong to the first user who links them, from that instant", async () => {
    await addUser("reader");
    await addUser("other");
    const first = { userId: "reader", linkedAt: START };
    expect(await identities.link(identity, first)).toEqual(first);
    expect(await identities.link(identity, { userId: "reader", linkedAt: START + 1 })).toEqual(
      first,
    );
    expect(await identities.link(identity, { userId: "other", linkedAt: START + 1 })).toEqual(
      first,
    );
    expect(await identities.findUser(identity)).toBe("reader");
  });

  it("are distinguished by exact issuer and subject", async () => {
    await addUser("reader");
    await identities.link(identity, { userId: "reader", linkedAt: START });
    for (const other of [
      { ...identity, issuer: "https://ISSUER.test" },
      { ...identity, subject: "Somebody" },
      { ...identity, subject: "somebody " },
    ]) {
      expect(await identities.findUser(other)).toBeUndefined();
    }
  });

  it("are not linked to a deleted user", async () => {
    expect(await identities.link(identity, { userId: "gone", linkedAt: START })).toBeUndefined();
    expect(await identities.findUser(identity)).toBeUndefined();
  });
});

describe("tombstones", () => {
  it("replace an account and all its credentials", async () => {
    await addUser("reader");
    await identities.link(
      { issuer: "https://issuer.test", subject: "somebody" },
      { userId: "reader", linkedAt: START },
    );
    expect(await tombstones.isDeleted("reader")).toBe(false);
    await tombstones.replaceAccount("reader", START);
    await tombstones.replaceAccount("reader", START + 1);
    expect(await tombstones.isDeleted("reader")).toBe(true);
    expect(await ids("Users")).toEqual([]);
    expect(await ids("Tokens")).toEqual([]);
    expect(
      await identities.findUser({ issuer: "https://issuer.test", subject: "somebody" }),
    ).toBeUndefined();
  });

  it("are kept until the second deletion and then for 30 days", async () => {
    await tombstones.replaceAccount("one", START);
    await tombstones.replaceAccount("two", START + 1);
    const unpurged = async (until: number, limit: number, now = START + 1) =>
      (await tombstones.findUnpurged({ until, now }, limit)).map(({ userId }) => userId);
    expect(await unpurged(START, 10)).toEqual(["one"]);
    expect(await unpurged(START + 1, 1)).toEqual(["one"]);
    await tombstones.postpone("two", START + 60_000);
    expect(await unpurged(START + 1, 10)).toEqual(["one"]);
    expect(await tombstones.findUnpurged({ until: START + 1, now: START + 60_000 }, 10)).toEqual([
      { userId: "one", attempts: 0 },
      { userId: "two", attempts: 1 },
    ]);
    // One that was requeued comes after one that was not.
    await tombstones.requeue("one", START + 60_001);
    expect(await unpurged(START + 1, 10, START + 60_001)).toEqual(["two", "one"]);
    await tombstones.requeue("one", START);
    // Written before the clock was set back.
    expect(await unpurged(START, 10, START - 7_200_000)).toEqual(["one", "two"]);
    await tombstones.markPurged("one", START + 2);
    expect(await unpurged(START + 1, 10, START + 60_000)).toEqual(["two"]);
    expect(await pruneTombstones(env.DB, START + 10, 10)).toBe(1);
    expect(await tombstones.isDeleted("one")).toBe(false);
    expect(await tombstones.isDeleted("two")).toBe(true);
  });
});

describe("accounts without a database", () => {
  const fail = () => Promise.reject(new Error("D1 is unavailable"));
  const statement = { bind: () => statement, first: fail, run: fail, all: fail };
  const broken = { prepare: () => statement, batch: fail } as unknown as D1Database;
  const lost = memoryLog();

  it.each<[string, () => Promise<unknown>]>([
    ["finding a token", () => d1Tokens(broken, lost).find("t")],
    ["adding a token", () => d1Tokens(broken, lost).add(aToken("t"))],
    ["revoking a token", () => d1Tokens(broken, lost).revoke("u", "t")],
    ["listing tokens", () => d1Tokens(broken, lost).list("u", START)],
    ["finding a pairing code", () => d1Pairings(broken, lost).find("h", START)],
    ["redeeming a pairing code", () => d1Pairings(broken, lost).redeem("h", aToken("t"))],
    [
      "using a ticket",
      () => d1DownloadTickets(broken, lost).use({ hash: "h", userId: "u", purpose: "p" }, START),
    ],
    ["replacing a recovery code", () => d1Users(broken, lost).setRecoveryHash("u", "h")],
    ["finding a recovery code", () => d1Users(broken, lost).findRecoveryHash("u")],
    ["finding an identity", () => d1Identities(broken, lost).findUser({ issuer: "", subject: "" })],
    ["replacing an account", () => d1Tombstones(broken, lost).replaceAccount("u", START)],
    ["checking whether a user was deleted", () => d1Tombstones(broken, lost).isDeleted("u")],
  ])("answer 503 when %s", async (_what, attempt) => {
    await expect(attempt()).rejects.toMatchObject({
      code: "DATABASE_UNAVAILABLE",
      retryAfterSeconds: 5,
    });
    expect(lost.events).toContain("d1_failed");
  });

  it("lose a use and log it", async () => {
    const use = { identity: identityOf("u", "t"), usedAt: START, expiresAt: START };
    await d1Tokens(broken, lost).touch(use);
    expect(lost.events).toContain("token_use_lost");
  });
});

describe("remembered tokens", () => {
  const remember = (userId: string, tokenId: string) => ({
    identity: identityOf(userId, tokenId),
    usedAt: undefined,
    expiresAt: START,
  });

  it("expire 30 s after they were put, regardless of reads", () => {
    let now = START;
    const remembered = rememberedTokens(() => now);
    remembered.put("hash", remember("reader", "t"));
    for (let second = 0; second < 30; second += 1) {
      expect(remembered.get("hash")).toBeDefined();
      now += 1000;
    }
    now += 1;
    expect(remembered.get("hash")).toBeUndefined();
  });

  it("can be removed individually", () => {
    const remembered = rememberedTokens(() => START);
    remembered.put("a", remember("reader", "1"));
    remembered.put("b", remember("reader", "2"));
    remembered.put("c", remember("other", "3"));
    remembered.forget(({ identity }) => identity.userId === "reader");
    expect(["a", "b", "c"].filter((hash) => remembered.get(hash))).toEqual(["c"]);
  });

  it("are bounded in number", () => {
    const remembered = rememberedTokens(() => START);
    for (let index = 0; index <= 10_000; index += 1) {
      remembered.put(`hash ${index}`, remember("reader", `${index}`));
    }
    expect(remembered.get("hash 0")).toBeUndefined();
    expect(remembered.get("hash 10000")).toBeDefined();
  });
});
