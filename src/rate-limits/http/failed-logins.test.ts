import { Hono } from "hono";
import { describe, expect, it, vi } from "vitest";
import { world } from "../../../test/support/limiter-world.ts";
import type { App } from "../../platform/http/context.ts";
import { onError } from "../../platform/http/problem.ts";
import { failedLogins } from "./failed-logins.ts";

/** A service with a limit of failures, the first of which is on credit; `compared` lists the proofs that were compared. */
function service(limit = 3) {
  const { isolate, wait } = world("admin", limit);
  const compared: string[] = [];
  const waiting: (() => void)[] = [];
  const state = { isHeld: false };
  const logins = failedLogins(isolate(), {
    of: "user",
    clientIpHeader: "X-Real-IP",
    mayCount: () => new Promise((go) => (state.isHeld ? waiting.push(go) : go())),
  });
  const app = new Hono<App>().get("/:proof", async (c) => {
    const { proof } = c.req.param();
    const check = async () => {
      compared.push(proof);
      return proof.startsWith("good") || undefined;
    };
    const result = await logins.attempt(c, check, async () => proof === "good-known");
    return c.body(null, result ? 200 : 401);
  });
  app.onError(onError({ info: () => undefined, error: () => undefined }));
  const ask = async (proof: string, address = "192.0.2.1") =>
    app.request(`/${proof}`, { headers: { "X-Real-IP": address } });
  const statuses = async (...proofs: readonly string[]) => {
    const all = [];
    for (const proof of proofs) all.push((await ask(proof)).status);
    return all;
  };
  return { ask, statuses, compared, wait, waiting, state };
}

describe("failed logins", () => {
  it("are refused after the limit, before anything is compared", async () => {
    const { statuses, compared, ask } = service();
    expect(await statuses("a", "b", "c", "d")).toEqual([401, 401, 401, 429]);
    compared.length = 0;
    expect(await statuses("e", "good")).toEqual([429, 429]);
    expect(compared).toEqual([]);
    const refused = await ask("f");
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect((await ask("good", "192.0.2.2")).status).toBe(200);
  });

  it("do not include successes", async () => {
    const { statuses } = service();
    const many = Array.from({ length: 20 }, () => "good");
    expect(await statuses(...many, "a", "b", ...many, "c")).toEqual([
      ...many.map(() => 200),
      401,
      401,
      ...many.map(() => 200),
      401,
    ]);
  });

  it("do not block a proof that this isolate has verified", async () => {
    const { statuses } = service();
    await statuses("a", "b", "c", "d");
    expect(await statuses("good-known", "good-new")).toEqual([200, 429]);
  });

  it("are counted one at a time after the first of an address, while successful ones do not wait", async () => {
    const { ask, waiting, state } = service(9);
    state.isHeld = true;
    for (const number of [1, 2, 3]) await ask("bad", `192.0.2.${number}`);
    expect(waiting).toEqual([]);
    const failures = [1, 2, 3].map((number) => ask("bad", `192.0.2.${number}`));
    await vi.waitFor(() => expect(waiting).toHaveLength(3));
    expect((await ask("good", "192.0.2.4")).status).toBe(200);
    for (const go of waiting) go();
    const answers = await Promise.all(failures);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  });

  it("are forgotten after a minute", async () => {
    const { statuses, wait } = service();
    await statuses("a", "b", "c", "d");
    wait(60_000);
    expect(await statuses("good")).toEqual([200]);
  });
});
