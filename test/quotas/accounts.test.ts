import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { bearer } from "../support/accounts.ts";
import { problemOf, quotaService } from "../support/quotas.ts";

const DAY = 86_400_000;

/** Uses of quotas that do not belong to an account. */
const networks = async () =>
  (
    await env.DB.prepare("SELECT subject, quota, used FROM QuotaUses WHERE user_id IS NULL").all<{
      subject: string;
      quota: string;
      used: number;
    }>()
  ).results;

describe("new accounts", () => {
  it("are limited per IPv4 address, /64 and /48, even when created at the same time", async () => {
    let now = Date.UTC(2026, 5, 1, 23, 59);
    const { signUp } = quotaService({
      quotas: { accountsPer64: 2, accountsPer48: 3, accountsPerIpv4: 4 },
      parts: { now: () => now },
    });
    const ipv4 = await Promise.all(Array.from({ length: 9 }, () => signUp("192.0.2.1")));
    expect(ipv4.filter(({ status }) => status === 201)).toHaveLength(4);
    const refused = ipv4.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get("Retry-After"))).toBe(60);
    expect(await problemOf(refused!)).toMatchObject({
      code: "QUOTA_EXCEEDED",
      quota: "accountsPerIpv4",
      limit: 4,
      used: 4,
      resetsAt: "2026-06-02T00:00:00.000Z",
    });
    expect((await signUp("192.0.2.2")).status).toBe(201);

    const from64 = (subnet: string) => signUp(`2001:db8:1:${subnet}::5`);
    expect((await from64("1")).status).toBe(201);
    expect((await from64("1")).status).toBe(201);
    expect(await problemOf(await from64("1"))).toMatchObject({ quota: "accountsPer64" });
    expect((await from64("2")).status).toBe(201);
    expect(await problemOf(await from64("2"))).toMatchObject({ quota: "accountsPer48" });
    expect((await signUp("2001:db8:2:1::5")).status).toBe(201);

    now += DAY;
    expect((await signUp("192.0.2.1")).status).toBe(201);
    now -= 2 * DAY;
    expect((await signUp("192.0.2.1")).status).toBe(201);
    // No address is stored.
    for (const { subject } of await networks()) expect(subject).toMatch(/^[0-9a-f]{64}$/);
  });

  it("are not limited if the address is unknown", async () => {
    const { signUp } = quotaService({ quotas: { accountsPerIpv4: 1, accountsPer64: 1 } });
    for (const address of [undefined, undefined, "not an address", "not an address"]) {
      expect((await signUp(address)).status).toBe(201);
    }
  });

  it("leave nothing behind when refused", async () => {
    const { signUp } = quotaService({ quotas: { accountsPerIpv4: 1 } });
    const users = () => env.DB.prepare("SELECT count(*) AS n FROM Users").first<number>("n");
    await signUp("192.0.2.9");
    const before = await users();
    await signUp("192.0.2.9");
    expect(await users()).toBe(before);
  });

  it("need the signup code if one is set", async () => {
    const vars = { SIGNUP: "code", SIGNUP_CODE: "correct horse" };
    const { signUp, call } = quotaService({ vars });
    const missing = await signUp();
    expect([missing.status, (await problemOf(missing)).detail]).toEqual([
      403,
      "This service requires a signup code for new accounts: send it as signupCode.",
    ]);
    const wrong = await signUp(undefined, { signupCode: "correct hors" });
    expect([wrong.status, (await problemOf(wrong)).detail]).toEqual([
      403,
      "The signupCode is wrong. Ask the operator for it.",
    ]);
    expect((await signUp(undefined, { signupCode: 7 })).status).toBe(400);
    expect((await signUp(undefined, { signupCode: "correct horse" })).status).toBe(201);
    const capabilities = await (await call("/api/v2/capabilities")).json();
    expect(capabilities).toMatchObject({ signup: "code" });
  });

  it("are refused if signup is closed, while existing accounts continue to work", async () => {
    const { token } = await quotaService({}).account();
    const { signUp, call } = quotaService({ vars: { SIGNUP: "closed" } });
    const refused = await signUp(undefined, { signupCode: "any" });
    expect([refused.status, (await problemOf(refused)).detail]).toEqual([
      403,
      "This service does not accept new accounts.",
    ]);
    const usage = await call("/api/v2/users/me/usage", { headers: bearer(token) });
    expect(usage.status).toBe(200);
  });
});

describe("usage", () => {
  it("lists each quota with limit, used and resetsAt", async () => {
    const { account, call } = quotaService({
      quotas: { firstDayImportRows: 50_000, openImports: 3, googleQuestions: 200 },
    });
    const { token } = await account();
    const usage = await call("/api/v2/users/me/usage", { headers: bearer(token) });
    expect(usage.headers.get("Cache-Control")).toBe("no-store");
    const resetsAt = expect.stringMatching(/T00:00:00.000Z$/) as string;
    expect(await usage.json()).toEqual({
      items: [
        { quota: "importRows", limit: 50_000, used: 0, resetsAt },
        { quota: "importBytes", limit: null, used: 0, resetsAt },
        { quota: "openLibraryQuestions", limit: null, used: 0, resetsAt },
        { quota: "googleQuestions", limit: 200, used: 0, resetsAt },
        { quota: "changes", limit: null, used: 0, resetsAt },
        { quota: "openImports", limit: 3, used: 0 },
        { quota: "entries", limit: null, used: 0 },
        { quota: "progress", limit: null, used: 0 },
        { quota: "trashBytes", limit: null, used: 0 },
        { quota: "tokens", limit: null, used: 1 },
        { quota: "waitingRows", limit: null, used: 0 },
      ],
    });
  });
});
