import { Hono, type Context } from "hono";
import { describe, expect, it } from "vitest";
import { DomainError } from "../../platform/errors.ts";
import type { ClassLimiter, Decision } from "../domain/limiter.ts";
import { policyOf } from "../domain/policy.ts";
import type { App } from "../../platform/http/context.ts";
import { onError } from "../../platform/http/problem.ts";
import { rateLimit, rateLimited, rateLimitHeaders, refuse } from "./rate-limit.ts";

const policy = policyOf("search", 100);
const admitted: Decision = { kind: "admitted", policy, remaining: 50, resetSeconds: 30 };
const refused: Decision = { kind: "refused", policy, remaining: 0, resetSeconds: 7 };

const ADMITTED_FIELDS = {
  "RateLimit-Policy": '"search";q=100;w=60',
  RateLimit: '"search";r=50;t=30',
  "X-RateLimit-Limit": "100",
  "X-RateLimit-Remaining": "50",
  "X-RateLimit-Reset": "30",
};
const REFUSED_FIELDS = {
  ...ADMITTED_FIELDS,
  RateLimit: '"search";r=0;t=7',
  "X-RateLimit-Remaining": "0",
  "X-RateLimit-Reset": "7",
};

const caller = { key: "203.0.113.7", account: false };
const limiterWith = (decision: Decision, atOnce = true): ClassLimiter => ({
  policy,
  tryTake: () => (atOnce ? decision : undefined),
  take: async () => decision,
});

/** The rate-limit headers of a response. */
function fieldsOf(response: Response): Record<string, string | null> {
  const names = Object.keys(ADMITTED_FIELDS).filter((name) => response.headers.has(name));
  return Object.fromEntries(names.map((name) => [name, response.headers.get(name)]));
}

const HANDLERS = {
  json: () => Response.json({}),
  fetched: () => {
    const response = Response.json({});
    // Responses of fetch and Durable Objects have immutable headers.
    Object.defineProperty(response.headers, "set", {
      value: () => {
        throw new TypeError("immutable");
      },
    });
    return response;
  },
  failing: () => {
    throw new DomainError("INVALID_ISBN", "Not an ISBN.");
  },
} as const;

/** An app with one route limited by `rateLimit` and one by `rateLimited`. */
function app(
  way: "rateLimit" | "rateLimited",
  limiter: ClassLimiter | undefined,
  handler: (c: Context<App>) => Response,
) {
  const log = { info: () => undefined, error: () => undefined };
  const app = new Hono<App>();
  app.onError(onError(log));
  if (way === "rateLimit")
    return app.get(
      "/",
      rateLimit(limiter, () => caller),
      handler,
    );
  return app.get(
    "/",
    rateLimited(
      limiter,
      () => caller,
      async (c, _caller, fields) => {
        const response = handler(c);
        return new Response(response.body, {
          headers: { ...Object.fromEntries(response.headers), ...fields },
        });
      },
    ),
  );
}

describe.each(["rateLimit", "rateLimited"] as const)("%s", (way) => {
  it.each([
    ["json", true],
    ["json", false],
    ["fetched", true],
    ["failing", true],
  ] as const)(
    "sets the headers of a response (%s, decided synchronously: %s)",
    async (handler, atOnce) => {
      const response = await app(way, limiterWith(admitted, atOnce), HANDLERS[handler]).request(
        "/",
      );
      expect(response.status).toBe(handler === "failing" ? 400 : 200);
      expect(fieldsOf(response)).toEqual(ADMITTED_FIELDS);
      expect(response.headers.has("Retry-After")).toBe(false);
    },
  );

  it("rejects with a problem that has the same headers and does not call the handler", async () => {
    const handler = () => {
      throw new Error("not to be called");
    };
    const response = await app(way, limiterWith(refused), handler).request("/");
    expect(response.status).toBe(429);
    expect(fieldsOf(response)).toEqual(REFUSED_FIELDS);
    expect(response.headers.get("Retry-After")).toBe("7");
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({
      code: "RATE_LIMIT_EXCEEDED",
      status: 429,
      retryable: true,
      retryAfter: 7,
    });
  });

  it("keeps the headers of another limit that rejects the request later", async () => {
    const handler = (c: Context<App>) =>
      refuse(c, { policy: policyOf("misses", 20) }, 40, "Too many.");
    const response = await app(way, limiterWith(admitted), handler).request("/");
    expect(response.status).toBe(429);
    expect(response.headers.get("Retry-After")).toBe("40");
    expect(fieldsOf(response)).toEqual({
      "RateLimit-Policy": '"misses";q=20;w=60',
      RateLimit: '"misses";r=0;t=40',
      "X-RateLimit-Limit": "20",
      "X-RateLimit-Remaining": "0",
      "X-RateLimit-Reset": "40",
    });
  });

  it.each([
    ["has no limit", undefined],
    ["has a limiter that failed open", limiterWith({ kind: "open" })],
  ])("sets no header where the class %s", async (_case, limiter) => {
    const response = await app(way, limiter, HANDLERS.json).request("/");
    expect(response.status).toBe(200);
    expect(fieldsOf(response)).toEqual({});
  });
});

describe("rateLimitHeaders", () => {
  it("formats whole seconds and quoted policy names", () => {
    expect(rateLimitHeaders(admitted)).toEqual(ADMITTED_FIELDS);
    expect(rateLimitHeaders({ kind: "open" })).toEqual({});
  });
});
