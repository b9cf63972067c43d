import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LAST_WRITES_MS, TOMBSTONE_RETENTION_MS } from "../../src/accounts/domain/delete-user.ts";
import { purgeUserTables, USER_TABLES } from "../../src/accounts/storage/user-data.ts";
import { accountsModule, type AccountsModule } from "../../src/accounts/module.ts";
import { idempotencyModule } from "../../src/idempotency/module.ts";
import { stopImports } from "../../src/imports/job-objects.ts";
import { quotasModule } from "../../src/quotas/module.ts";
import type { PurgeUsers } from "../../src/platform/module.ts";
import { rateLimitsModule } from "../../src/rate-limits/module.ts";
import { deferred, memoryLog } from "../support/fakes.ts";
import { testPlatform } from "../support/platform.ts";
import { columnsOf, tableNames, tablesThatHold } from "../support/tables.ts";
import privacy from "../../docs/privacy.md?raw";

const DAY = 86_400_000;

/** Tables that are deleted with the account itself, before all others. */
const WITH_THE_ACCOUNT = ["DeletedUsers", "Identities", "Tokens", "Users"];

let now: number;
let accounts: AccountsModule;
let settle: () => Promise<void>;

/** Another isolate of the same service. */
function isolate(purgeUsers: PurgeUsers = stopImports(env), db = env.DB): AccountsModule {
  const work = deferred();
  settle = work.settle;
  const platform = testPlatform({
    env: { ...env, DB: db },
    log: memoryLog(),
    now: () => now,
    defer: work.defer,
  });
  return accountsModule(
    { ...platform, config: { ...platform.config, AUTH_ISSUERS: [] } },
    {
      rateLimits: rateLimitsModule(platform),
      idempotency: idempotencyModule(platform),
      quotas: quotasModule(platform),
      purgeUsers,
    },
  );
}

/** A new account of a caller whose address is unknown. */
async function created() {
  const outcome = await accounts.useCases.createAccount({ addressKey: "local" });
  if (outcome.kind !== "created") throw new Error(`The account is ${outcome.kind}`);
  return outcome.account;
}

const runTasks = async (): Promise<void> => {
  for (const task of Object.values(accounts.tasks ?? {})) await task();
};

const shelve = (userId: string) =>
  env.DB.prepare("INSERT INTO UserLibrary (user_id, isbn) VALUES (?1, '9780441172719')")
    .bind(userId)
    .run();

const authorization = (token: string): string => `Bearer ${token}`;

beforeAll(async () => {
  await env.DB.prepare(
    `INSERT INTO Books (isbn, title, authors, canonical_metadata)
     VALUES ('9780441172719', 'Dune', '[]', '{}')`,
  ).run();
});
beforeEach(() => {
  now = Date.UTC(2026, 0, 1);
  accounts = isolate();
});

describe("the list of tables with user data", () => {
  it("contains every table with a user column", async () => {
    const listed = new Set<string>(USER_TABLES.map(({ table }) => table));
    for (const table of await tableNames()) {
      if (WITH_THE_ACCOUNT.includes(table) || listed.has(table)) continue;
      const columns = await columnsOf(table);
      expect([table, columns.filter((column) => /user|owner|caller/.test(column))]).toEqual([
        table,
        [],
      ]);
    }
  });

  it("contains only existing tables and columns", async () => {
    for (const { table, key, ofJobs } of USER_TABLES) {
      const columns = await columnsOf(table);
      expect(columns).toEqual(
        expect.arrayContaining([...key.split(", "), ofJobs ? "job_id" : "user_id"]),
      );
    }
  });
});

