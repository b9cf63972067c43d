import { announcedDb } from "../platform/change-notices.ts";
import { sha256 } from "../platform/crypto.ts";
import { d1Errors } from "../platform/d1/database.ts";
import { meteredDatabase } from "../platform/d1/metered.ts";
import { metricsHubOf } from "../platform/metrics/hub-client.ts";
import type { CounterLabels } from "../platform/metrics/metrics.ts";
import type { Module } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import { DAY_MS, SECOND_MS } from "../platform/time.ts";
import { budgetCounts, budgetRatios, isSpent } from "./domain/budget.ts";
import { firstOver, type Charge, type Use } from "./domain/charge.ts";
import { networksOf } from "./domain/networks.ts";
import {
  dayOf,
  isYoung,
  limitOf,
  quotasOf,
  resetOf,
  type QuotaName,
  type Quotas,
} from "./domain/policy.ts";
import { refusalOf, type Refusal } from "./domain/refusal.ts";
import { uploadMeter, type UploadMeter } from "./domain/upload-meter.ts";
import { workCharges, type WorkDue } from "./domain/work-charges.ts";
import { countedToday, usageOf, type Usage } from "./domain/usage.ts";
import { readCreatedAt, readUploadSource } from "./storage/files.ts";
import { giveBackUses, takeUses } from "./storage/questions.ts";
import { standingStatement, type Standing } from "./storage/standing.ts";
import { sweepQuotaUses } from "./storage/sweeps.ts";
import { readUses, usesStatement } from "./storage/uses.ts";

export { keepFileSql } from "./storage/files.ts";
export { entriesSql, progressSql, runningSql, tokensSql, waitingSql } from "./storage/standing.ts";
export { chargeSql, fitsSql, giveBackSql, usesStatement } from "./storage/uses.ts";

/** How long an isolate caches what it has read from the metrics hub. */
const WRITTEN_SHARED_MS = 20 * SECOND_MS;
/** Maximum number of rows of each table that one run of the sweep deletes; the next run follows a minute later. */
const SWEEP_BATCH_SIZE = 1000;

/** Sources of rows that count towards the budget of the service. */
export type RowSource = CounterLabels["rows_written"]["source"];

/** Interface of the module for the modules above it. */
export interface QuotasModule extends Module {
  /** The limits of this deployment. */
  quotas: Quotas;
  /** The database for work that counts towards the budget of written rows. Retention, deletion and migration use another. */
  countedDb(source: RowSource): D1Database;
  /**
   * The hashed network of a caller for the shares of the budget; undefined when the address is unknown.
   * @param addressKey the rate-limit key of the caller's address
   */
  networkOf(addressKey: string): Promise<string | undefined>;
  /** The charges of a new account. @param addressKey the rate-limit key of the caller's address */
  accountCharges(addressKey: string): Promise<Charge[]>;
  /**
   * Opens the meter of an upload, or returns the refusal if the budget of the service is spent.
   * @throws DomainError DATABASE_UNAVAILABLE
   */
  openMeter(
    upload: { userId: string; network: string | undefined; isPreview: boolean },
    opening: string,
  ): Promise<{ kind: "open"; meter: UploadMeter } | { kind: "refused"; refusal: Refusal }>;
  /**
   * The charges for work on rows that were uploaded before, or why the work is refused now. The
   * batch of the work counts them, provided that they still fit.
   * @throws DomainError DATABASE_UNAVAILABLE
   */
  chargesOf(
    owner: { userId: string; network: string | undefined },
    due: WorkDue,
  ): Promise<
    { kind: "charges"; charges: readonly Charge[] } | { kind: "refused"; refusal: Refusal }
  >;
  /**
   * Counts one use of an account's daily quota.
   * @returns a function that undoes the count, or the time until the quota resets
   */
  takeOne(
    userId: string,
    quota: QuotaName,
  ): Promise<{ giveBack(): Promise<void> } | { waitMs: number }>;
  /**
   * Counts uses of an account's daily quota, all or none.
   * @returns a function that gives unneeded uses back, or the refusal
   * @throws DomainError DATABASE_UNAVAILABLE
   */
  take(
    userId: string,
    quota: QuotaName,
    amount: number,
  ): Promise<
    | { kind: "taken"; giveBack(unused: number): Promise<void> }
    | { kind: "refused"; refusal: Refusal }
  >;
  /** The usage of an account's quotas. @throws DomainError DATABASE_UNAVAILABLE */
  readUsage(userId: string): Promise<Usage[]>;
  /** Counts a refusal. */
  refused(refusal: Refusal): void;
}

/**
 * What an account, a network and the whole service may use: daily counts in D1, and limits on what
 * may exist.
 */
