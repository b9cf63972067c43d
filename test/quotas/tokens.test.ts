import { describe, expect, it } from "vitest";
import { bearer } from "../support/accounts.ts";
import { problemOf, quotaService } from "../support/quotas.ts";

/** A service whose accounts have at most three tokens. */
function limited() {
  const clock = { now: Date.UTC(2026, 5, 1, 12) };
  const service = quotaService({ quotas: { tokens: 3 }, parts: { now: () => clock.now } });
  const json = (body: object, headers: Record<string, string> = {}) => ({
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const issue = (token: string, name: string): Promise<Response> =>
    service.call("/api/v2/tokens", json({ name }, bearer(token)));
  const list = async (token: string): Promise<{ id: string; name?: string }[]> => {
    const response = await service.call("/api/v2/tokens", { headers: bearer(token) });
    expect(response.status).toBe(200);
    return (await response.json<{ items: { id: string; name?: string }[] }>()).items;
  };
  const names = async (token: string) => (await list(token)).map(({ name }) => name);
  const revoke = async (token: string, revoked: string): Promise<void> => {
    const found = (await list(token)).find(({ name }) => name === revoked);
    const init = { method: "DELETE", headers: bearer(token) };
    expect((await service.call(`/api/v2/tokens/${found?.id}`, init)).status).toBe(204);
  };
  return { ...service, clock, json, issue, names, revoke };
}

describe("the quota of tokens", () => {
  it("refuses another token, and issues one again once one is revoked or has expired", async () => {
    const { account, issue, revoke, used, clock } = limited();
    const user = await account();
    expect((await issue(user.token, "phone")).status).toBe(201);
    expect((await issue(user.token, "laptop")).status).toBe(201);
    const refused = await issue(user.token, "tablet");
    expect(refused.status).toBe(409);
    const problem = await problemOf(refused);
    expect(problem).toMatchObject({ code: "LIMIT_REACHED", quota: "tokens", limit: 3, used: 3 });
    expect(problem.detail).toContain("Revoke one");
    expect((await used(user))["tokens"]).toBe(3);
    await revoke(user.token, "phone");
    expect((await issue(user.token, "tablet")).status).toBe(201);
    // The first token is used and remains valid; the other two expire.
    clock.now += 399 * 86_400_000;
    expect((await used(user))["tokens"]).toBe(3);
    clock.now += 2 * 86_400_000;
    expect((await issue(user.token, "watch")).status).toBe(201);
  });

  it("is never exceeded by simultaneous requests", async () => {
    const { account, issue, names } = limited();
    const user = await account();
    const responses = await Promise.all([0, 1, 2, 3].map((at) => issue(user.token, `t${at}`)));
    expect(responses.filter(({ status }) => status === 201)).toHaveLength(2);
    expect(await names(user.token)).toHaveLength(3);
  });

  it("does not use up a pairing code when the quota is reached", async () => {
    const { account, issue, call, json, revoke } = limited();
    const user = await account();
    await issue(user.token, "phone");
    const pairing = await call("/api/v2/pairings", json({}, bearer(user.token)));
    const { code } = await pairing.json<{ code: string }>();
    await issue(user.token, "laptop");
    const redeem = (): Promise<Response> => call("/api/v2/tokens", json({ pairingCode: code }));
    expect(await problemOf(await redeem())).toMatchObject({ code: "LIMIT_REACHED" });
    await revoke(user.token, "laptop");
    expect((await redeem()).status).toBe(201);
  });

  it("always accepts the recovery code: the least recently used token is revoked", async () => {
    const { account, issue, call, json, names, clock } = limited();
    const user = await account();
    await issue(user.token, "never used");
    // Uses are recorded once a day.
    clock.now += 2 * 86_400_000;
    await issue(user.token, "later");
    const { userId, recoveryCode } = user;
    const response = await call(
      "/api/v2/tokens",
      json({ userId, recoveryCode, name: "recovered" }),
    );
    expect(response.status).toBe(201);
    const { token } = await response.json<{ token: string }>();
    const left = await names(token);
    expect(left).toHaveLength(3);
    expect(left).toContain("recovered");
    expect(left).not.toContain("never used");
  });
});
