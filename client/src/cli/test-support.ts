import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { run } from "./run.ts";
import { terminalOf } from "./terminal.ts";

/** Answers one request. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A temporary directory for the current test. */
export let folder: string;
/** Handlers by method and path; other requests are answered with 404. */
export let handlers: Record<string, Handler>;
let server: Server;
/** The requests so far: method, path with query, and Authorization. */
export const asked: string[] = [];
/** The bodies of these requests. */
export const bodies: string[] = [];

// A file that imports this module gets a new service for each of its tests; the test sets the handlers.
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bookstrack-cli-"));
  asked.length = 0;
  bodies.length = 0;
  handlers = {};
  server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://x").pathname;
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`.trim());
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    const handler = handlers[`${request.method} ${path}`];
    request.on("end", () => {
      bodies.push(body);
      if (handler) handler(request, response);
      else problem(404, "NOT_FOUND")(request, response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

/** URL of the current test's service. */
export const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

export const json =
  (body: unknown, status = 200): Handler =>
  (_, response) => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(body));
  };

export const problem = (status: number, code: string): Handler =>
  json({ code, detail: `about ${code}`, retryable: false, status }, status);

/** Runs the command; returns its output and exit code. */
export async function cli(
  args: readonly string[],
  {
    env = {},
    isTTY = false,
    isPiped = !isTTY,
    columns = 60,
    ask,
  }: {
    env?: Record<string, string>;
    isTTY?: boolean;
    isPiped?: boolean;
    columns?: number;
    /** Answers a question of the command. */
    ask?: (question: string) => Promise<string>;
  } = {},
) {
  let out = "";
  let err = "";
  const stream = (isTerminal: boolean, write: (text: string) => void) => ({
    write,
    isTTY: isTerminal,
    columns,
  });
  const environment = {
    BOOKSTRACK_URL: url(),
    BOOKSTRACK_ACCOUNT: join(folder, "deep", "account.json"),
    ...env,
  };
  const code = await run(args, {
    env: environment,
    terminal: terminalOf(
      stream(!isPiped, (text) => (out += text)),
      stream(isTTY, (text) => (err += text)),
      environment,
      ask,
    ),
    signal: new AbortController().signal,
    version: "0.1.0",
  });
  return { code, out, err };
}

/** A new account, as the service returns it. */
export const created = { userId: "u1", token: "bt_1_x", scopes: [], recoveryCode: "ABCD-EFGH" };

export async function loggedIn(): Promise<void> {
  handlers["POST /api/v2/users"] = json(created, 201);
  await cli(["login"]);
}
