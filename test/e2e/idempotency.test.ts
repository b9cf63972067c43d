import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import { eventually, temporaryState } from "./support.ts";

const catalogue = generatedBooks(2, 37);
const [answered, interrupted] = catalogue;
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
  standIn = await startStandIn({ books: catalogue });
});
afterEach(async () => {
  for (const service of running.splice(0)) await service.kill9();
});
afterAll(async () => {
  await standIn.close();
  state.remove();
});

interface Scan {
  status: number;
  isReplay: boolean;
  retryAfter: string | null;
  text: string;
}

async function scan(url: string, barcode: string, key: string): Promise<Scan> {
  const response = await fetch(`${url}/api/v2/books/enrich`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify({ barcode }),
    signal: AbortSignal.timeout(20_000),
  });
  return {
    status: response.status,
    isReplay: response.headers.get("Idempotency-Replayed") === "true",
    retryAfter: response.headers.get("Retry-After"),
    text: await response.text(),
  };
}

it("kill -9 after an answer: the same key gets it again", async () => {
  const barcode = answered!.isbn13;
  const service = await start();
  const first = await scan(service.url, barcode, "answered");
  expect([first.status, first.isReplay]).toEqual([200, false]);
  await service.kill9();

  const again = await start();
  expect(await scan(again.url, barcode, "answered")).toEqual({ ...first, isReplay: true });
});

it("kill -9 between claim and answer: refused for a lease, then done once", async () => {
  const barcode = interrupted!.isbn13;
  const service = await start();
  standIn.openlibrary.behave({ faults: [{ fault: { kind: "hang" } }] });
  const lost = scan(service.url, barcode, "interrupted").catch(() => undefined);
  await eventually(
    async () => (await scan(service.url, barcode, "interrupted")).status,
    (status) => status === 409,
  );
  await service.kill9();
  expect(await lost).toBeUndefined();
  standIn.openlibrary.behave();

  const again = await start();
  const refused: Scan[] = [];
  const done = await eventually(
    async () => {
      const answer = await scan(again.url, barcode, "interrupted");
      if (answer.status !== 200) refused.push(answer);
      return answer;
    },
    ({ status }) => status === 200,
  );
  expect(done.isReplay).toBe(false);
  for (const { status, retryAfter } of refused) {
    expect([status, Number(retryAfter) >= 1]).toEqual([409, true]);
  }
  expect(await scan(again.url, barcode, "interrupted")).toEqual({ ...done, isReplay: true });
});
