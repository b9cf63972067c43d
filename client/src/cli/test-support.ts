import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { run } from "./run.ts";
import { terminalOf } from "./terminal.ts";

/** What a request is answered with. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A folder of this test alone. */
export let folder: string;
/** By method and path; what has none is answered with 404. */
export let handlers: Record<string, Handler>;
let server: Server;
/** The requests so far: method, path with query, and Authorization. */
export const asked: string[] = [];

// Importing this gives every test of a file a service of its own, which answers as the test says.
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bookstrack-cli-"));
  asked.length = 0;
  handlers = {};
  server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://x").pathname;
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`.trim());
    request.resume();
    const handler = handlers[`${request.method} ${path}`];
    request.on("end", () => {
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

/** Where the service of this test is. */
export const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

export const json =
  (body: unknown, status = 200): Handler =>
  (_, response) => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(body));
  };

export const problem = (status: number, code: string): Handler =>
  json({ code, detail: `about ${code}`, retryable: false, status }, status);

/** What a run wrote, and how it ended. */
export async function cli(
  args: readonly string[],
  {
    env = {},
    isTTY = false,
    isPiped = !isTTY,
    columns = 60,
  }: { env?: Record<string, string>; isTTY?: boolean; isPiped?: boolean; columns?: number } = {},
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
    ),
    signal: new AbortController().signal,
    version: "0.1.0",
  });
  return { code, out, err };
}

/** A new account, as the service tells it. */
export const created = { userId: "u1", token: "bt_1_x", scopes: [], recoveryCode: "ABCD-EFGH" };

export async function loggedIn(): Promise<void> {
  handlers["POST /api/v2/users"] = json(created, 201);
  await cli(["login"]);
}
