import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createClient } from "../../client/src/client.ts";
import { type BooksTrackError, ConnectionError } from "../../client/src/errors.ts";
import type { LibraryBook } from "../../client/src/schema.ts";
import { Device } from "../../client/src/sync/test-support/device.ts";
import { journaledApi, type Applied } from "../../client/src/sync/test-support/faulty-api.ts";
import type { Edit } from "../../client/src/sync/types.ts";
import { randomOfThisRun } from "../support/properties.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import { temporaryState } from "./support.ts";

const KILLS = 3;
/** Edits of each device between two kills. */
const EDITS = 12;
const SHARED = ["One", "Two", "Three"];

const state = temporaryState();
const random = randomOfThisRun();
let standIn: StandIn;
let service: ServiceProcess;

const start = async (): Promise<void> => {
  service = await startService({ stateDir: state.path, env: { ...standIn.env, ...NO_LIMITS } });
};

beforeAll(async () => {
  standIn = await startStandIn();
});
afterEach(async () => {
  await service.kill9();
});
afterAll(async () => {
  await standIn.close();
  state.remove();
});

/** A client of the service at its present address. */
const clientOf = (token?: string) =>
  createClient({
    baseUrl: "http://service",
    ...(token === undefined ? {} : { token }),
    fetch: (input, init) => {
      const { pathname, search } = new URL(input instanceof Request ? input.url : input);
      return fetch(`${service.url}${pathname}${search}`, init);
    },
  });

/** Tolerates errors of a service that is down; any other error fails the test. */
async function unlessAway(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    const isAway = error instanceof ConnectionError || (error as BooksTrackError).status >= 500;
    if (!isAway) throw error;
  });
}

it("kill -9 while three devices send: they converge, and each edit is applied once or waits for a decision", async () => {
  await start();
  const { userId, token } = await clientOf().accounts.create();
  const library = clientOf(token).library(userId);
  for (const title of SHARED) await library.add({ title, authors: ["Ida"] });
  const applied = new Map<string, Applied[]>();
  const api = journaledApi(clientOf(token).sync(userId), applied);
  const devices = ["phone", "laptop", "tablet"].map(
    (name) => new Device({ name, api, now: () => Date.now() }),
  );
  for (const device of devices) await device.tab().sync();
  const shared = (await devices[0]!.tab().books()).map(({ isbn }) => isbn);

  let values = 0;
  const edits = async (device: Device): Promise<void> => {
    for (let edit = 0; edit < EDITS; edit += 1) {
      const isbn = shared[Math.floor(random() * shared.length)] ?? "";
      await device.edit(editOf(isbn, `${device.name}-${(values += 1)}`));
      await unlessAway(device.tab().sync());
    }
  };
  for (let kill = 0; kill < KILLS; kill += 1) {
    const done = new AbortController();
    const working = Promise.all(devices.map(edits)).finally(() => done.abort());
    const before = applied.size;
    // Kills it midway: responses have arrived, and edits are left.
    while (!done.signal.aborted && applied.size < before + EDITS)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await service.kill9();
    await working;
    await start();
  }
  for (let round = 0; round < 3; round += 1)
    for (const device of devices) await device.tab().sync();

  const books = new Map<string, LibraryBook>();
  for await (const { isbn } of library.books()) books.set(isbn, await library.get(isbn));
  expect(applied.size).toBeGreaterThan(KILLS * EDITS);
  for (const device of devices) {
    const tab = device.tab();
    expect(await tab.pending()).toEqual([]);
    const shown = new Map<string, unknown>();
    for (const { isbn } of await tab.books()) shown.set(isbn, await tab.book(isbn));
    expect(shown).toEqual(books);
    expect(await device.lost([...applied.values()].flat())).toEqual([]);
  }
  for (const { readings } of books.values())
    expect(new Set(readings.map(({ id }) => id)).size).toBe(readings.length);
  // All progress was recorded once, and every device shows the same progress and goal.
  const [phone, ...others] = devices.map((device) => device.tab());
  const notes: (string | undefined)[] = [];
  for (const isbn of shared) {
    const progress = await phone!.progress(isbn);
    notes.push(...progress.map(({ note }) => note));
    for (const other of others) expect(await other.progress(isbn)).toEqual(progress);
  }
  expect(new Set(notes).size).toBe(notes.length);
  for (const other of others) expect(await other.goals()).toEqual(await phone!.goals());
  // Each book was added once.
  const titles = [...books.values()].map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);

  expect(titles.length).toBeGreaterThan(SHARED.length);
});

function editOf(isbn: string, value: string): Edit {
  const kinds: Edit[] = [
    { op: "change", isbn, set: { review: value } },
    { op: "change", isbn, set: { notes: value } },
    { op: "change", isbn, addTags: [value] },
    { op: "change", isbn, addReadings: [{ id: value, startedAt: "2026-01" }] },
    { op: "add", body: { title: `Own ${value}`, authors: ["Ida"] } },
    { op: "progress", isbn, body: { page: 1 + Math.floor(random() * 500), note: value } },
    { op: "goal", year: 2026, body: { books: 1 + Math.floor(random() * 500) } },
    { op: "delete", isbn },
    { op: "restore", isbn },
    { op: "restore", isbn },
  ];
  return kinds[Math.floor(random() * kinds.length)] ?? { op: "change", isbn, addTags: [value] };
}
