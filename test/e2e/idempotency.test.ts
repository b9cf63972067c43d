import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import { eventually, temporaryState } from "./support.ts";

const SIMULTANEOUS = 50;

const catalogue = generatedBooks(3, 37);
const [answered, interrupted, wanted] = catalogue;
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
    signal: AbortSignal.timeout(120_000),
  });
  return {
    status: response.status,
    isReplay: response.headers.get("Idempotency-Replayed") === "true",
    retryAfter: response.headers.get("Retry-After"),
    text: await response.text(),
  };
}

it("kill -9 after an answer: the same key replays it", async () => {
  const barcode = answered!.isbn13;
  const service = await start();
  const first = await scan(service.url, barcode, "answered");
  expect([first.status, first.isReplay]).toEqual([200, false]);
  await service.kill9();

  const again = await start();
  expect(await scan(again.url, barcode, "answered")).toEqual({ ...first, isReplay: true });
});

it("kill -9 between claim and answer: rejected until the lease expires, then executed once", async () => {
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

it("kill -9 between claim and answer, then 50 simultaneous retries: one is executed, the others get its answer or 409", async () => {
  const barcode = wanted!.isbn13;
  const burst = (url: string): Promise<Scan[]> =>
    Promise.all(Array.from({ length: SIMULTANEOUS }, () => scan(url, barcode, "wanted")));
  const service = await start();
  standIn.openlibrary.behave({ faults: [{ fault: { kind: "hang" } }] });
  const lost = Promise.allSettled(
    Array.from({ length: SIMULTANEOUS }, () => scan(service.url, barcode, "wanted")),
  );
  await eventually(
    async () => (await scan(service.url, barcode, "wanted")).status,
    (status) => status === 409,
  );
  await service.kill9();
  await lost;
  standIn.openlibrary.behave();

  const again = await start();
  const answers: Scan[] = [];
  await eventually(
    async () => {
      answers.push(...(await burst(again.url)));
      return answers.at(-1)?.status;
    },
    (status) => status === 200,
  );
  const done = answers.filter(({ status }) => status === 200);
  const running = answers.filter(({ status }) => status === 409);
  expect(done.length + running.length).toBe(answers.length);
  expect(done.filter(({ isReplay }) => !isReplay)).toHaveLength(1);
  expect(new Set(done.map(({ text }) => text)).size).toBe(1);
  for (const { retryAfter } of running) expect(retryAfter).toMatch(/^[1-9]\d*$/);
  expect((await burst(again.url)).map(({ status, isReplay }) => [status, isReplay])).toEqual(
    Array.from({ length: SIMULTANEOUS }, () => [200, true]),
  );
});

describe("an upload that takes longer than a lease", () => {
  const LEASE_MS = 15_000;
  const encoder = new TextEncoder();

  async function newReader(url: string): Promise<string> {
    const response = await fetch(`${url}/api/v2/users`, { method: "POST" });
    return ((await response.json()) as { token: string }).token;
  }

  /** Sends ten rows over the given number of ms, and does not end the file before `until`. */
  function send(
    url: string,
    token: string,
    { ms, until }: { ms: number; until?: Promise<void> },
  ): Promise<Response> {
    const rows = Array.from({ length: 10 }, (_, row) => `Book ${row},Ann Author\n`);
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(encoder.encode("Title,Author\n"));
        for (const row of rows) {
          await new Promise((done) => setTimeout(done, ms / rows.length));
          controller.enqueue(encoder.encode(row));
        }
        await until;
        controller.close();
      },
    });
    return fetch(`${url}/api/v2/imports`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${token}`,
        "Content-Type": "text/csv",
        "Idempotency-Key": "slow",
      },
      body,
      duplex: "half",
    });
  }

  it("keeps its key during the upload", async () => {
    const { url } = await start();
    const token = await newReader(url);
    let letEnd = (): void => {};
    const until = new Promise<void>((resolve) => (letEnd = resolve));
    const slow = send(url, token, { ms: LEASE_MS, until });
    await new Promise((done) => setTimeout(done, LEASE_MS + 1000));
    const meanwhile = await send(url, token, { ms: 0 });
    letEnd();
    expect(meanwhile.status).toBe(409);
    const first = await slow;
    const again = await send(url, token, { ms: 0 });
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    expect(again.headers.get("Location")).toBe(first.headers.get("Location"));
  });

  it("kill -9 during the upload: the next request takes over the key after one lease", async () => {
    const service = await start();
    const token = await newReader(service.url);
    const lost = send(service.url, token, { ms: LEASE_MS }).catch(() => undefined);
    await new Promise((done) => setTimeout(done, 3000));
    await service.kill9();
    await lost;
    const { url } = await start();
    const job = await eventually(
      () => send(url, token, { ms: 0 }),
      ({ status }) => status === 202,
    );
    expect(job.headers.get("Idempotency-Replayed")).toBeNull();
    const again = await send(url, token, { ms: 0 });
    expect(again.headers.get("Location")).toBe(job.headers.get("Location"));
  });
});
