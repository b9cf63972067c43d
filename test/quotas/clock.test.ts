import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { importTasks } from "../../src/imports/module.ts";
import { workOnJob } from "../../src/imports/domain/job/work-on-job.ts";
import { d1ImportWork } from "../../src/imports/storage/work.ts";
import { runtimeSecrets } from "../../src/platform/crypto.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/platform/time.ts";
import { enrichingJob, isbnOf } from "../support/import-enrichment.ts";
import { quotaService } from "../support/quotas.ts";
import { listOf, traces } from "../support/uploads.ts";

import { turnsAt } from "../support/imports.ts";

const START = Date.UTC(2026, 4, 3, 12);
const HOURS = [-26, -2, 2, 26];

/** A service with an adjustable clock, and an account that has used part of its quotas. */
async function clocked(quotas: Record<string, number>) {
  const clock = { now: START };
  const made = quotaService({ quotas, parts: { now: () => clock.now } });
  return { clock, ...made, user: await made.account() };
}

describe.each(HOURS)("a clock that is set by %i hours", (hours) => {
  it("does not delay the deletion of an upload of a dead worker", async () => {
    const { clock, user, upload, used, platform } = await clocked({ openImports: 1 });
    const response = await upload(user, listOf(10));
    const { jobId } = await response.json<{ jobId: string }>();
    const subject = user.userId;
    const charges = [{ subject, quota: "importRows", day: Math.floor(START / DAY_MS), amount: 10 }];
    await env.DB.prepare(
      "UPDATE ImportJobs SET state = 'uploading', updated_at = ?2, charges = ?3 WHERE job_id = ?1",
    )
      .bind(jobId, clock.now, JSON.stringify(charges))
      .run();
    clock.now += hours * HOUR_MS;
    const tasks = importTasks(platform);
    for (let minute = 0; minute <= 17; minute += 1) {
      await tasks["sweep_abandoned_uploads"]?.();
      clock.now += MINUTE_MS;
    }
    expect(await traces(user.userId)).toEqual({ jobs: 0, rows: 0 });
    expect(await used(user)).toMatchObject({ openImports: 0 });
  });

  it("ends the enrichment phase within a day", async () => {
    const jobId = await enrichingJob("clock", [isbnOf(hours + 100, 9785)]);
    let now = START;
    await env.DB.prepare(
      "UPDATE ImportJobs SET enrich_since = ?2, updated_at = ?2 WHERE job_id = ?1",
    )
      .bind(jobId, now)
      .run();
    now += hours * HOUR_MS;
    const begun = now;
    const work = () =>
      workOnJob(jobId, 0, {
        ...d1ImportWork(env.DB, { newId: () => crypto.randomUUID(), now: () => now }),
        takeTurn: turnsAt("alone"),
        queueWake: async () => {},
        announce: async () => {},
        sha256: (text) => runtimeSecrets.sha256(text),
        pause: async () => {},
        now: () => now,
      });
    while ((await work()) === "watch") now += HOUR_MS;
    expect(now - begun).toBeLessThanOrEqual(DAY_MS);
    const state = env.DB.prepare("SELECT state FROM ImportJobs WHERE job_id = ?1").bind(jobId);
    expect(await state.first("state")).toBe("completed");
    await env.DB.prepare("DELETE FROM ImportJobs WHERE job_id = ?1").bind(jobId).run();
  });

  it("blocks no account for longer than a day by earlier counts", async () => {
    const { clock, user, upload } = await clocked({ firstDayImportRows: 10, importRows: 10 });
    expect((await upload(user, listOf(10))).status).toBe(202);
    clock.now += hours * HOUR_MS;
    let waited = 0;
    for (let from = 100; ; from += 10) {
      await env.DB.prepare("UPDATE ImportJobs SET state = 'cancelled' WHERE user_id = ?1")
        .bind(user.userId)
        .run();
      if ((await upload(user, listOf(10, from))).status === 202) break;
      clock.now += HOUR_MS;
      waited += HOUR_MS;
    }
    expect(waited).toBeLessThanOrEqual(DAY_MS);
  });
});

describe("an alarm that was set before the clock was set back", () => {
  it.each([2, 26])("by %i hours does not delay a migration", async (hours) => {
    const migration = env.KV_MIGRATIONS.getByName(`clock ${hours}`);
    await runInDurableObject(migration, async (object, { storage }) => {
      await storage.setAlarm(Date.now() + hours * HOUR_MS);
      await object.ensureAwake("validation");
      expect(await storage.getAlarm()).toBeLessThanOrEqual(Date.now());
      await storage.deleteAlarm();
    });
  });

  it.each([2, 26])("by %i hours does not delay the deletion of file parts", async (hours) => {
    const uploads = env.ACCOUNT_UPLOADS.getByName(`clock ${hours}`);
    await runInDurableObject(uploads, async (object, { storage }) => {
      await storage.setAlarm(Date.now() + hours * HOUR_MS);
      await object.addPiece("upload", 0, new Uint8Array(1));
      expect(await storage.getAlarm()).toBeLessThanOrEqual(Date.now() + 20 * MINUTE_MS);
      await object.forget();
    });
  });
});
