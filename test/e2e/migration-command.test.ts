import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mixedKeys } from "../support/mixed-keys.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { admin, ADMIN_TOKEN, script, seed } from "./migration-support.ts";
import { temporaryState } from "./support.ts";

const SETUP_MS = 1_200_000;
/** Enough for a run of several seconds, so that the tests can act on it while it is running. */
const mix = mixedKeys(4_000);
const state = temporaryState();
let service: ServiceProcess;

const command = (...options: string[]) => script("migrate-kv", [...options, "--url", service.url]);

/** Starts a run as the command does, without following it. */
async function begun(): Promise<void> {
  expect((await admin(service.url, "POST", "migrate-kv-to-d1")).status).toBe(202);
}

beforeAll(async () => {
  await seed(state.path, mix.values);
  service = await startService({ stateDir: state.path, env: { ...NO_LIMITS, ADMIN_TOKEN } });
}, SETUP_MS);
afterAll(async () => {
  await service.kill9();
  state.remove();
});

it("reports that there has been no run", async () => {
  const { code, output } = await command("--status");
  expect([code, JSON.parse(output)]).toEqual([
    0,
    expect.objectContaining({ status: "not_started" }),
  ]);
  expect(await command("--pause")).toMatchObject({
    code: 1,
    output: expect.stringContaining("There is no run yet."),
  });
});

it(
  "pauses a run, rejects another run meanwhile, and resumes it to its end",
  async () => {
    await begun();
    const paused = await command("--pause");
    expect([paused.code, paused.output]).toEqual([0, expect.stringMatching(/^Run \S+: paused\n/)]);
    for (const options of [
      [],
      ["--dry-run"],
      ["--dry-run", "--resume"],
      ["--resume", "--prefix=x:"],
    ]) {
      const { code, output } = await command(...options);
      expect([code, output]).toEqual([1, expect.stringContaining("paused")]);
    }
    const resumed = await command("--resume");
    expect(resumed.code).toBe(0);
    expect(resumed.output).toContain(`= ${mix.expected.listed} listed`);
    const { output } = await command("--status");
    expect(JSON.parse(output)).toMatchObject({ status: "completed", ...mix.expected });
  },
  SETUP_MS,
);

it("cancels a run permanently", async () => {
  await begun();
  const cancelled = await command("--cancel");
  expect([cancelled.code, cancelled.output]).toEqual([
    0,
    expect.stringMatching(/^Run \S+: cancelled\n/),
  ]);
  expect(await command("--cancel")).toMatchObject({
    code: 1,
    output: expect.stringContaining("is cancelled"),
  });
  expect((await command("--watch")).code).toBe(1);
});

it("backs up the namespace of a running service, and refuses to restore it", async () => {
  const file = join(state.path, "backup.ndjson");
  const backup = await script("backup-kv", ["--out", file, "--state-dir", state.path]);
  expect(backup).toMatchObject({ code: 0, output: expect.stringMatching(/: \d{4} keys of /) });
  const restore = await script("restore-kv", [file, "--state-dir", state.path]);
  expect(restore).toMatchObject({
    code: 1,
    output: expect.stringContaining("stop the service on this folder first"),
  });
  expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
});