describe("deleting a user", () => {
  it("leaves only a tombstone and does not affect other users", async () => {
    const [deleted, other] = [await created(), await created()];
    await Promise.all([shelve(deleted.userId), shelve(other.userId)]);
    const before = await tablesThatHold(other.userId);
    await accounts.deleteUser(deleted.userId);
    expect(await tablesThatHold(deleted.userId)).toEqual(["DeletedUsers"]);
    expect(await tablesThatHold(other.userId)).toEqual(before);
    expect(await accounts.isDeleted(deleted.userId)).toBe(true);
    expect(await accounts.isDeleted(other.userId)).toBe(false);
    expect((await accounts.useCases.authenticate(authorization(other.token))).userId).toBe(
      other.userId,
    );
  });

  it("revokes every token immediately in this isolate, and within 30 s in others", async () => {
    const { userId, token } = await created();
    const elsewhere = isolate();
    await accounts.useCases.authenticate(authorization(token));
    await elsewhere.useCases.authenticate(authorization(token));
    await settle();
    await accounts.deleteUser(userId);
    const refused = { code: "UNAUTHORIZED" };
    await expect(accounts.useCases.authenticate(authorization(token))).rejects.toMatchObject(
      refused,
    );
    now += 30_001;
    await expect(elsewhere.useCases.authenticate(authorization(token))).rejects.toMatchObject(
      refused,
    );
  });

  it("revokes tokens in other isolates even after the clock was set back by two hours", async () => {
    const { userId, token } = await created();
    const elsewhere = isolate();
    await elsewhere.useCases.authenticate(authorization(token));
    await settle();
    await accounts.deleteUser(userId);
    now -= 2 * 3_600_000;
    await expect(elsewhere.useCases.authenticate(authorization(token))).rejects.toMatchObject({
      code: "UNAUTHORIZED",
    });
  });

  it("leaves no token when tokens are requested concurrently", async () => {
    const { userId, token, recoveryCode } = await created();
    const requests = Array.from({ length: 10 }, (_, index) =>
      accounts.useCases.issueToken({
        proof:
          index % 2 === 0 ? { kind: "token", token } : { kind: "recovery", userId, recoveryCode },
        scopes: undefined,
        name: undefined,
      }),
    );
    await Promise.all([...requests, accounts.deleteUser(userId)]);
    await settle();
    expect(await tablesThatHold(userId)).toEqual(["DeletedUsers"]);
  });

  it("deletes late writes of requests that were in flight, and the tombstone after 30 days", async () => {
    const { userId } = await created();
    await accounts.deleteUser(userId);
    await shelve(userId);
    now += LAST_WRITES_MS;
    await runTasks();
    expect(await tablesThatHold(userId)).toEqual(["DeletedUsers"]);
    now += TOMBSTONE_RETENTION_MS;
    await runTasks();
    expect(await tablesThatHold(userId)).toEqual([]);
  });

  it("can be repeated, as documented, on a database restored from an earlier time", async () => {
    const account = await created();
    await shelve(account.userId);
    const [, sql = ""] = /```sql\n([^]+?)```/.exec(privacy) ?? [];
    const statements = sql.replaceAll("<user id>", account.userId).split(/(?<=;)\n/);
    expect(statements.filter((text) => text !== "")).toHaveLength(2);
    await env.DB.batch(statements.filter(Boolean).map((text) => env.DB.prepare(text)));
    const refused = { code: "UNAUTHORIZED" };
    const authenticated = isolate().useCases.authenticate(authorization(account.token));
    await expect(authenticated).rejects.toMatchObject(refused);
    now = Date.now() + LAST_WRITES_MS + 1000;
    await runTasks();
    expect(await tablesThatHold(account.userId)).toEqual(["DeletedUsers"]);
  });

  it("empties the tables of imports in batches of at most 1,000 rows, children first, over several purges", async () => {
    const { userId } = await created();
    const numbers = JSON.stringify(Array.from({ length: 7500 }, (_, index) => index));
    await env.DB.batch(
      [
        `INSERT INTO ImportJobs (job_id, user_id, state, mode, ticket_key, created_at, updated_at)
         SELECT ?1 || '-job', ?1, 'completed', 'merge', 'key', 0, 0 WHERE ?2 <> ''`,
        `INSERT INTO ImportRows (job_id, row, chunk, line, row_hash, verdict)
         SELECT ?1 || '-job', value, 0, value, 'hash', 'shelve' FROM json_each(?2)`,
        `INSERT INTO ImportResults (job_id, row, line, row_hash, outcome)
         SELECT ?1 || '-job', value, value, 'hash', 'created' FROM json_each(?2)`,
        `INSERT INTO ImportEvents (job_id, seq, attempt, type, data, at)
         SELECT ?1 || '-job', value, 1, 'progress', '{}', 0 FROM json_each(?2)`,
        `INSERT INTO ImportChunks (job_id, chunk, first_row, last_row, rows)
         SELECT ?1 || '-job', 0, 0, 7499, '[]' WHERE ?2 <> ''`,
      ].map((sql) => env.DB.prepare(sql).bind(userId, numbers)),
    );
    const pieces: number[] = [];
    const counting = {
      prepare: (sql: string) => ({
        bind: (...values: unknown[]) => ({
          async run() {
            const result = await env.DB.prepare(sql)
              .bind(...values)
              .run();
            pieces.push(result.meta.changes);
            return result;
          },
        }),
      }),
    };
    const purge = purgeUserTables(counting as unknown as D1Database);
    expect(await purge(userId)).toBe(false);
    expect(await purge(userId)).toBe(true);
    expect(Math.max(...pieces)).toBe(1000);
    expect(pieces.reduce((sum, piece) => sum + piece, 0)).toBe(22_502);
    expect(await tablesThatHold(userId)).toEqual(["Tokens", "Users"]);
  });

  it("has no effect when repeated or for an unknown user", async () => {
    const { userId } = await created();
    await accounts.deleteUser(userId);
    await accounts.deleteUser(userId);
    await accounts.deleteUser("unknown");
    expect(await tablesThatHold(userId)).toEqual(["DeletedUsers"]);
  });
});

