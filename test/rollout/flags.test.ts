import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { memoryMetrics } from "../../src/platform/metrics/metrics.ts";
import { kvFlags } from "../../src/rollout/storage/flags.ts";
import { deferred, memoryLog } from "../support/fakes.ts";

const brokenKv = {
  get: () => Promise.reject(new Error("KV is unavailable")),
} as unknown as KVNamespace;

function isolate(kv: KVNamespace, defaults: Record<string, boolean> = {}) {
  let now = 1_000_000;
  const work = deferred();
  const log = memoryLog();
  const metrics = memoryMetrics();
  const flags = kvFlags(kv, defaults, { now: () => now, defer: work.defer, log, metrics });
  return { flags, log, metrics, settle: work.settle, wait: (ms: number) => (now += ms) };
}

beforeEach(async () => {
  await env.BOOK_CACHE.delete("feature:enable_d1_reads");
});

describe("flags in KV", () => {
  it("has its default if KV has no state, and is off without a default", async () => {
    const { flags } = isolate(env.BOOK_CACHE, { enable_d1_reads: true });
    expect(await flags.isOn("enable_d1_reads")).toBe(true);
    expect(await flags.isOn("unheard_of")).toBe(false);
  });

  it("has the state in KV, whatever the default", async () => {
    await env.BOOK_CACHE.put("feature:enable_d1_reads", "false");
    const { flags } = isolate(env.BOOK_CACHE, { enable_d1_reads: true });
    expect(await flags.isOn("enable_d1_reads")).toBe(false);
  });

  it("answers from memory for 15 s, then refreshes after a response", async () => {
    const { flags, wait, settle } = isolate(env.BOOK_CACHE, { enable_d1_reads: true });
    expect(await flags.isOn("enable_d1_reads")).toBe(true);
    await env.BOOK_CACHE.put("feature:enable_d1_reads", "false");
    wait(14_999);
    expect(flags.isOn("enable_d1_reads")).toBe(true);
    wait(1);
    expect(flags.isOn("enable_d1_reads")).toBe(true);
    await settle();
    expect(flags.isOn("enable_d1_reads")).toBe(false);
  });

  it("keeps its default when KV is unavailable, and logs that", async () => {
    const { flags, log } = isolate(brokenKv, { enable_d1_reads: true });
    expect(await flags.isOn("enable_d1_reads")).toBe(true);
    expect(log.events).toEqual(["flag_read_failed"]);
  });

  it("keeps its default when the stored state cannot be read", async () => {
    await env.BOOK_CACHE.put("feature:enable_d1_reads", "ture");
    const { flags, log } = isolate(env.BOOK_CACHE, { enable_d1_reads: true });
    expect(await flags.isOn("enable_d1_reads")).toBe(true);
    expect(log.events).toEqual(["flag_unreadable"]);
  });

  it("counts its evaluations by state", async () => {
    await env.BOOK_CACHE.put("feature:enable_d1_reads", '{"percentage":0,"allow":["user"]}');
    const { flags, metrics } = isolate(env.BOOK_CACHE);
    for (const account of ["user", undefined, "another"]) {
      await flags.isOn("enable_d1_reads", account);
    }
    const flag = "enable_d1_reads";
    expect(metrics.take().counters).toEqual([
      { name: "flag_evaluations", labels: { flag, state: "on" }, value: 1 },
      { name: "flag_evaluations", labels: { flag, state: "off" }, value: 2 },
    ]);
  });
});
