/** `npm run soak`: readers and imports for some minutes while the service is killed again and again. See README.md. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { leftovers } from "../scripts/local/processes.ts";
import { NO_LIMITS } from "../test/tools/no-limits.ts";
import { startService, type ServiceProcess } from "../test/tools/service.ts";
import { startStandIn } from "../test/tools/stand-in/server.ts";
import { at, Checks, jsonOf } from "./checks.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "15" },
    "kill-seconds": { type: "string", default: "60" },
  },
});
const ISBNS = ["9780140328721", "9780441172719", "9780261102217"];
const ROWS = 200;
const READERS = 4;
const PATIENCE_MS = 120_000;

const checks = new Checks();
const errors = { inKillWindows: 0, outside: 0 };
const memory: number[] = [];
const endsAt = Date.now() + Number(values.minutes) * 60_000;
const stateDir = mkdtempSync(join(tmpdir(), "bookstrack-soak-"));
const standIn = await startStandIn();
const start = (): Promise<ServiceProcess> =>
  startService({ stateDir, env: { ...standIn.env, ...NO_LIMITS } });
let service = await start();
/** Grows when a kill begins and when the service is back: a request that saw it change, or odd, was in a kill window. */
let window = 0;

const isOver = (): boolean => Date.now() > endsAt;

/** One request; nothing when it got no good answer, which is an error outside of a kill window. */
async function ask(path: string, init: RequestInit = {}) {
  const began = window;
  try {
    const response = await fetch(service.url + path, {
      ...init,
      signal: AbortSignal.timeout(20_000),
    });
    const answer = { body: await response.text(), headers: response.headers };
    if (response.status < 500) return answer;
  } catch {
    // Counted below, as a 5xx is.
  }
  const isKilled = began !== window || began % 2 === 1;
  errors[isKilled ? "inKillWindows" : "outside"] += 1;
  await sleep(200);
  return undefined;
}

async function reader(number: number): Promise<void> {
  for (let round = 0; !isOver(); round += 1) {
    const isbn = ISBNS[round % ISBNS.length] ?? "";
    const found = await ask(`/v1/search/isbn?isbn=${isbn}`);
    if (found) {
      checks.note("the right book", at(jsonOf(found.body), "data", "book", "isbn") === isbn);
    }
    const scan: RequestInit = {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": `soak-${number}-${round}` },
      body: JSON.stringify({ barcode: isbn }),
    };
    const first = await ask("/api/v2/books/enrich", scan);
    const again = first && (await ask("/api/v2/books/enrich", scan));
    if (again) checks.note("a repeat is the first answer", again.body === first.body);
    await sleep(100);
  }
}

/** One account after the other with a file; each must end with every row, kills or not. */
async function mover(): Promise<void> {
  const file = Array.from({ length: ROWS }, (_, row) => `Book ${row},Author,${ISBNS[row] ?? ""}`);
  while (!isOver()) {
    const account = await ask("/api/v2/users", { method: "POST" });
    const headers = { Authorization: `Bearer ${String(at(jsonOf(account?.body ?? ""), "token"))}` };
    const accepted =
      account &&
      (await ask("/api/v2/imports", {
        method: "POST",
        headers: { ...headers, "Content-Type": "text/csv" },
        body: `Title,Author,ISBN13\n${file.join("\n")}\n`,
      }));
    const statusUrl = at(jsonOf(accepted?.body ?? ""), "statusUrl");
    if (typeof statusUrl === "string") await follow(statusUrl, headers);
  }
}

async function follow(statusUrl: string, headers: Record<string, string>): Promise<void> {
  const { pathname } = new URL(statusUrl, service.url);
  const patience = Date.now() + PATIENCE_MS;
  let job: unknown;
  while (Date.now() < patience && at(job, "status") !== "completed") {
    await sleep(500);
    job = jsonOf((await ask(pathname, { headers }))?.body ?? "");
  }
  const outcomes = Object.values(at(job, "outcomes") ?? {});
  const rows = outcomes.reduce((sum: number, count) => sum + Number(count), 0);
  checks.note("an import that was accepted ends with every row", rows === ROWS);
}

async function killer(): Promise<void> {
  for (;;) {
    await sleep(Number(values["kill-seconds"]) * 1000);
    memory.push(megabytes());
    if (isOver()) return;
    window += 1;
    await service.kill9();
    service = await start();
    window += 1;
  }
}

/** Resident memory of everything that the service runs. Linux only: 0 elsewhere. */
function megabytes(): number {
  const kilobytes = leftovers(stateDir, []).map((pid) => {
    try {
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
    } catch {
      return 0;
    }
  });
  return Math.round(kilobytes.reduce((sum, one) => sum + one, 0) / 1024);
}

await Promise.all([
  ...Array.from({ length: READERS }, (_, number) => reader(number)),
  mover(),
  killer(),
]);
await service.stop();
await standIn.close();
rmSync(stateDir, { recursive: true, force: true });

for (const { name, held, failed } of checks.all())
  console.log(`${name}: ${held} held, ${failed} failed`);
console.log(`errors in kill windows: ${errors.inKillWindows}, outside: ${errors.outside}`);
console.log(`kills: ${window / 2}; memory before each, and at the end, MB: ${memory.join(", ")}`);
const holds = checks.share() === 1 && errors.outside === 0;
console.log(holds ? "Nothing wrong, nothing lost." : "Something went wrong.");
process.exitCode = holds ? 0 : 1;
