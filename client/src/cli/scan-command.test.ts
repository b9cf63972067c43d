import { expect, test } from "vitest";
import { createClient } from "../client.ts";
import { ConnectionError } from "../errors.ts";
import { scan, SCAN_RETRIES } from "./scan-command.ts";
import { terminalOf } from "./terminal.ts";
import { asked, handlers, json, url } from "./test-support.ts";

const PATH = "POST /api/v2/books/enrich";

function scanned(signal: AbortSignal, deadlineMs?: number): Promise<void> {
  const stream = { write: () => true, isTTY: false, columns: 80 };
  const terminal = terminalOf(stream, stream, {});
  const client = createClient({ baseUrl: url(), retries: SCAN_RETRIES });
  return scan("9780441172719", { client, json: false, terminal, signal }, deadlineMs);
}

test("it gives up on a service that does not respond, and reports that", async () => {
  handlers[PATH] = () => undefined;
  const { signal } = new AbortController();
  await expect(scanned(signal, 100)).rejects.toThrow(ConnectionError);
  await expect(scanned(signal, 100)).rejects.toThrow("did not answer in time");
});

test("it does not retry if the service requests a longer pause than a user would wait", async () => {
  const code = "PROVIDERS_UNAVAILABLE";
  handlers[PATH] = (request, response) => {
    response.setHeader("Retry-After", "30");
    json({ code, detail: "down", retryable: true, status: 503 }, 503)(request, response);
  };
  await expect(scanned(new AbortController().signal)).rejects.toMatchObject({
    code,
  });
  expect(asked).toHaveLength(1);
});

test("it is reported as interrupted before the deadline", async () => {
  const controller = new AbortController();
  handlers[PATH] = () => controller.abort();
  await expect(scanned(controller.signal)).rejects.not.toThrow("did not answer in time");
});
