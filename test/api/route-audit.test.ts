import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import document from "../../openapi.json" with { type: "json" };
import { serviceOf } from "../../src/service.ts";
import { SCOPES } from "../../contract/accounts.ts";
import security from "../../docs/SECURITY.md?raw";
import { bearer, narrowed, newAccount, type Account } from "../support/accounts.ts";
import { call } from "../support/http.ts";

/** All routes that are open without a token. Every other route requires one. */
const PUBLIC = new Set([
  "GET /docs",
  "GET /health",
  "GET /health/ready",
  "GET /metrics",
  "GET /openapi.json",
  "GET /v1/books/:isbn/editions",
  "GET /v1/covers/:isbn",
  "GET /v1/search/advanced",
  "GET /v1/search/isbn",
  "GET /v1/search/title",
  "GET /api/v2/capabilities",
  // Accepts a token in the query of an upgrade and closes with 1008 without one.
  "GET /ws/progress",
  "POST /api/v2/books/enrich",
  "POST /api/v2/users",
]);

interface Operation {
  operationId?: string;
  security?: Record<string, unknown>[];
  responses: Record<string, unknown>;
}
const documented = document.paths as unknown as Record<string, Record<string, Operation>>;

const routes = [
  ...new Set(
    serviceOf(env)
      .app()
      .routes.filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path}`),
  ),
].sort();
const closed = routes.filter((route) => !PUBLIC.has(route));
const ofOneUser = closed.filter((route) => route.includes("/:userId"));

const operationOf = (route: string): Operation | undefined => {
  const [method = "", path = ""] = route.split(" ");
  return documented[path.replaceAll(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
};

/** Calls a route with a placeholder for each parameter. */
function request(route: string, headers: HeadersInit, userId = "0"): Promise<Response> {
  const [method = "", path = ""] = route.split(" ");
  const target = path.replace(":userId", userId).replaceAll(/:\w+/g, "0");
  return call(target, { method, headers });
}

const codeOf = async (response: Response): Promise<string> =>
  (await response.json<{ code: string }>()).code;

describe("the audit of routes", () => {
  it("covers the existing routes", () => {
    expect(routes).toContain("GET /v1/search/isbn");
    expect(closed).toContain("DELETE /api/v2/tokens/current");
    expect(closed).toContain("POST /api/v2/tokens");
  });

  it("finds unique operation ids", () => {
    const ids = routes.map((route) => operationOf(route)?.operationId);
    expect(new Set(ids).size).toBe(routes.length);
  });
});

describe.each(routes)("%s", (route) => {
  it("is in openapi.json", () => {
    expect(operationOf(route)?.operationId).toMatch(/^[a-z][A-Za-z0-9]+$/);
  });
});

describe.each(closed)("%s, which is not on the public list,", (route) => {
  it("is documented in openapi.json", () => {
    expect(operationOf(route)?.security?.[0]).toHaveProperty("bearer");
    expect(Object.keys(operationOf(route)?.responses ?? {})).toContain("401");
  });

  it("answers 401 without a token and rejects a wrong one", async () => {
    const isAdmin = route.includes(" /admin/");
    for (const headers of [{}, { Authorization: "Basic Og==" }, bearer("bt_0_0")]) {
      const response = await request(route, headers);
      // The operator's routes distinguish a wrong token from a missing one.
      const isWrong =
        isAdmin && new Headers(headers).get("Authorization")?.startsWith("Bearer ") === true;
      expect([response.status, await codeOf(response)]).toEqual(
        isWrong ? [403, "FORBIDDEN"] : [401, "UNAUTHORIZED"],
      );
    }
  });
});

describe.each(ofOneUser)("%s, which belongs to one user,", (route) => {
  let account: Account;
  beforeAll(async () => {
    account = await newAccount();
  });

  it("answers 403 with another user's token", async () => {
    const { userId } = await newAccount();
    const response = await request(route, bearer(account.token), userId);
    expect([response.status, await codeOf(response)]).toEqual([403, "FORBIDDEN"]);
  });
});

describe("the table of routes in docs/SECURITY.md", () => {
  /** Routes whose credential is not a bearer token of a user. */
  const NAMED: Record<string, string> = {
    "GET /metrics": "the metrics token",
    "GET /ws/progress":
      "a user with `imports`, or the ticket of the import; the socket of others is closed with 1008",
    "POST /api/v2/tokens":
      "a user, or anyone with the recovery code, a pairing code or an identity token of an account",
  };

  /** Scopes without which the route returns 403, found by calling it. */
  async function requiredScopes(route: string): Promise<string[]> {
    const { userId, token } = await newAccount();
    const required: string[] = [];
    for (const scope of SCOPES) {
      const others = SCOPES.filter((other) => other !== scope);
      const response = await request(route, bearer(await narrowed(token, others)), userId);
      if (response.status === 403) required.push(scope);
      // A stream would never end.
      await response.body?.cancel();
    }
    return required;
  }

  async function accessOf(route: string): Promise<string> {
    const named = NAMED[route];
    if (named !== undefined) return named;
    if (PUBLIC.has(route)) return "anyone";
    if (route.includes(" /admin/")) return "the operator";
    const scopes = (await requiredScopes(route)).map((scope) => `\`${scope}\``);
    const isOwn = route.includes("/:userId");
    const needed = scopes.length === SCOPES.length ? ["every scope"] : scopes;
    const ticket = operationOf(route)?.security?.some((each) => "ticket" in each);
    const download = operationOf(route)?.security?.some((each) => "exportTicket" in each);
    return [
      `${isOwn ? "that user" : "a user"}${needed.length > 0 ? ` with ${needed.join(", ")}` : ""}`,
      ...(ticket ? ["the ticket of the import"] : []),
      ...(download ? ["a download ticket"] : []),
    ].join(", or ");
  }

  it("says who may call each route, as the service enforces it", async () => {
    const rows: string[] = [];
    for (const route of routes) {
      const [method = "", path = ""] = route.split(" ");
      rows.push(`| \`${method}\` | \`${path}\` | ${await accessOf(route)} |`);
    }
    const written = security.split("\n").filter((line) => /^\| `[A-Z]+` \| `\//.test(line));
    expect(written).toEqual(rows);
  });
});
