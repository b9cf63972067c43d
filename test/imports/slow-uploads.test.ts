import { createExecutionContext, runInDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Problem } from "../../contract/problems.ts";
import { createService } from "../../src/app.ts";
import { TICK_MS } from "../../src/platform/http/timely.ts";
import { dropUploads } from "../../src/imports/uploads.ts";
import { faultsOf } from "../support/openapi.ts";
import { bearer } from "../support/accounts.ts";
import { newReader, type Reader } from "../support/library.ts";
import { testPlatform } from "../support/platform.ts";
import { accepted, listOf, sendFile, sendForm, traces } from "../support/uploads.ts";
import { waitUntil } from "../support/wait.ts";

let user: Reader;
beforeEach(async () => {
  user = await newReader();
});

const problem = async (response: Response): Promise<Problem> => response.json<Problem>();
const uploadsOf = ({ userId }: Reader) => env.ACCOUNT_UPLOADS.getByName(userId);

const keysOf = (reader: Reader): Promise<string[]> =>
  runInDurableObject(uploadsOf(reader), (_object, { storage }) =>
    [...storage.kv.list()].map(([key]) => key),
  );

/** A file of which only the beginning arrives, until the test sends the rest. */
function slowFile(beginning: string) {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
      given.enqueue(encoder.encode(beginning));
    },
  });
  return {
    body,
    finish(rest: string) {
      controller?.enqueue(encoder.encode(rest));
      controller?.close();
    },
  };
}

/** An isolate with timers that fire immediately while `impatient` is true. */
function isolate() {
  const state = { impatient: false };
  const app = createService(
    testPlatform({
      setTimer(delayMs, fire) {
        const wait = state.impatient && delayMs === TICK_MS ? 1 : delayMs;
        const timer = setTimeout(fire, wait);
        return () => clearTimeout(timer);
      },
    }),
  ).app();
  return {
    state,
    async ask(method: string, path: string, init: RequestInit): Promise<Response> {
      const request = new Request(`http://bookstrack.test${path}`, { ...init, method });
      const response = await app.fetch(request, env, createExecutionContext());
      expect(await faultsOf(method, path, response)).toEqual([]);
      return response;
    },
  };
}

describe("a body that stalls", () => {
  it("ends an upload with 408 and leaves nothing behind", async () => {
    const { state, ask } = isolate();
    state.impatient = true;
    const { body } = slowFile("Title,Author\nDune,Frank Herbert\n");
    const headers = { ...bearer(user.token), "Content-Type": "text/csv" };
    const response = await ask("POST", "/api/v2/imports", { headers, body });
    expect(response.status).toBe(408);
    expect(await problem(response)).toMatchObject({ code: "REQUEST_TIMEOUT", retryable: true });
    expect(await traces(user.userId)).toEqual({ jobs: 0, rows: 0 });
    await waitUntil(async () => (await keysOf(user)).length === 0);
    await accepted(await sendFile(user, listOf(1)));
  });

  it("ends an upload with 408 after some rows were stored", async () => {
    const { state, ask } = isolate();
    // More than the part of a file that is read to recognise its format before a row is stored.
    const { body } = slowFile(listOf(20_000));
    const headers = { ...bearer(user.token), "Content-Type": "text/csv" };
    const answer = ask("POST", "/api/v2/imports", { headers, body });
    await waitUntil(async () => (await traces(user.userId)).rows > 0);
    state.impatient = true;
    expect((await answer).status).toBe(408);
    expect(await traces(user.userId)).toEqual({ jobs: 0, rows: 0 });
  });

  it("ends every other request with 408", async () => {
    const { state, ask } = isolate();
    state.impatient = true;
    const { body } = slowFile('{"isbn":"97804');
    const headers = { ...bearer(user.token), "Content-Type": "application/json" };
    const path = `/v1/library/${user.userId}/books`;
    const response = await ask("POST", path, { headers, body });
    expect([response.status, (await problem(response)).code]).toEqual([408, "REQUEST_TIMEOUT"]);
  });
});