describe("a deletion that is interrupted", () => {
  /** A D1 database that fails from the `count`-th statement on, as after kill -9. */
  function dying(count: number): D1Database {
    let left = count;
    const live = <Value>(call: () => Promise<Value>): Promise<Value> => {
      left -= 1;
      return left < 0 ? Promise.reject(new Error("killed")) : call();
    };
    const statement = (sql: D1PreparedStatement): D1PreparedStatement =>
      new Proxy(sql, {
        get(target, name) {
          if (name === "bind") return (...values: unknown[]) => statement(target.bind(...values));
          if (name === "run") return () => live(() => target.run());
          if (name === "all") return () => live(() => target.all());
          if (name === "first") return (column: string) => live(() => target.first(column));
          return Reflect.get(target, name) as unknown;
        },
      });
    return new Proxy(env.DB, {
      get(target, name) {
        if (name === "prepare") return (sql: string) => statement(target.prepare(sql));
        if (name === "batch") {
          return (all: D1PreparedStatement[]) => live(() => target.batch(all));
        }
        return Reflect.get(target, name) as unknown;
      },
    });
  }

  const runDeletions = (module: AccountsModule) => module.tasks?.["finish_deletions"]?.();

  it("ends like an undisturbed one, wherever it is killed", async () => {
    const killedAt: number[] = [];
    for (let count = 0; count < 40; count += 1) {
      const { userId } = await created();
      await settle();
      await shelve(userId);
      const broken = isolate(stopImports(env), dying(count));
      const wasAccepted = await broken.deleteUser(userId).then(
        () => true,
        () => false,
      );
      const left = await tablesThatHold(userId);
      expect(left.includes("Users")).toBe(!wasAccepted);
      if (!wasAccepted) continue;
      if (left.includes("UserLibrary")) killedAt.push(count);
      now += LAST_WRITES_MS;
      // Every run is killed a little later than the one before.
      for (let run = 0; run < 4; run += 1) {
        await runDeletions(isolate(stopImports(env), dying(run * 7)))?.catch(() => undefined);
        now += DAY / 24;
      }
      await runDeletions(accounts);
      expect(await tablesThatHold(userId)).toEqual(["DeletedUsers"]);
      const purged = env.DB.prepare("SELECT purged_at FROM DeletedUsers WHERE user_id = ?1");
      expect(await purged.bind(userId).first("purged_at")).not.toBeNull();
    }
    expect(killedAt.length).toBeGreaterThan(3);
  });

  it("does not prevent others from completing, and is reported until it is complete", async () => {
    const [broken, fine] = [await created(), await created()];
    await settle();
    await Promise.all([shelve(broken.userId), shelve(fine.userId)]);
    let isDown = true;
    const module = isolate(async ([userId]) => {
      if (isDown && userId === broken.userId) throw new Error("the object is unavailable");
    });
    for (const { userId } of [broken, fine]) await module.deleteUser(userId);
    await shelve(fine.userId);
    now += LAST_WRITES_MS;
    await runDeletions(module);
    expect(await tablesThatHold(fine.userId)).toEqual(["DeletedUsers"]);
    expect(await tablesThatHold(broken.userId)).toEqual(["DeletedUsers", "UserLibrary"]);
    now += DAY;
    const age = async () => (await module.gauges?.["deletions"]?.())?.[0]?.value;
    expect(await age()).toBe((LAST_WRITES_MS + DAY) / 1000);
    isDown = false;
    await runDeletions(module);
    expect(await tablesThatHold(broken.userId)).toEqual(["DeletedUsers"]);
    expect(await age()).toBe(0);
  });

  it.each([-2, 2])("completes after the clock was set by %s hours", async (hours) => {
    const { userId } = await created();
    await settle();
    const module = isolate(() => Promise.reject(new Error("the object is unavailable")));
    await module.deleteUser(userId);
    await shelve(userId);
    now += LAST_WRITES_MS;
    await runDeletions(module);
    now += (hours * DAY) / 24;
    await runDeletions(accounts);
    expect(await tablesThatHold(userId)).toEqual(["DeletedUsers"]);
  });
});

