import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import { temporaryState } from "./support.ts";

const ROWS = 5000;
const FILE = [
  "Title,Author",
  ...Array.from({ length: ROWS }, (_, index) => `Book ${index},Ann Author`),
].join("\n");
/** More rows than the first stored chunks. */
const SENT_BEFORE_THE_KILL = FILE.length - 10_000;

const state = temporaryState();
const running: ServiceProcess[] = [];
let standIn: StandIn;

const start = async (): Promise<ServiceProcess> => {
  const env = { ...standIn.env, ...NO_LIMITS };
  const service = await startService({ stateDir: state.path, env });
  running.push(service);
  return service;
};

beforeAll(async () => {
  standIn = await startStandIn({ books: [] });
});
afterEach(async () => {
  for (const service of running.splice(0)) await service.kill9();
});
afterAll(async () => {
  await standIn.close();
  state.remove();
});

function upload(
  url: string,
  token: string,
  body: string | ReadableStream<Uint8Array>,
): Promise<Response> {
  return fetch(`${url}/api/v2/imports?dryRun=true`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "text/csv" },
    body,
    ...(typeof body === "string" ? {} : { duplex: "half" }),
  });
}

async function importsOf(url: string, token: string): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/v2/imports`, { headers });
  const { items } = (await response.json()) as { items: unknown[] };
  return items.length;
}

it("an upload interrupted by kill -9 is invisible and can be repeated", async () => {
  const service = await start();
  const account = await fetch(`${service.url}/api/v2/users`, { method: "POST" });
  const { token } = (await account.json()) as { token: string };

  const whole = new TextEncoder().encode(FILE);
  let kill = (): void => undefined;
  const isSent = new Promise<void>((resolve) => {
    kill = resolve;
  });
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(whole.subarray(0, SENT_BEFORE_THE_KILL));
    },
    async pull() {
      kill();
      await new Promise(() => undefined);
    },
  });
  const cut = upload(service.url, token, body).then(
    ({ status }) => status,
    () => "broken off",
  );
  await isSent;
  await service.kill9();
  expect(await cut).toBe("broken off");

  const again = await start();
  expect(await importsOf(again.url, token)).toBe(0);
  const accepted = await upload(again.url, token, FILE);
  expect(accepted.status).toBe(202);
  expect(await accepted.json()).toMatchObject({ totalRows: ROWS });
  expect(await importsOf(again.url, token)).toBe(1);
});
