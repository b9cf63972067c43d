import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import type { MigrationErrors } from "../../contract/kv-migration.ts";
import { wranglerStore } from "../../scripts/migration/kv-wrangler.ts";
import { mixedKeys } from "../support/mixed-keys.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import { wrangler } from "../tools/wrangler-cli.ts";
import {
  admin,
  ADMIN_TOKEN,
  migrationStatus,
  namespaceIn,
  script,
  seed,
} from "./migration-support.ts";
import { lookUp, temporaryState, emptyFolder } from "./support.ts";

/** A laptop takes a minute to write 10,000 keys to local KV. */
const LONG_MS = 1_200_000;
/** Between two changes of a flag: each book several times. */
const LOOKUPS_BETWEEN = 500;
const mix = mixedKeys(9_091);
const state = temporaryState();
const running: ServiceProcess[] = [];
let standIn: StandIn;

async function start(stateDir = state.path): Promise<ServiceProcess> {
  const env = { ...standIn.env, ADMIN_TOKEN, RATE_LIMITS: '{"search":0,"misses":0,"admin":0}' };
  const service = await startService({ stateDir, env });
  running.push(service);
  return service;
}

/** Open Library has the books for which the old values name it as the source. */
const books = Object.keys(mix.values)
  .map((key) => key.slice("book:isbn:".length))
  .filter((isbn) => isbn.length === 13)
  .map((isbn13, index) => ({
    isbn13,
    title: `Book ${index}`,
    authors: ["An Author"],
    publisher: "A Publisher",
    published: "2001",
    pages: 200,
    language: "en",
    description: "A book.",
  }));

beforeAll(async () => {
  standIn = await startStandIn({ books });
  await seed(state.path, mix.values);
}, LONG_MS);
afterEach(async () => {
  for (const service of running.splice(0)) await service.kill9();
});
afterAll(async () => {
  await standIn.close();
  state.remove();
});

it(
  "10,000 keys of every shape in one run: the counts add up, the validation finds no difference, a second run writes nothing",
  async () => {
    expect(mix.expected.listed).toBeGreaterThanOrEqual(10_000);
    const service = await start();
    const dry = await script("migrate-kv", ["--dry-run", "--url", service.url]);
    expect(dry.output).toContain(`= ${mix.expected.listed} listed`);
    expect(dry.code).toBe(0);

    const run = await script("migrate-kv", ["--url", service.url]);
    expect(run.code).toBe(0);
    expect(await migrationStatus(service.url)).toMatchObject({
      status: "completed",
      unchanged: 0,
      ...mix.expected,
    });

    const valid = await script("validate-migration", ["--url", service.url]);
    expect(valid.output).toContain("Valid: no differences.");
    expect(valid.code).toBe(0);

    expect((await script("migrate-kv", ["--url", service.url])).code).toBe(0);
    expect(await migrationStatus(service.url)).toMatchObject({
      status: "completed",
      migrated: 0,
      unchanged: mix.expected.migrated,
    });
  },
  LONG_MS,
);

it("D1 reads can be switched off and on under load without an error", async () => {
  const service = await start();
  const isbns = Object.keys(mix.values)
    .map((key) => key.slice("book:isbn:".length))
    .filter((isbn) => isbn.length === 13)
    .slice(0, 60)
    .filter((_isbn, index) => index % 10 < 5);
  const load = { on: true };
  let lookups = 0;
  const statuses = new Set<number>();
  const caller = async (first: number): Promise<void> => {
    for (let at = first; load.on; at += 1) {
      const { status } = await lookUp(service.url, isbns[at % isbns.length] ?? "");
      statuses.add(status);
      lookups += 1;
    }
  };
  const callers = Promise.all([0, 7, 14, 21].map(caller));
  for (const value of ["false", "true", "false", "true"]) {
    const put = await admin(service.url, "PUT", "flags/enable_d1_reads", value);
    expect(put.status).toBe(200);
    const before = lookups;
    await vi.waitUntil(() => lookups >= before + LOOKUPS_BETWEEN, { timeout: LONG_MS });
  }
  load.on = false;
  await callers;
  expect([...statuses]).toEqual([200]);
});

