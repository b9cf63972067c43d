import { setTimeout as pause } from "node:timers/promises";
import { watchLocalD1 } from "../../test/tools/local-d1.ts";
import { IMPORTS, SHARES } from "../../src/quotas/domain/budget.ts";
import { DEFAULT_QUOTAS } from "../../src/quotas/domain/policy.ts";
import { send, type Statuses, type Target } from "../attack/attacks.ts";
import { servedOthers } from "../attack/others.ts";
import { attackedService } from "../attack/service.ts";
import type { BenchCase } from "../case.ts";
import { atMost, under } from "../figure.ts";
import { ms } from "../format.ts";
import { percentile } from "../statistics.ts";

const ACCOUNTS = 100;
const ROWS = 10_000;
const QUIET_MS = 15_000;
const FLOOD_MS = Number(process.env["FLOOD_MS"] ?? 300_000);
/** During the flood, the p95 of others may be this many times the quiet one. */
const MOST = 2;
const SHARE = DEFAULT_QUOTAS.serviceRows * SHARES.imports;

export const flood: BenchCase = {
  name: "flood",
  title: `A flood of ${(ACCOUNTS * ROWS).toLocaleString("en")} rows by ${ACCOUNTS} accounts`,
  about: `Each account is older than a day, has its own address, and uploads one file of ${ROWS.toLocaleString("en")} books at the same time as all others, on
the default quotas. What is refused for a moment is sent again. Meanwhile others use the service as in the case \`attack\`, for ${FLOOD_MS / 1000} s;
\`FLOOD_MS\` sets another time.`,
  async run(world) {
    const target = await attackedService(world, ACCOUNTS);
    const serve = (duration: number) => servedOthers(target.url, { ...target, ms: duration });
    await serve(QUIET_MS / 3);
    const quiet = percentile((await serve(QUIET_MS)).durations, 95);
    const statuses: Statuses = {};
    const end = new AbortController();
    const flooding = uploadAll(target, end.signal, statuses);
    const { durations, failures } = await serve(FLOOD_MS);
    end.abort();
    await flooding;
    const attacked = percentile(durations, 95);
    const { charged, ...stored } = storedBy(target.stateDir);
    return {
      lines: [
        {
          what: "p95 of others",
          measured: ms(attacked),
          baseline: ms(quiet),
          ratio: attacked / quiet,
          ...atMost(attacked / quiet, MOST, `${MOST} times`),
        },
        {
          what: "requests of others that failed",
          measured: `${failures.length} of ${durations.length}`,
          ...under(failures.length, 1, "1"),
        },
        {
          what: "rows written that imports are charged",
          measured: charged.toLocaleString("en"),
          ...atMost(charged, SHARE, `${SHARE.toLocaleString("en")}, half of the budget`),
        },
      ],
      data: { quiet, attacked, failures, statuses, charged, ...stored },
    };
  },
};

/**
 * Lets each attacker upload one file repeatedly until it is accepted or the daily quota is used up.
 */
async function uploadAll(target: Target, signal: AbortSignal, statuses: Statuses): Promise<void> {
  const body = target.file(ROWS);
  await Promise.all(
    target.attackers.map(async ({ token, address }) => {
      const headers = {
        Authorization: `Bearer ${token}`,
        "Content-Type": "text/csv",
        [target.addressHeader]: address,
      };
      const init = { method: "POST", headers, body, signal };
      while (!signal.aborted) {
        try {
          const { status, text } = await send(target, "/api/v2/imports", statuses, init);
          if (status === 202 || /QUOTA_EXCEEDED|SERVICE_BUDGET/.test(text)) return;
          await pause(1000);
        } catch {
          // The request timed out, or the measurement has ended.
          statuses["no response"] = (statuses["no response"] ?? 0) + 1;
        }
      }
    }),
  );
}

const CHARGED =
  "SELECT coalesce(sum(used), 0) AS n FROM QuotaUses WHERE subject = ? AND quota = 'serviceRows'";
const ENTRIES = "SELECT count(*) AS n FROM UserLibrary WHERE user_id GLOB 'attacker-*'";
const BYTES = "SELECT page_count * page_size AS n FROM pragma_page_count, pragma_page_size";

/** Usage charged for the imports, and the size of the database after the flood. */
function storedBy(stateDir: string): Record<"charged" | "entries" | "databaseBytes", number> {
  const database = watchLocalD1(stateDir);
  try {
    const count = (sql: string, ...values: string[]): number =>
      Number(database.prepare(sql).get(...values)?.["n"]);
    return {
      charged: count(CHARGED, IMPORTS),
      entries: count(ENTRIES),
      databaseBytes: count(BYTES),
    };
  } finally {
    database.close();
  }
}
