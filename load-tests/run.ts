/** `npm run load`: the scenarios of the k6 scripts, without k6. See load-tests/README.md. */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import autocannon from "autocannon";
import { percentile } from "../bench/statistics.ts";
import { NO_LIMITS } from "../test/tools/no-limits.ts";
import { startService } from "../test/tools/service.ts";
import { generatedBooks } from "../test/tools/stand-in/generated-books.ts";
import { startStandIn } from "../test/tools/stand-in/server.ts";
import { WELL_KNOWN_BOOKS } from "../test/tools/stand-in/well-known-books.ts";
import { Checks } from "./checks.ts";
import { ROWS, SCENARIOS, type Scenario } from "./scenarios.ts";
import { stepsOf, type Step } from "./stages.ts";

/** The thresholds of settings.js. */
const MAX_P95_MS = 500;
const MAX_FAILED = 0.001;
const MIN_CHECKS = 0.999;
/** autocannon sends the requests of all users at the same moment of each second. Waves spread them over the second. */
const WAVES = 20;

const { values } = parseArgs({
  options: {
    url: { type: "string" },
    seconds: { type: "string" },
    scenario: { type: "string", multiple: true },
  },
});
const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
const chosen = SCENARIOS.filter(({ name }) => values.scenario?.includes(name) ?? true);
const usable = seconds === undefined || seconds > 0;
if (!usable || chosen.length === 0) {
  const names = SCENARIOS.map(({ name }) => name).join("|");
  console.error(`npm run load -- [--url URL] [--seconds N] [--scenario ${names}]...`);
  process.exit(2);
}

interface Outcome {
  readonly requests: number;
  /** Share of the requests with an error or a status of 400 or more. */
  readonly failed: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly checks: Checks;
}

function stepsFor({ stages, canBeShortened }: Scenario): Step[] {
  if (canBeShortened) return stepsOf(stages, seconds);
  return [
    {
      seconds: stages.reduce((sum, stage) => sum + stage.seconds, 0),
      users: Math.max(...stages.map(({ users }) => users)),
    },
  ];
}

/** Splits users into groups of nearly equal size, none empty. */
function wavesOf(users: number): number[] {
  const waves = Math.min(WAVES, users);
  return Array.from(
    { length: waves },
    (_, wave) => Math.floor(users / waves) + (wave < users % waves ? 1 : 0),
  );
}

async function run(scenario: Scenario, url: string): Promise<Outcome> {
  const checks = new Checks();
  const times: number[] = [];
  let failures = 0;
  const wave = async (connections: number, duration: number): Promise<void> => {
    const load = autocannon({
      url,
      duration,
      connections,
      overallRate: connections,
      // One list per connection, because autocannon modifies the members of the list.
      setupClient: (client) => client.setRequests(scenario.requests(checks, crypto.randomUUID())),
    });
    load.on("response", (_client, status, _bytes, ms) => {
      times.push(ms);
      if (status >= 400) failures += 1;
    });
    failures += (await load).errors;
  };
  for (const { seconds: duration, users } of stepsFor(scenario)) {
    await Promise.all(
      wavesOf(users).map(async (connections, number) => {
        await sleep((number * 1000) / WAVES);
        await wave(connections, duration);
      }),
    );
  }
  if (!checks.all().some(({ name }) => name === scenario.lastCheck)) {
    checks.note(scenario.lastCheck, false);
  }
  return {
    requests: times.length,
    failed: times.length === 0 ? 1 : failures / times.length,
    p50Ms: percentile(times, 50),
    p95Ms: percentile(times, 95),
    checks,
  };
}

/** Prints the result of a scenario. @returns whether every threshold is met */
function report({ name }: Scenario, outcome: Outcome): boolean {
  const thresholds = [
    line("P95", `${outcome.p95Ms.toFixed(1)} ms`, `< ${MAX_P95_MS} ms`, outcome.p95Ms < MAX_P95_MS),
    line(
      "failed",
      percent(outcome.failed),
      `< ${percent(MAX_FAILED)}`,
      outcome.failed < MAX_FAILED,
    ),
    line(
      "checks",
      percent(outcome.checks.share()),
      `> ${percent(MIN_CHECKS)}`,
      outcome.checks.share() > MIN_CHECKS,
    ),
  ];
  console.log(`\n${name}: ${outcome.requests} requests, P50 ${outcome.p50Ms.toFixed(1)} ms`);
  for (const { text } of thresholds) console.log(text);
  for (const check of outcome.checks.all()) {
    console.log(`    ${check.name}: ${check.held} passed, ${check.failed} failed`);
  }
  return thresholds.every(({ holds }) => holds);
}

function line(what: string, measured: string, bound: string, holds: boolean) {
  const text = `  ${what.padEnd(8)} ${measured.padStart(11)}  ${bound.padEnd(10)} ${holds ? "met" : "EXCEEDED"}`;
  return { text, holds };
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

async function runAll(url: string): Promise<boolean> {
  let areMet = true;
  for (const scenario of chosen) areMet = report(scenario, await run(scenario, url)) && areMet;
  return areMet;
}

async function runLocally(): Promise<boolean> {
  const standIn = await startStandIn({
    books: [...WELL_KNOWN_BOOKS, ...generatedBooks(ROWS)],
  });
  try {
    const service = await startService({ env: { ...standIn.env, ...NO_LIMITS } });
    try {
      return await runAll(service.url);
    } finally {
      await service.stop();
    }
  } finally {
    await standIn.close();
  }
}

const areMet = await (values.url === undefined ? runLocally() : runAll(values.url));
console.log(areMet ? "\nAll thresholds are met." : "\nA threshold is exceeded.");
process.exitCode = areMet ? 0 : 1;
