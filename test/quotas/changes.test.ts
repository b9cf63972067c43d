import { describe, expect, it } from "vitest";
import type { OutboxResult } from "../../contract/sync.ts";
import { bearer, type Account } from "../support/accounts.ts";
import { problemOf, quotaService } from "../support/quotas.ts";

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 5, 1, 12);

/** A service that accepts five changes per day, with an adjustable clock. */
function limited() {
  const clock = { now: NOON };
  const { call, account, used } = quotaService({
    quotas: { changes: 5 },
    parts: { now: () => clock.now },
  });
  const send = (user: Account, changes: readonly object[]): Promise<Response> =>
    call(`/v1/library/${user.userId}/changes`, {
      method: "POST",
      headers: { ...bearer(user.token), "Content-Type": "application/json" },
      body: JSON.stringify({ changes }),
    });
  const usedOf = async (user: Account) => (await used(user))["changes"];
  return { clock, account, send, usedOf, call };
}

const goal = (key: string, books: number) => ({ op: "goal", key, body: { year: 2026, books } });
const goals = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => goal(`${name}-${index}`, index + 1));
const outcomesOf = async (response: Response): Promise<string[]> => {
  expect(response.status).toBe(200);
  const { data } = await response.json<{ data: { results: OutboxResult[] } }>();
  return data.results.map(({ outcome }) => outcome);
};

describe("the quota of changes", () => {
  it("counts each change once, and applies none of a request that exceeds it", async () => {
    const { account, send, usedOf, clock, call } = limited();
    const user = await account();
    expect(await outcomesOf(await send(user, goals("a", 4)))).toEqual(Array(4).fill("applied"));
    expect(await usedOf(user)).toBe(4);
    const refused = await send(user, goals("b", 2));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("Retry-After"))).toBe(12 * 3600);
    expect(await problemOf(refused)).toMatchObject({
      code: "QUOTA_EXCEEDED",
      quota: "changes",
      limit: 5,
      used: 4,
      resetsAt: "2026-06-02T00:00:00.000Z",
    });
    const read = await call(`/v1/library/${user.userId}/goals/2026`, {
      headers: bearer(user.token),
    });
    expect(await read.json()).toMatchObject({ data: { goal: { target: { books: 4 } } } });
    expect(await usedOf(user)).toBe(4);
    expect(await outcomesOf(await send(user, goals("b", 1)))).toEqual(["applied"]);
    // Repeated changes are free, and are answered.
    expect(await outcomesOf(await send(user, goals("a", 4)))).toEqual(Array(4).fill("replayed"));
    expect((await send(user, goals("a", 4).concat(goals("c", 1)))).status).toBe(429);
    clock.now += DAY_MS;
    expect(await outcomesOf(await send(user, goals("c", 2)))).toEqual(["applied", "applied"]);
    expect(await usedOf(user)).toBe(2);
  });

  it("refunds changes that were refused or sent twice in one request", async () => {
    const { account, send, usedOf } = limited();
    const user = await account();
    expect(await outcomesOf(await send(user, [goal("one", 5), goal("one", 5)]))).toEqual([
      "applied",
      "replayed",
    ]);
    const changes = [
      { op: "goal", key: "bad", body: { year: 2026, books: -1 } },
      { op: "delete", key: "bad-isbn", isbn: "9780000000000" },
      { op: "goal", key: "late", ifVersion: 1, body: { year: 2026, books: 9 } },
    ];
    const outcomes = await outcomesOf(await send(user, changes));
    expect(outcomes).toEqual(["refused", "refused", "conflict"]);
    expect(await usedOf(user)).toBe(1);
  });

  it("is never exceeded by simultaneous requests", async () => {
    const { account, send, usedOf } = limited();
    const user = await account();
    const responses = await Promise.all(
      Array.from({ length: 6 }, (_, index) => send(user, goals(`at-once-${index}`, 2))),
    );
    const statuses = responses.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(2);
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
    expect(await usedOf(user)).toBe(4);
  });

  it("is shown in the capabilities", async () => {
    const { call } = limited();
    const response = await call("/api/v2/capabilities");
    expect(await response.json()).toMatchObject({ limits: { quotas: { changes: 5 } } });
  });
});
