import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { d1Tombstones } from "../../src/accounts/storage/user-data.ts";
import { bearer, type Account } from "../support/accounts.ts";
import { memoryLog } from "../support/fakes.ts";
import { quotaService } from "../support/quotas.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

/** A service with a clock set by the test. */
function serviceAt(vars: Record<string, string> = {}) {
  let now = START;
  const made = quotaService({ vars, parts: { now: () => now } });
  return {
    ...made,
    /** Runs the schedule some days after the start. */
    async runAfter(days: number) {
      now = START + days * DAY;
      await made.service.scheduled();
    },
    use: async ({ token }: Account) => {
      const used = await made.call("/api/v2/users/me/usage", { headers: bearer(token) });
      expect(used.status).toBe(200);
    },
  };
}

const exists = async ({ userId }: Account): Promise<boolean> =>
  (await env.DB.prepare("SELECT 1 AS found FROM Users WHERE id = ?1").bind(userId).first()) !==
  null;

const wait = ({ userId }: Account, createdAt: number, state = "open") =>
  env.DB.prepare(
    `INSERT INTO ReviewQueue (id, user_id, row_hash, job_id, row, state, reason, created_at)
     VALUES (?1, ?2, ?1, 'job', 2, ?4, '{}', ?3)`,
  )
    .bind(crypto.randomUUID(), userId, createdAt, state)
    .run();

const waiting = ({ userId }: Account) =>
  env.DB.prepare("SELECT count(*) AS n FROM ReviewQueue WHERE user_id = ?1")
    .bind(userId)
    .first<number>("n");

describe("an unused account", () => {
  it("is deleted after a year if it is empty, and never otherwise", async () => {
    const { account, use, runAfter, call } = serviceAt();
    const [empty, withBook, withRow, recent] = [
      await account(),
      await account(),
      await account(),
      await account(),
    ];
    for (const user of [empty, withBook, withRow, recent]) await use(user);
    await call(`/v1/library/${withBook.userId}/books`, {
      method: "POST",
      headers: { ...bearer(withBook.token), "Content-Type": "application/json" },
      body: JSON.stringify({ title: "Dune", authors: ["Frank Herbert"] }),
    });
    await wait(withRow, START);
    await runAfter(364);
    expect(await exists(empty)).toBe(true);
    await use(recent);
    await runAfter(399);
    expect(await exists(empty)).toBe(true);
    await runAfter(430);
    expect(await exists(empty)).toBe(false);
    for (const user of [withBook, withRow, recent]) expect(await exists(user)).toBe(true);
  });

  it("is kept if it is used or filled after it was found idle", async () => {
    const { account } = serviceAt();
    const users = [await account(), await account(), await account()] as const;
    const [unused, used, filled] = users;
    const now = START + 500 * DAY;
    const tombstones = d1Tombstones(env.DB, memoryLog());
    const set = (sql: string, { userId }: Account) => env.DB.prepare(sql).bind(userId, now).run();
    for (const user of users) {
      await set("UPDATE Tokens SET expires_at = 2 WHERE user_id = ?1 AND ?2 > 0", user);
    }
    for (const user of users) {
      await set("UPDATE Users SET used_at = 1 WHERE id = ?1 AND ?2 > 0", user);
    }
    await set("UPDATE Users SET used_at = ?2 WHERE id = ?1", used);
    await set(
      "INSERT INTO UserLibrary (user_id, isbn, added_at) VALUES (?1, 'local-1', ?2)",
      filled,
    );
    const replaced = [];
    for (const { userId } of users) {
      replaced.push(await tombstones.replaceIdleAccount(userId, now, now - 365 * DAY));
    }
    expect(replaced).toEqual([true, false, false]);
    expect([await exists(unused), await exists(used), await exists(filled)]).toEqual([
      false,
      true,
      true,
    ]);
    const tokens = await env.DB.prepare("SELECT count(*) AS n FROM Tokens WHERE user_id = ?1")
      .bind(used.userId)
      .first("n");
    expect(tokens).toBe(1);
  });

  it("is kept if the retention is 0", async () => {
    const { account, use, runAfter } = serviceAt({
      RETENTION: '{"emptyAccounts":0,"waitingRows":0}',
    });
    const user = await account();
    await use(user);
    await wait(user, START);
    await runAfter(5000);
    expect([await exists(user), await waiting(user)]).toEqual([true, 1]);
  });
});

describe("a waiting row", () => {
  it("is deleted after two years; a settled one is kept", async () => {
    const { account, runAfter } = serviceAt();
    const user = await account();
    await wait(user, START);
    await wait(user, START, "dismissed");
    await wait(user, START + 10 * DAY);
    await runAfter(731);
    expect(await waiting(user)).toBe(2);
    await runAfter(741);
    expect(await waiting(user)).toBe(1);
  });
});
