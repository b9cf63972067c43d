import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { bearer, narrowed, newAccount } from "../support/accounts.ts";
import { call } from "../support/http.ts";

interface Ticket {
  ticket: string;
  url: string;
  expiresAt: string;
}

const ask = (userId: string, token: string, body?: object) =>
  call(`/v1/library/${userId}/export/ticket`, {
    method: "POST",
    headers: {
      ...bearer(token),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/**
 * Sends a HEAD before a download, as browsers and download managers do. openapi.json has no HEAD.
 */
const probe = (path: string): Promise<Response> =>
  exports.default.fetch(new Request(`http://bookstrack.test${path}`, { method: "HEAD" }));

async function ticketOf(userId: string, token: string, body?: object): Promise<Ticket> {
  const response = await ask(userId, token, body);
  expect(response.status).toBe(201);
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  return (await response.json<{ data: Ticket }>()).data;
}

describe("the ticket of an export", () => {
  it("downloads the file once, without a header", async () => {
    const { userId, token } = await newAccount();
    const { url, ticket, expiresAt } = await ticketOf(userId, token, { format: "ndjson" });
    expect(url).toBe(`/v1/library/${userId}/export?format=ndjson&ticket=${ticket}`);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(5 * 60_000);
    const file = await call(url);
    expect(file.status).toBe(200);
    expect(file.headers.get("Content-Disposition")).toContain("bookstrack-library.ndjson");
    expect(file.headers.get("Cache-Control")).toBe("no-store");
    expect(file.headers.get("Referrer-Policy")).toBe("no-referrer");
    await file.text();
    const again = await call(url);
    expect([again.status, (await again.json<{ code: string }>()).code]).toEqual([
      401,
      "UNAUTHORIZED",
    ]);
  });

  it("is required but not used up by a HEAD", async () => {
    const { userId, token } = await newAccount();
    const { url } = await ticketOf(userId, token);
    for (let time = 0; time < 2; time += 1) {
      const head = await probe(url);
      expect(head.status).toBe(200);
      expect(head.headers.get("Content-Disposition")).toContain("bookstrack-library.csv");
      expect(await head.text()).toBe("");
    }
    expect((await probe(url.replace("=csv", "=json"))).status).toBe(401);
    const file = await call(url);
    expect(file.status).toBe(200);
    expect(await file.text()).toContain("Title");
    expect((await probe(url)).status).toBe(401);
  });

  it("permits one of two simultaneous downloads", async () => {
    const { userId, token } = await newAccount();
    const { url } = await ticketOf(userId, token);
    const answers = await Promise.all([call(url), call(url), call(url)]);
    await Promise.all(answers.map((answer) => answer.text()));
    const opened = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 401);
    expect([opened.length, refused.length]).toEqual([1, 2]);
  });

  it("is valid for one user and one format, and is not used up by an attempt with another", async () => {
    const [mine, other] = [await newAccount(), await newAccount()];
    const { url } = await ticketOf(mine.userId, mine.token);
    expect((await call(url.replace("format=csv", "format=json"))).status).toBe(401);
    expect((await call(url.replace(mine.userId, other.userId))).status).toBe(401);
    expect((await call(`${url}x`)).status).toBe(401);
    const file = await call(url);
    expect(file.status).toBe(200);
    await file.text();
  });

  it("expires, and becomes invalid with the requesting token", async () => {
    const { userId, token } = await newAccount();
    const late = await ticketOf(userId, token);
    await env.DB.prepare("UPDATE DownloadTickets SET expires_at = ?2 WHERE user_id = ?1")
      .bind(userId, Date.now() - 1)
      .run();
    expect((await call(late.url)).status).toBe(401);
    const reader = await narrowed(token, ["library:read"]);
    const { url } = await ticketOf(userId, reader);
    await call("/api/v2/tokens/current", { method: "DELETE", headers: bearer(reader) });
    expect((await call(url)).status).toBe(401);
  });

  it("needs the scope for reading and a known format", async () => {
    const { userId, token } = await newAccount();
    const writer = await narrowed(token, ["library:write"]);
    expect((await ask(userId, writer)).status).toBe(403);
    expect((await ask(userId, token, { format: "pdf" })).status).toBe(400);
  });

  it("does not appear in the log", async () => {
    const lines = vi.spyOn(console, "log").mockReturnValue();
    const { userId, token } = await newAccount();
    const { url, ticket } = await ticketOf(userId, token);
    await (await call(url)).text();
    await (await call(url)).text();
    expect(JSON.stringify(lines.mock.calls)).not.toContain(ticket);
    lines.mockRestore();
  });
});
