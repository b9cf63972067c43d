import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import { eventually, newState } from "./support.ts";
import { goodreadsFile } from "./goodreads-file.ts";

const ROWS = 1_000;
const COMMAND = "npm run --silent bookstrack --";

const folder = mkdtempSync(join(tmpdir(), "bookstrack-command-"));
const file = join(folder, "goodreads_library_export.csv");
let service: ServiceProcess;
let standIn: Awaited<ReturnType<typeof startStandIn>>;
let accounts = 0;

beforeAll(async () => {
  writeFileSync(file, goodreadsFile(ROWS));
  standIn = await startStandIn();
  service = await startService({ stateFrom: newState(), env: { ...standIn.env, ...NO_LIMITS } });
});
beforeEach(async () => {
  accounts += 1;
  const { code, err } = await shell(`${COMMAND} login`);
  if (code !== 0) throw new Error(err);
});
afterAll(async () => {
  await service.stop();
  await standIn.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

function spawned(line: string) {
  return spawn("bash", ["-c", line], {
    cwd: PROJECT_ROOT,
    env: {
      ...process.env,
      BOOKSTRACK_URL: service.url,
      BOOKSTRACK_ACCOUNT: join(folder, `account-${accounts}.json`),
      NO_COLOR: "",
      FORCE_COLOR: undefined,
      TERM: "xterm",
    },
    stdio: ["ignore", "pipe", "pipe"],
    // A separate process group, as for a shell job.
    detached: true,
  });
}

/** Runs a command line as a user would type it. */
function shell(line: string): Promise<Ran> {
  return finished(spawned(line));
}

function finished(child: ReturnType<typeof spawned>): Promise<Ran> {
  const ran = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (ran.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (ran.err += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...ran }));
  });
}

/** Runs a command line in a terminal of this width, through script(1) of util-linux or BSD. */
function terminal(line: string, columns: number): Promise<Ran> {
  const sized = `stty cols ${columns}; ${line}`;
  return shell(
    process.platform === "linux"
      ? `script -qec '${sized}' /dev/null`
      : `script -q /dev/null bash -c '${sized}'`,
  );
}

const shares = (text: string): number[] =>
  [...text.matchAll(/(\d+) %/g)].map(([, share]) => Number(share));

describe(`a Goodreads file of ${ROWS} rows`, () => {
  it("in a terminal: one line with a growing bar, then counts and the rows that need attention", async () => {
    const { code, out } = await terminal(`${COMMAND} import ${file} --watch`, 60);
    expect(code).toBe(4);
    const states = out.split("\r\u001B[K").slice(1);
    expect(states.length).toBeGreaterThan(5);
    expect(shares(out)).toEqual(shares(out).toSorted((a, b) => a - b));
    expect(states.at(-1)).toMatch(/^\[#{24}\] 100 % {2}completed\r?\n/);
    for (const state of states) expect(state.split("\r\n")[0]?.length).toBeLessThan(60);
    expect(out).toContain("\u001B[32mnew\u001B[0m");
    expect(stripVTControlCharacters(out)).toMatch(/^new +999\r\n/m);
    expect(stripVTControlCharacters(out)).toMatch(
      /line 6 {2}review {2}A Book Nobody Numbered {2}The row has no ISBN/,
    );
  });

  it("in a pipe: a line per 10 %, no escape codes, results separate from progress", async () => {
    const { code, out, err } = await shell(`${COMMAND} import ${file} --watch`);
    expect(code).toBe(4);
    expect(out + err).not.toContain("\r");
    expect(stripVTControlCharacters(out + err)).toBe(out + err);
    expect(err).toContain(`${ROWS} rows, read as goodreads; job `);
    expect(new Set(shares(err)).size).toBe(shares(err).length);
    expect(shares(err).at(-1)).toBe(100);
    expect(out).toContain("Done: 999 new, 0 updated, 0 unchanged, 1 to review, 0 invalid.");
    expect(out).not.toContain(" %");
  });

  it("as JSON: one object per line, every state once", async () => {
    const { code, out, err } = await shell(`${COMMAND} import ${file} --watch --json`);
    expect([code, err]).toEqual([4, ""]);
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string; snapshot?: { seq: number } });
    expect([lines[0]?.type, lines.at(-1)?.type]).toEqual(["accepted", "failedRow"]);
    const seqs = lines.flatMap(({ snapshot }) => (snapshot ? [snapshot.seq] : []));
    expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
    const exported = await shell(`${COMMAND} library export --json`);
    expect((JSON.parse(exported.out) as { books: unknown[] }).books).toHaveLength(ROWS - 1);
  });

  it("an interruption ends the command, not the import, and prints how to resume", async () => {
    const child = spawned(`exec ${process.execPath} client/src/cli/main.ts import ${file} --watch`);
    const ended = finished(child);
    let err = "";
    child.stderr.on("data", (text: string) => (err += text));
    await eventually(
      () => Promise.resolve(err),
      (text) => text.includes(" %"),
    );
    child.kill("SIGINT");
    const { code, err: printed } = await ended;
    expect(code).toBe(130);
    const [, follow] = /Follow it with: bookstrack (watch \S+)/.exec(printed) ?? [];
    expect((await shell(`${COMMAND} ${follow}`)).out).toContain("Done: 999 new");
  });

  it("a closed pipe on either output does not fail the command", async () => {
    const lines = [
      `${COMMAND} import ${file} --watch --json | head -1`,
      `${COMMAND} import ${file} --watch 2>&1 | head -1`,
      `${COMMAND} library export | head -1`,
    ];
    for (const line of lines) {
      const { code, out, err } = await shell(`set -o pipefail; ${line}`);
      expect([line, code, err]).toEqual([line, 0, ""]);
      expect(out.trim().split("\n")).toHaveLength(1);
    }
  });

  it.runIf(existsSync("/dev/full"))("a full disk is reported in one line", async () => {
    const { code, err } = await shell(`${COMMAND} library export > /dev/full`);
    expect([code, err]).toEqual([1, "bookstrack: cannot write: ENOSPC\n"]);
  });
});
