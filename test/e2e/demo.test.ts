import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, inject, test } from "vitest";
import { createClient } from "../../client/src/index.ts";
import { SAMPLE_BOOKS } from "../../scripts/demo/books.ts";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { emptyFolder, eventually, type TemporaryFolder } from "./support.ts";

const run = promisify(execFile);
const running: ServiceProcess[] = [];
const folders: TemporaryFolder[] = [];
afterEach(async () => {
  for (const service of running.splice(0)) await service.kill9();
  for (const folder of folders.splice(0)) folder.remove();
});

function newFolder(): string {
  const folder = emptyFolder();
  folders.push(folder);
  return folder.path;
}

interface Printed {
  readonly pairingCode: string;
  readonly userId: string;
  readonly recoveryCode: string;
}

async function demo(stateDir: string): Promise<ServiceProcess & Printed> {
  const service = await startService({ stateDir, args: ["--demo"] });
  running.push(service);
  const output = await eventually(
    () => Promise.resolve(service.output()),
    (text) => /--recover .*\n/.test(text),
  );
  const [, pairingCode = ""] = /\/pair#(\w+)/.exec(output) ?? [];
  const [, userId = "", recoveryCode = ""] = /--recover (\w+) ([\w-]+)/.exec(output) ?? [];
  return { ...service, pairingCode, userId, recoveryCode };
}

test("a demo has a library that both printed codes open, needs no network, and is found by a second start", async () => {
  const stateDir = newFolder();
  const first = await demo(stateDir);
  // A separate state folder: the service has stored nothing beside it.
  expect(readdirSync(stateDir)).toEqual(["demo"]);
  const api = createClient({ baseUrl: first.url });
  const { pairingCode } = first;
  const paired = await api.accounts.issueToken({ pairingCode });
  expect(paired.userId).toBe(first.userId);
  const library = createClient({ baseUrl: first.url, token: paired.token }).library(paired.userId);
  const page = await library.page({ limit: 1 });
  expect(page.total).toBe(SAMPLE_BOOKS.length + 1);

  // A book that was never requested comes from the providers of the demo, with its cover.
  const [unread] = SAMPLE_BOOKS;
  const found = await fetch(`${first.url}/v1/search/isbn?isbn=9780441172719`);
  expect(await found.json()).toMatchObject({ data: { book: { title: "Dune" } } });
  const cover = await fetch(`${first.url}/v1/covers/${unread?.isbn13}`);
  expect(cover.headers.get("content-type")).toBe("image/png");

  await first.stop();
  const second = await demo(stateDir);
  const { userId, recoveryCode } = second;
  expect({ userId, recoveryCode }).toEqual({
    userId: first.userId,
    recoveryCode: first.recoveryCode,
  });
  const recovered = await createClient({ baseUrl: second.url }).accounts.issueToken({
    userId,
    recoveryCode,
  });
  const again = createClient({ baseUrl: second.url, token: recovered.token }).library(userId);
  expect((await again.page({ limit: 1 })).total).toBe(page.total);
});

test("a demo gets its library even if its account was deleted or it was killed while being filled", async () => {
  const stateDir = newFolder();
  const first = await startService({ stateDir, args: ["--demo"] });
  // Serving, but not filled.
  await first.kill9();
  const second = await demo(stateDir);
  const { pairingCode, userId } = second;
  const { token } = await createClient({ baseUrl: second.url }).accounts.issueToken({
    pairingCode,
  });
  const page = await createClient({ baseUrl: second.url, token })
    .library(userId)
    .page({ limit: 1 });
  expect(page.total).toBe(SAMPLE_BOOKS.length + 1);
  const deletion = await fetch(`${second.url}/v1/library/${userId}`, {
    method: "DELETE",
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(deletion.status).toBe(204);
  await second.stop();
  const third = await demo(stateDir);
  expect(third.userId).not.toBe(userId);
});

test("a start without --demo does not see the demo", async () => {
  const stateDir = newFolder();
  const service = await startService({ stateDir, stateFrom: inject("newState") });
  running.push(service);
  expect(existsSync(join(stateDir, "demo"))).toBe(false);
  expect(service.output()).not.toContain("demo");
});

test("every line of docs/first-steps.md works on a demo", async () => {
  const { url } = await demo(newFolder());
  const document = readFileSync(join(PROJECT_ROOT, "docs/first-steps.md"), "utf8");
  const blocks = [...document.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, lines = ""]) => lines);
  expect(blocks.length).toBeGreaterThanOrEqual(5);
  const script = blocks.join("\n").replaceAll("http://localhost:8787", url);
  const { stdout } = await run("sh", ["-e", "-c", script], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, BOOKSTRACK_URL: url, BOOKSTRACK_ACCOUNT: join(newFolder(), "account") },
  });
  for (const expected of [
    "external_api; state=fresh",
    "memory; state=fresh",
    '"code":"INVALID_ISBN"',
    "Grandmother's recipes",
    "event: previewed",
    "event: completed",
    '"format":"goodreads"',
    "A Field Guide to Borrowed Umbrellas",
    "event: undone",
    "You are signed in",
    "The Lamplighter's Apprentice",
    "BooksTrack Id",
  ]) {
    expect(stdout).toContain(expected);
  }
});
