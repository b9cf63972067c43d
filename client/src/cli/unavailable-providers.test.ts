import { expect, test } from "vitest";
import { createClient } from "../client.ts";
import { handlers, json, problem, url } from "./test-support.ts";
import { unavailableProviders } from "./unavailable-providers.ts";

const unavailable = (): Promise<string[]> =>
  unavailableProviders({
    client: createClient({ baseUrl: url(), retries: { attempts: 1 } }),
    signal: new AbortController().signal,
  });

test("it names the providers that the service cannot reach", async () => {
  const ok = { ok: true, detail: "is asked", optional: true };
  const failing = { ok: false, detail: "fails", optional: true };
  const checks = { database: ok, openlibrary: failing, "google-books": ok };
  handlers["GET /health/ready"] = json({ status: "ready", version: "0.1.0", checks });
  expect(await unavailable()).toEqual(["Open Library"]);
});

test("it names none while the service itself fails", async () => {
  handlers["GET /health/ready"] = problem(404, "NOT_FOUND");
  expect(await unavailable()).toEqual([]);
});
