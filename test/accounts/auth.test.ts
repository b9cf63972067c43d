import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { DomainError } from "../../src/platform/errors.ts";
import { bearerAuthentication } from "../../src/accounts/http/auth.ts";
import { requireOwner, requireUser } from "../../src/accounts/module.ts";
import { bearerToken } from "../../src/platform/http/bearer.ts";
import { onError } from "../../src/platform/http/problem.ts";
import { router } from "../../src/platform/http/router.ts";
import { bearer, issuerInPlace, narrowed, newAccount } from "../support/accounts.ts";
import { memoryLog } from "../support/fakes.ts";
import { call } from "../support/http.ts";

/** A route that requires only a token. */
const probe = (headers: HeadersInit) => call("/api/v2/users/link", { method: "POST", headers });

describe("a bearer token", () => {
  it.each([
    ["Bearer abc", "abc"],
    ["bearer abc", "abc"],
    ["BEARER   a-b_c.d~e+f/g==", "a-b_c.d~e+f/g=="],
  ])("is read from %j", (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });

  it.each([
    undefined,
    "",
    "Bearer",
    "Bearer ",
    "abc",
    "Basic abc",
    "Bearer a b",
    "Bearer abc, Bearer def",
    "Bearer\tabc",
    " Bearer abc",
    "Bearer abc\u00e9",
    "Bearer =",
    `Bearer ${"a".repeat(8200)}`,
  ])("is not read from %j", (header) => {
    expect(() => bearerToken(header)).toThrow(DomainError);
  });
});

describe("a hostile Authorization header", () => {
  let sign: Awaited<ReturnType<typeof issuerInPlace>>;
  beforeAll(async () => {
    sign = await issuerInPlace();
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });

  const refusedAlike = async (authorization: string): Promise<void> => {
    const response = await probe({ Authorization: authorization });
    expect(response.status).toBe(401);
    expect(response.headers.get("WWW-Authenticate")).toBe('Bearer error="invalid_token"');
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(await response.json()).toMatchObject({
      code: "UNAUTHORIZED",
      retryable: false,
      detail: "The token is invalid, expired or revoked.",
    });
  };

  it("is rejected with the same text for every reason", async () => {
    const { token, userId } = await newAccount();
    const other = await newAccount();
    const [, id, secret = ""] = token.split("_");
    const [, otherId] = other.token.split("_");
    const last = secret.endsWith("0") ? "1" : "0";
    for (const authorization of [
      `Bearer bt_${id}_${secret.slice(0, -1)}${last}`,
      `Bearer bt_${otherId}_${secret}`,
      `Bearer bt_${id}_${secret}0`,
      `Bearer bt_${id}_${secret.toUpperCase()}`,
      `Bearer bt_${id}_`,
      `Bearer bt_${id}`,
      `Bearer ${secret}`,
      `Bearer ${userId}`,
      `Basic ${btoa(`${userId}:${token}`)}`,
      `Token ${token}`,
      token,
      `Bearer ${token} ${token}`,
      `Bearer ${token}, Bearer ${token}`,
      `Bearer "${token}"`,
      `Bearer ${token}\u00e9`,
      `Bearer ${"a".repeat(20_000)}`,
      "Bearer bt_' OR '1'='1_x",
      "Bearer null",
      "Bearer undefined",
    ]) {
      await refusedAlike(authorization);
    }
  });

  it("is rejected when sent twice, even if each header is valid", async () => {
    const { token } = await newAccount();
    const headers = new Headers(bearer(token));
    headers.append("Authorization", `Bearer ${token}`);
    expect((await probe(headers)).status).toBe(401);
  });

  it("is rejected with a valid external identity token, which can only be exchanged for a token", async () => {
    await refusedAlike(`Bearer ${await sign({ sub: "somebody" })}`);
  });

  it("is distinguished from a missing one", async () => {
    const response = await probe({});
    expect(response.status).toBe(401);
    expect(response.headers.get("WWW-Authenticate")).toBe("Bearer");
  });
});

/** Routes of one user, as in the library and the imports. */
function libraryInPlace() {
  const identity = { userId: "reader", tokenId: "t", scopes: ["library:read"] as const };
  const authenticate = bearerAuthentication(async (token) =>
    token === "good" ? { kind: "valid", identity } : { kind: "refused" },
  );
  const log = memoryLog();
  const app = router();
  const read = requireUser(authenticate, "library:read");
  const write = requireUser(authenticate, "library:read", "library:write");
  app.get("/v1/library/:userId", read, requireOwner(), (c) => c.json(c.get("user")));
  app.delete("/v1/library/:userId", write, requireOwner(), (c) => c.body(null, 204));
  app.onError(onError(log));
  return (path: string, method = "GET", token = "good") =>
    app.request(path, { method, headers: bearer(token) });
}

describe("a route of one user", () => {
  const request = libraryInPlace();

  it("admits that user and identifies them", async () => {
    const response = await request("/v1/library/reader");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      userId: "reader",
      tokenId: "t",
      scopes: ["library:read"],
    });
  });

  it.each([
    "/v1/library/other",
    "/v1/library/READER",
    "/v1/library/reader%20",
    "/v1/library/reader%00",
    "/v1/library/..%2freader",
    "/v1/library/%F0%9F%93%9A",
  ])("answers 403 at %s", async (path) => {
    const response = await request(path);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "FORBIDDEN" });
  });

  it("answers 403 without the scope, and 401 before it checks the path's user", async () => {
    expect((await request("/v1/library/reader", "DELETE")).status).toBe(403);
    expect((await request("/v1/library/other", "GET", "bad")).status).toBe(401);
    expect((await request("/v1/library/other", "DELETE", "bad")).status).toBe(401);
  });

  it("handles HEAD like GET", async () => {
    expect((await request("/v1/library/reader", "HEAD")).status).toBe(200);
    expect((await request("/v1/library/other", "HEAD")).status).toBe(403);
  });
});

describe("a token's scopes", () => {
  it("are the granted ones and are enforced", async () => {
    const { token } = await newAccount();
    const reader = await narrowed(token, ["library:read"]);
    const response = await probe(bearer(reader));
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      code: "FORBIDDEN",
      detail: expect.stringContaining("scope"),
    });
  });
});