describe("an account", () => {
  it("can send two files at a time, and a third when one has arrived", async () => {
    const files = [1, 2].map(() => slowFile("Title,Author\n"));
    const answers = files.map(({ body }) => sendFile(user, body));
    await waitUntil(async () => Object.keys((await slotsOf(user)) ?? {}).length === 2);
    const refused = await sendFile(user, listOf(1));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect((await problem(refused)).detail).toContain("2 files at a time");
    // Another account is not affected.
    await accepted(await sendFile(await newReader(), listOf(1)));
    files[0]?.finish("Dune,Frank Herbert\n");
    await accepted((await answers[0]) ?? new Response());
    await waitUntil(async () => Object.keys((await slotsOf(user)) ?? {}).length === 1);
    await accepted(await sendFile(user, listOf(1)));
    files[1]?.finish("Emma,Jane Austen\n");
    await accepted((await answers[1]) ?? new Response());
  });

  it("can send a file while its slots are unavailable", async () => {
    vi.spyOn(console, "log").mockReturnValue();
    const broken = new Proxy(env.ACCOUNT_UPLOADS, {
      get: () => () => {
        throw new Error("the objects are unavailable");
      },
    });
    const platform = testPlatform();
    const app = createService({ ...platform, env: { ...env, ACCOUNT_UPLOADS: broken } }).app();
    const request = new Request("http://bookstrack.test/api/v2/imports", {
      method: "POST",
      headers: { ...bearer(user.token), "Content-Type": "text/csv" },
      body: listOf(1),
    });
    const response = await app.fetch(request, env, createExecutionContext());
    vi.restoreAllMocks();
    expect(response.status).toBe(202);
  });
});

const slotsOf = (reader: Reader) =>
  runInDurableObject(uploadsOf(reader), (_object, { storage }) =>
    storage.kv.get<Record<string, number>>("slots"),
  );

describe("a form whose file comes before its options", () => {
  /** About 3 MB. */
  const large = (): Blob => {
    const rows = Array.from({ length: 3000 }, (_, at) => `Book ${at},Ann,"${"x".repeat(1000)}"`);
    return new Blob([["A,B,Review", ...rows].join("\n")]);
  };
  const options = JSON.stringify({ dryRun: true, mapping: { A: "title", B: "author" } });

  it("is stored temporarily, read with its options, and deleted", async () => {
    const response = sendForm(user, [
      ["file", large()],
      ["options", options],
    ]);
    await waitUntil(async () => (await keysOf(user)).some((key) => key.startsWith("piece ")));
    const job = await accepted(await response);
    expect(job.totalRows).toBe(3000);
    await waitUntil(async () => (await keysOf(user)).length === 0);
  });

  it("is replayed under its idempotency key as a form with the options first", async () => {
    const key = { "Idempotency-Key": "either-order" };
    const file = large();
    const fields: [string, string | Blob][] = [
      ["file", file],
      ["options", options],
    ];
    const first = await accepted(await sendForm(user, fields, key));
    const again = await sendForm(user, fields.toReversed(), key);
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    expect((await accepted(again)).jobId).toBe(first.jobId);
  });
});

describe("leftovers of a dead worker", () => {
  beforeEach(async () => {
    const uploads = uploadsOf(user);
    await uploads.take("dead", undefined, Date.now() - 120_000);
    await uploads.addPiece("dead", 0, new Uint8Array(10));
  });

  it("are deleted by the alarm, but nothing of a live upload", async () => {
    await uploadsOf(user).take("alive", undefined, Date.now());
    await uploadsOf(user).addPiece("alive", 0, new Uint8Array(10));
    expect(await runDurableObjectAlarm(uploadsOf(user))).toBe(true);
    expect(await keysOf(user)).toEqual(["piece alive 0", "slots"]);
    await uploadsOf(user).end("alive");
    expect(await keysOf(user)).toEqual([]);
  });

  it("are deleted with the account", async () => {
    await dropUploads(env)([user.userId]);
    expect(await keysOf(user)).toEqual([]);
  });
});
