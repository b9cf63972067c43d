import { expect, test } from "vitest";
import { createClient } from "../client.ts";
import { handlers, json, problem, url } from "./test-support.ts";
import { unavailableProviders } from "./unavailable-providers.ts";

const unavailable = (timeoutMs?: number): Promise<string[] | undefined> =>
  unavailableProviders(
    {
      client: createClient({ baseUrl: url(), retries: { attempts: 1 } }),
      signal: new AbortController().signal,
    },
    timeoutMs,
  );

test("it names the providers that the service cannot reach", async () => {
  const ok = { ok: true, detail: "available", optional: true };
  const failing = { ok: false, detail: "fails", optional: true };
  const checks = { database: ok, openlibrary: failing, "google-books": ok };
  handlers["GET /health/ready"] = json({ status: "ready", version: "0.1.0", checks });
  expect(await unavailable()).toEqual(["Open Library"]);
});

test("it returns no names if the service does not report them", async () => {
  handlers["GET /health/ready"] = problem(404, "NOT_FOUND");
  expect(await unavailable()).toEqual([]);
});

test("it returns undefined if the service breaks connections, is not ready, or never answers", async () => {
  handlers["GET /health/ready"] = (request) => request.destroy();
  expect(await unavailable(200)).toBeUndefined();
  handlers["GET /health/ready"] = problem(503, "UNAVAILABLE");
  expect(await unavailable(200)).toBeUndefined();
  handlers["GET /health/ready"] = () => undefined;
  expect(await unavailable(200)).toBeUndefined();
});