export function quotasModule(platform: Platform): QuotasModule {
  const { env, config, log, metrics, now } = platform;
  const quotas = quotasOf(config.QUOTAS);
  const { read, write } = d1Errors(log);
  const announced = announcedDb(platform);
  const hashed = networkHash(platform);
  const writtenRows = sharedWrittenRows(platform);
  return {
    quotas,
    countedDb: (source) => {
      const series = metrics.counter("rows_written", { source });
      return meteredDatabase(announced, (rows) => {
        series.value += rows;
        metrics.counted();
      });
    },
    networkOf: (addressKey) => hashed(networksOf(addressKey).at(-1)?.name),
    async accountCharges(addressKey) {
      const charges = networksOf(addressKey).map(async ({ name, quota }) => {
        const subject = await hashed(name);
        const limit = limitOf(quotas[quota]);
        if (subject === undefined || limit === undefined) return [];
        return [{ subject, quota, day: dayOf(now()), amount: 1, limit }];
      });
      return (await Promise.all(charges)).flat();
    },
    async openMeter({ userId, network, isPreview }, opening) {
      const at = now();
      const day = dayOf(at);
      const [written, source] = await Promise.all([
        quotas.serviceRows === 0 ? undefined : writtenRows(),
        read(readUploadSource(env.DB, { userId, day, opening })),
      ]);
      if (written !== undefined && isSpent(quotas, written, at)) {
        return { kind: "refused", refusal: importsAreSpent(day) };
      }
      const origin = { network, isYoung: isYoung(source.createdAt, at) };
      return { kind: "open", meter: uploadMeter(quotas, { ...source, userId, origin, isPreview }) };
    },
    async chargesOf({ userId, network }, due) {
      const at = now();
      const [written, createdAt] = await Promise.all([
        quotas.serviceRows === 0 ? undefined : writtenRows(),
        read(readCreatedAt(env.DB, userId)),
      ]);
      if (written !== undefined && isSpent(quotas, written, at)) {
        return { kind: "refused", refusal: importsAreSpent(dayOf(at)) };
      }
      const charges = workCharges(quotas, { userId, createdAt, network }, due, at);
      if (charges.length === 0) return { kind: "charges", charges };
      const over = firstOver(charges, await read(readUses(env.DB, charges)));
      return over ? { kind: "refused", refusal: refusalOf(over) } : { kind: "charges", charges };
    },
    async takeOne(userId, quota) {
      const limit = limitOf(quotas[quota]);
      if (limit === undefined) return { giveBack: async () => undefined };
      const at = now();
      const count = { userId, quota, day: dayOf(at) };
      return (await takeUses(env.DB, count, { amount: 1, limit }))
        ? { giveBack: () => giveBackUses(env.DB, count, 1) }
        : { waitMs: resetOf(count.day) - at };
    },
    async take(userId, quota, amount) {
      const limit = limitOf(quotas[quota]);
      if (limit === undefined || amount === 0) return FREE;
      const day = dayOf(now());
      const count = { userId, quota, day };
      const taken = {
        kind: "taken" as const,
        giveBack: (unused: number) => write(giveBackUses(env.DB, count, unused)),
      };
      if (await write(takeUses(env.DB, count, { amount, limit }))) return taken;
      const charge = { subject: userId, quota, day, amount, limit };
      const over = firstOver([charge], await read(readUses(env.DB, [charge])));
      // Nothing was counted because the user was deleted, or because room was made meanwhile. The
      // next step decides.
      return over ? { kind: "refused", refusal: refusalOf(over) } : FREE;
    },
    async readUsage(userId) {
      const at = now();
      const [standing, uses] = await read(
        env.DB.batch<Standing & Use>([
          standingStatement(env.DB, userId, at),
          usesStatement(env.DB, countedToday(userId, at)),
        ]),
      );
      const [found] = standing?.results ?? [];
      if (found === undefined) throw new TypeError("The usage query must return a row");
      const createdAt = found.createdAt ?? 0;
      const account = { userId, createdAt, uses: uses?.results ?? [], standing: found };
      return usageOf(quotas, account, at);
    },
    refused: (refusal) =>
      metrics.count("quota_refusals", {
        quota: refusal.kind === "budget" ? "service" : refusal.quota,
      }),
    tasks: {
      sweep_quota_uses: () => sweepQuotaUses(env.DB, dayOf(now()), SWEEP_BATCH_SIZE),
    },
    gauges: {
      async service_budget() {
        if (quotas.serviceRows === 0) return [];
        const at = now();
        const [written, uses] = await Promise.all([
          metricsHubOf(env, now).writtenRows(),
          readUses(env.DB, budgetCounts(at)),
        ]);
        return budgetRatios(quotas, written, uses, at).map(({ share, ratio }) => ({
          name: "service_budget_used_ratio" as const,
          labels: { share },
          value: ratio,
        }));
      },
    },
  };
}

/** The result for a quota that is not counted. */
const FREE = { kind: "taken", giveBack: async () => undefined } as const;

const importsAreSpent = (day: number): Refusal => ({
  kind: "budget",
  share: "imports",
  resetsAt: resetOf(day),
});

/**
 * Hashes the name of a network with the salt of the day, so that no address is stored. Undefined if
 * the salt is unavailable.
 */
function networkHash({ env, log, now }: Platform) {
  let today: { day: number; salt: string } | undefined;
  return async (name: string | undefined): Promise<string | undefined> => {
    if (name === undefined) return undefined;
    const day = dayOf(now());
    try {
      if (today?.day !== day) {
        const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
        today = { day, salt: await env.DAILY_SALTS.getByName(date).read() };
      }
      return await sha256(`${today.salt}:${name}`);
    } catch (error) {
      log.error("network_not_hashed", { error });
      return undefined;
    }
  };
}

/** The rows that the service has written today, read from the hub at most every 20 s. Undefined when the hub fails. */
function sharedWrittenRows({ env, log, metrics, now }: Platform) {
  let shared: { at: number; rows: Awaited<ReturnType<typeof fetchRows>> } | undefined;
  const hub = metricsHubOf(env, now);
  const fetchRows = async () => {
    try {
      await metrics.report();
      return await hub.writtenRows();
    } catch (error) {
      log.error("budget_unknown", { error });
      return undefined;
    }
  };
  return async () => {
    const at = now();
    if (shared === undefined || Math.abs(at - shared.at) >= WRITTEN_SHARED_MS) {
      shared = { at, rows: await fetchRows() };
    }
    return shared.rows;
  };
}
