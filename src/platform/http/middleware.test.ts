import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import type { App } from "./context.ts";
import { requestLog, requestRecord } from "./middleware.ts";

/**
 * A service whose responses have the given status.
 * @param random decides whether a response is sampled
 */
function service(random: number) {
  const lines: { level: string; fields: Record<string, unknown> }[] = [];
  const leftOut: number[] = [];
  const served = { responses: 0 };
  const write =
    (level: string) =>
    (_event: string, fields: object = {}) =>
      void lines.push({ level, fields: { ...fields } });
  const app = new Hono<App>();
  app.use(
    requestLog(
      requestRecord({
        log: { info: write("info"), error: write("error") },
        metered: () => undefined,
        now: () => 0,
        random: () => random,
        newId: () => "id",
        sample: 0.01,
        served: () => void (served.responses += 1),
        leftOut: (status) => void leftOut.push(status),
      }),
    ),
  );
  for (const path of ["/api/v2/imports/:id", "/api/v2/users", "/health/ready", "/metrics"]) {
    app.get(path, (c) => c.body(null));
  }
  app.all("/:status", (c) => new Response(null, { status: Number(c.req.param("status")) }));
  return {
    lines,
    leftOut,
    served,
    ask: (path: string, init?: RequestInit) => app.request(path, init),
  };
}

describe("the request log", () => {
  it("contains all failures of the service, and a sample of everything else", async () => {
    const busy = service(0.5);
    for (const status of [200, 302, 401, 404, 429, 500, 503]) await busy.ask(`/${status}`);
    expect(busy.lines.map(({ level, fields }) => [level, fields["status"]])).toEqual([
      ["error", 500],
      ["error", 503],
    ]);
    expect(busy.leftOut).toEqual([200, 302, 401, 404, 429]);
    const lucky = service(0.001);
    for (const status of [200, 404]) await lucky.ask(`/${status}`);
    expect(lucky.lines.map(({ fields }) => fields["status"])).toEqual([200, 404]);
    expect(lucky.leftOut).toEqual([]);
  });

  it("contains the route's pattern and a known method, but no other client input", async () => {
    const { lines, ask } = service(0);
    await ask("/404?secret=1", { method: "SECRET" });
    expect(lines[0]?.fields).toMatchObject({ method: "other", route: "/:status", status: 404 });
    expect(JSON.stringify(lines)).not.toMatch(/secret/i);
  });
});

it("distinguishes responses for users from those for imports and machines", async () => {
  const { served, ask } = service(1);
  for (const path of ["/api/v2/imports/1", "/api/v2/users", "/health/ready", "/metrics"]) {
    await ask(path);
  }
  expect(served.responses).toBe(0);
  for (const status of [200, 404]) await ask(`/${status}`);
  expect(served.responses).toBe(2);
});

it("forbids browsers to sniff the type of any response", async () => {
  const { ask } = service(1);
  for (const status of [200, 204, 304, 401, 404, 500]) {
    expect((await ask(`/${status}`)).headers.get("X-Content-Type-Options")).toBe("nosniff");
  }
});