it("reports a row and a key that were changed manually, and exits with 1", async () => {
  // Flat books under an ISBN-13 that was never looked up: their old values still exist.
  const [first = "", second = ""] = Object.keys(mix.values)
    .filter((key) => key.length === 23 && mix.values[key]?.startsWith('{"title":"Volume'))
    .toReversed();
  const isbn = first.slice("book:isbn:".length);
  await wrangler(
    state.path,
    "d1",
    "execute",
    "DB",
    "--command",
    `UPDATE Books SET title = 'By hand', canonical_metadata = json_set(canonical_metadata, '$.title', 'By hand') WHERE isbn = '${isbn}'`,
  );
  const store = await namespaceIn(state.path);
  await store.write([{ key: second, value: JSON.stringify({ title: "Changed", authors: [] }) }]);
  await store.close();

  const service = await start();
  const check = await script("validate-migration", ["--url", service.url]);
  expect(check.code).toBe(1);
  expect(check.output).toContain(`differs: ${first}\n  title: KV`);
  expect(check.output).toContain(`differs: ${second}\n  title: KV "Changed"`);
  const items: MigrationErrors["items"] = [];
  let cursor = "";
  do {
    const path = `errors?kind=validation&limit=500${cursor}`;
    const page = (await (await admin(service.url, "GET", path)).json()) as MigrationErrors;
    items.push(...page.items);
    cursor = page.nextCursor === undefined ? "" : `&cursor=${page.nextCursor}`;
  } while (cursor !== "");
  const counting = items.filter(({ reason }) => reason !== "superseded");
  expect(new Set(counting.map(({ key }) => key))).toEqual(new Set([first, second]));
});

it("a backup restores into an empty namespace: values, metadata and expirations", async () => {
  const full = emptyFolder();
  await seed(full.path, mixedKeys(300).values);
  const from = await namespaceIn(full.path);
  const expiration = Math.floor(Date.now() / 1000) + 86_400;
  await from.write([
    { key: "meta:1", value: "line\u2028break\n", metadata: { a: [1] }, expiration },
    { key: "bytes:1", value: Buffer.from([0, 255, 254]).toString("base64"), base64: true },
  ]);
  await from.close();
  const empty = emptyFolder();
  const [one, two] = [join(empty.path, "one.ndjson"), join(empty.path, "two.ndjson")];
  const lines = (path: string): string[] =>
    readFileSync(path, "utf8").trim().split("\n").slice(1, -1);
  try {
    const backup = await script("backup-kv", ["--out", one, "--state-dir", full.path]);
    expect(backup).toMatchObject({ code: 0 });
    expect(backup.output).toContain(
      `Reading the local namespace BOOK_CACHE (bookstrack-book-cache-local) in ${full.path}.`,
    );
    const none = await script("backup-kv", ["--out", one, "--state-dir", empty.path]);
    expect(none).toMatchObject({ code: 1, output: expect.stringContaining("There are no keys") });
    const wrong = ["--binding", "IDEMPOTENCY_CACHE", "--state-dir", empty.path];
    for (const options of [["--check", ...wrong], wrong]) {
      const refused = await script("restore-kv", [one, ...options]);
      expect(refused).toMatchObject({
        code: 1,
        output: expect.stringContaining("the options select the local namespace IDEMPOTENCY_CACHE"),
      });
    }
    const restore = await script("restore-kv", [one, "--state-dir", empty.path]);
    expect(restore).toMatchObject({ code: 0 });
    expect(restore.output).toContain("0 differ");
    await script("backup-kv", ["--out", two, "--state-dir", empty.path]);
    expect(lines(two)).toEqual(lines(one));
    expect(lines(one).length).toBeGreaterThan(300);

    writeFileSync(two, readFileSync(one, "utf8").replace("Volume 1 ", "Volume l "));
    const changed = await script("restore-kv", [two, "--state-dir", empty.path]);
    expect(changed.code).toBe(1);
    expect(changed.output).toContain("the checksum or the number of keys does not match");
    writeFileSync(two, readFileSync(one, "utf8").split("\n").slice(0, 50).join("\n"));
    expect((await script("restore-kv", [two, "--state-dir", empty.path])).code).toBe(1);

    const nowhere = join(empty.path, "no-such-folder", "backup.ndjson");
    for (const [name, args] of [
      ["backup-kv", ["--out", nowhere]],
      ["restore-kv", [nowhere]],
    ] as const) {
      const failed = await script(name, [...args, "--state-dir", empty.path]);
      expect(failed.code).toBe(1);
      expect(failed.output).toMatch(/^ENOENT: no such file or directory, .*\n$/);
    }
  } finally {
    empty.remove();
    full.remove();
  }
});

it("a backup by wrangler's commands, as of a remote namespace, is the same", async () => {
  const folder = emptyFolder();
  const where = ["--local", "--persist-to", folder.path];
  const store = wranglerStore("BOOK_CACHE", where);
  const entries = [
    { key: "a", value: "text\n", metadata: { x: 1 }, expiration: 2_000_000_000 },
    { key: "b", value: Buffer.from([255, 0]).toString("base64"), base64: true as const },
  ];
  try {
    await store.write(entries);
    const keys = [];
    for await (const page of store.pages("")) keys.push(...page);
    expect(await store.read(keys)).toEqual(entries);
  } finally {
    await store.close();
    folder.remove();
  }
});