describe("deleting a large shelf", () => {
  it("deletes at most 1,000 rows per statement, and continues where it stopped", async () => {
    const isbns = Array.from({ length: 2500 }, (_, index) => `local-${index}`);
    const list = JSON.stringify(isbns);
    await env.DB.batch([
      env.DB.prepare(
        "INSERT INTO UserLibrary (user_id, isbn) SELECT 'large', value FROM json_each(?1)",
      ).bind(list),
      env.DB.prepare(
        `INSERT INTO Readings (user_id, isbn, position)
         SELECT 'large', isbn.value, position.value FROM json_each(?1) AS isbn, json_each('[0,1,2,3,4,5,6,7,8]') AS position`,
      ).bind(list),
    ]);
    const sizes: number[] = [];
    const db = {
      prepare: (sql: string) => ({
        bind: (...values: unknown[]) => ({
          async run() {
            const result = await env.DB.prepare(sql)
              .bind(...values)
              .run();
            sizes.push(result.meta.changes);
            return result;
          },
        }),
      }),
    };
    const purge = purgeUserTables(db as unknown as D1Database);
    expect(await purge("large")).toBe(false);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(20_000);
    expect(await purge("large")).toBe(true);
    expect(Math.max(...sizes)).toBe(1000);
    expect(await tablesThatHold("large")).toEqual([]);
  });
});

describe("an account that is never used", () => {
  it("is deleted after 30 days", async () => {
    const { userId } = await created();
    now += 30 * DAY;
    await runTasks();
    expect(await tablesThatHold(userId)).not.toEqual([]);
    now += 1;
    await runTasks();
    expect(await tablesThatHold(userId)).toEqual([]);
  });

  it("is kept once its token or its recovery code has been used", async () => {
    const [byToken, byCode] = [await created(), await created()];
    await accounts.useCases.authenticate(authorization(byToken.token));
    const { userId, recoveryCode } = byCode;
    await accounts.useCases.issueToken({
      proof: { kind: "recovery", userId, recoveryCode },
      scopes: undefined,
      name: undefined,
    });
    await settle();
    now += 31 * DAY;
    await runTasks();
    expect(await tablesThatHold(byToken.userId)).toContain("Users");
    expect(await tablesThatHold(byCode.userId)).toContain("Users");
  });
});

describe("a token", () => {
  it("expires 400 days after its last use and is then deleted", async () => {
    const { userId, token } = await created();
    now += 399 * DAY;
    await accounts.useCases.authenticate(authorization(token));
    await settle();
    now += 400 * DAY - 1;
    await runTasks();
    expect(await tablesThatHold(userId)).toContain("Tokens");
    now += 1;
    await expect(accounts.useCases.authenticate(authorization(token))).rejects.toMatchObject({
      code: "UNAUTHORIZED",
    });
    await runTasks();
    expect(await tablesThatHold(userId)).toEqual(["Users"]);
  });
});
