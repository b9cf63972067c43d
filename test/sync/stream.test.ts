import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { MAX_SYNC } from "../../contract/sync.ts";
import { refreshShelves } from "../../src/library/storage/shelf-refresh.ts";
import { announcedDb } from "../../src/platform/change-notices.ts";
import { consoleLog } from "../../src/platform/log.ts";
import { RUNTIME } from "../../src/platform/runtime.ts";
import { imported } from "../support/imports.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { pageOf, send, seqOf } from "../support/sync.ts";
import { waitUntil } from "../support/wait.ts";

const ISBN = isbnOf(8501);
const TYPE = { Accept: "text/event-stream" };

let open: Listener[] = [];
beforeAll(() => inCatalogue({ isbn: ISBN, title: "Known" }));
afterEach(async () => {
  for (const listener of open) await listener.close();
  open = [];
});

/** A stream that a client reads. */
class Listener {
  readonly #reader: ReadableStreamDefaultReader<string>;
  text = "";
  isOver = false;

  constructor(response: Response) {
    if (!response.body) throw new Error("The response has no stream.");
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    open.push(this);
    void this.#read();
  }

  async #read(): Promise<void> {
    for (;;) {
      const { done, value } = await this.#reader.read().catch(() => ({ done: true, value: "" }));
      if (done) {
        this.isOver = true;
        return;
      }
      this.text += value;
    }
  }

  /** The sequence numbers of the events so far. */
  seqs(): number[] {
    return [...this.text.matchAll(/^data: \{"seq":(\d+)\}$/gm)].map(([, seq]) => Number(seq));
  }

  async until(seq: number): Promise<void> {
    await waitUntil(() => this.seqs().at(-1) === seq);
  }

  close(): Promise<void> {
    return this.#reader.cancel();
  }
}

async function listen(reader: Reader): Promise<Listener> {
  const response = await reader.call("GET", "/changes/stream", undefined, TYPE);
  expect(response.status).toBe(200);
  return new Listener(response);
}

async function listenedUntil(userId: string): Promise<number> {
  const shelf = env.DB.prepare("SELECT listened_until FROM Shelves WHERE user_id = ?1");
  return (await shelf.bind(userId).first<number>("listened_until")) ?? 0;
}

describe("GET /v1/library/:userId/changes/stream", () => {
  it("sends the newest number at first, and after each write by anyone", async () => {
    const reader = await newReader();
    const [one, two] = [await listen(reader), await listen(reader)];
    await one.until(0);
    expect(one.text).toMatch(/^retry: \d+\n\n/);
    expect(one.text).toContain("id: 0\nevent: change\n");
    await reader.add({ isbn: ISBN });
    await one.until(1);
    await reader.call("PATCH", `/books/${ISBN}`, { rating: 4 });
    await one.until(2);
    await send(reader, { op: "change", key: "k", isbn: ISBN, body: { addTags: ["x"] } });
    await one.until(3);
    await reader.call("DELETE", `/books/${ISBN}`);
    await one.until(4);
    await two.until(4);
    const { seq } = await pageOf(reader);
    expect(one.seqs().at(-1)).toBe(seq);
  });

  it("sends refreshes of books", async () => {
    const reader = await newReader();
    const isbn = isbnOf(8502);
    await inCatalogue({ isbn, title: "Before" });
    await reader.add({ isbn });
    const listener = await listen(reader);
    await listener.until(1);
    await inCatalogue({ isbn, title: "After" });
    await refreshShelves(announcedDb({ ...RUNTIME, env, log: consoleLog() }));
    await listener.until(await seqOf(reader.userId));
    expect(listener.seqs().length).toBeGreaterThan(1);
  });

  it("sends an event after the step of an import", async () => {
    const reader = await newReader();
    const listener = await listen(reader);
    await listener.until(0);
    await imported({ userId: reader.userId, rows: [{ isbn: ISBN, title: "T" }] });
    await listener.until(await seqOf(reader.userId));
    expect(listener.seqs().at(-1)).toBeGreaterThan(0);
  });

  it("announces writes only while a client listens", async () => {
    const reader = await newReader();
    await reader.add({ isbn: ISBN });
    expect(await listenedUntil(reader.userId)).toBe(0);
    const listener = await listen(reader);
    expect(await listenedUntil(reader.userId)).toBeGreaterThan(Date.now());
    await listener.close();
    await waitUntil(async () => (await listenedUntil(reader.userId)) === 0);
  });

  it("refuses a fourth stream of an account, until one has ended", async () => {
    const reader = await newReader();
    const listeners: Listener[] = [];
    for (let count = 0; count < MAX_SYNC.streams; count += 1) listeners.push(await listen(reader));
    const refused = await reader.call("GET", "/changes/stream", undefined, TYPE);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
    const problem = await refused.json<{ code: string; detail: string }>();
    expect(problem.code).toBe("TOO_MANY_STREAMS");
    expect(problem.detail).toContain("3 change streams");
    await listeners[0]?.close();
    await waitUntil(async () => {
      const response = await reader.call("GET", "/changes/stream", undefined, TYPE);
      if (response.status === 200) listeners.push(new Listener(response));
      else await response.text();
      return response.status === 200;
    });
    await (await listen(await newReader())).until(0);
  });

  it("is refused to other users, and to clients that do not accept events", async () => {
    const [reader, other] = [await newReader(), await newReader()];
    const wrong = await reader.call("GET", "/changes/stream", undefined, {
      Accept: "application/json",
    });
    expect(wrong.status).toBe(406);
    const foreign = await other.call("GET", "/changes/stream", undefined, {
      ...TYPE,
      Authorization: `Bearer ${reader.token}`,
    });
    expect(foreign.status).toBe(403);
  });

  it("ends when the account is deleted", async () => {
    const reader = await newReader();
    const listener = await listen(reader);
    await listener.until(0);
    expect(listener.isOver).toBe(false);
    expect((await reader.call("DELETE", "")).status).toBe(204);
    await waitUntil(() => listener.isOver);
    const after = await reader.call("GET", "/changes/stream", undefined, TYPE);
    expect(after.status).toBe(401);
  });
});
