import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { failureOf, getJson, retryAfterMs, userAgent, withoutTrailingSlash } from "./http.ts";

const NOW = Date.parse("2026-03-02T10:00:00Z");
let server: Server | undefined;

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
}

function get(url: string, timeoutMs = 5000): ReturnType<typeof getJson> {
  return getJson(url, { userAgent: "Test/1", timeoutMs }, { fetch, now: () => NOW });
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

describe("getJson", () => {
  it("returns the JSON and sends the User-Agent", async () => {
    const url = await serve((request, response) => {
      response.end(
        JSON.stringify({ agent: request.headers["user-agent"], accept: request.headers.accept }),
      );
    });
    expect(await get(url)).toEqual({
      kind: "ok",
      body: { agent: "Test/1", accept: "application/json" },
    });
  });

  it("reads characters that were split between packets", async () => {
    const bytes = Buffer.from('"caf\u00E9"');
    const url = await serve((_request, response) => {
      response.write(bytes.subarray(0, 5));
      setTimeout(() => response.end(bytes.subarray(5)), 10);
    });
    expect(await get(url)).toEqual({ kind: "ok", body: "café" });
  });

  it.each(["<html>Service Temporarily Unavailable</html>", '{"title": "cut o', ""])(
    "%j is a bad answer",
    async (body) => {
      const url = await serve((_request, response) => response.end(body));
      expect(await get(url)).toEqual({ kind: "failed", reason: "bad_answer" });
    },
  );

  it("stops reading a body that is too long, announced or not", async () => {
    let sent = 0;
    const url = await serve((request, response) => {
      const length = 50 * 1024 * 1024;
      if (request.url === "/announced") response.setHeader("Content-Length", length);
      const chunk = Buffer.alloc(64 * 1024, " ");
      const pump = (): void => {
        while (sent < length && response.writable) {
          sent += chunk.length;
          if (!response.write(chunk)) {
            response.once("drain", pump);
            return;
          }
        }
      };
      pump();
    });
    expect(await get(url)).toEqual({ kind: "failed", reason: "bad_answer" });
    expect(await get(`${url}announced`)).toEqual({ kind: "failed", reason: "bad_answer" });
    expect(sent).toBeLessThan(50 * 1024 * 1024);
  });

  it("is a timeout when no response arrives", async () => {
    const url = await serve(() => undefined);
    expect(await get(url, 20)).toEqual({ kind: "failed", reason: "timeout" });
  });

  it("is a timeout when the body does not end", async () => {
    const url = await serve((_request, response) => response.write("{"));
    expect(await get(url, 50)).toEqual({ kind: "failed", reason: "timeout" });
  });

  it("is a timeout when no time is left", async () => {
    const url = await serve((_request, response) => response.end("{}"));
    expect(await get(url, -3.5)).toEqual({ kind: "failed", reason: "timeout" });
  });

  it("is a network failure when the connection breaks before or within the response", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/half") response.write('{"half":');
      setTimeout(() => request.socket.destroy(), 10);
    });
    expect(await get(url)).toEqual({ kind: "failed", reason: "network" });
    expect(await get(`${url}half`)).toEqual({ kind: "failed", reason: "network" });
  });

  it("is a network failure when the port is closed, or fetch itself throws", async () => {
    const url = await serve(() => undefined);
    server?.close();
    expect(await get(url)).toEqual({ kind: "failed", reason: "network" });
    const throwing = (): never => {
      throw new TypeError("Invalid URL");
    };
    expect(await getJson("x", { userAgent: "x", timeoutMs: 10 }, { fetch: throwing })).toEqual({
      kind: "failed",
      reason: "network",
    });
  });

  it.each([
    [
      429,
      { "Retry-After": "7" },
      '{"message":"slow down"}',
      { retryAfterMs: 7000, body: { message: "slow down" } },
    ],
    [
      503,
      { "Retry-After": "Mon, 02 Mar 2026 10:02:00 GMT" },
      "<html>",
      { retryAfterMs: 120_000, body: undefined },
    ],
    [404, {}, "", { body: undefined }],
  ])("refuses with %d, the wait and the body", async (status, headers, body, rest) => {
    const url = await serve((_request, response) => {
      response.writeHead(status, headers);
      response.end(body);
    });
    expect(await get(url)).toEqual({ kind: "refused", status, ...rest });
  });
});

describe("retryAfterMs", () => {
  it.each([
    ["0", 0],
    ["120", 120_000],
    [" 5 ", 5000],
    ["999999", 3_600_000],
    ["Mon, 02 Mar 2026 10:00:30 GMT", 30_000],
    ["Mon, 02 Mar 2026 09:00:00 GMT", 0],
    ["Tue, 02 Mar 2027 09:00:00 GMT", 3_600_000],
    ["soon", undefined],
    ["-5", undefined],
    ["1.5", undefined],
    ["never GMT", undefined],
    ["", undefined],
    [null, undefined],
  ])("%j is %j", (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });
});

describe("failureOf", () => {
  it.each([
    [429, "rate_limited"],
    [400, "http_error"],
    [401, "access_denied"],
    [403, "access_denied"],
    [404, "http_error"],
    [500, "http_error"],
    [502, "http_error"],
    [503, "http_error"],
    [504, "http_error"],
  ])("%d is %s and keeps its status and wait", (status, reason) => {
    expect(failureOf({ kind: "refused", status, body: undefined })).toStrictEqual({
      kind: "failed",
      reason,
      status,
    });
    expect(failureOf({ kind: "refused", status, retryAfterMs: 1, body: undefined })).toStrictEqual({
      kind: "failed",
      reason,
      status,
      retryAfterMs: 1,
    });
  });
});

describe("userAgent", () => {
  it.each([
    [undefined, "BooksTrack/0.1"],
    ["", "BooksTrack/0.1"],
    ["ops@books.example", "BooksTrack/0.1 (+ops@books.example)"],
    ["a\r\nX-Evil: 1", "BooksTrack/0.1 (+aX-Evil: 1)"],
  ])("%j becomes %s", (contact, agent) => {
    expect(userAgent(contact)).toBe(agent);
  });
});

it("removes trailing slashes from a base URL", () => {
  expect(withoutTrailingSlash("http://x.example/v1//")).toBe("http://x.example/v1");
  expect(withoutTrailingSlash("http://x.example")).toBe("http://x.example");
});
