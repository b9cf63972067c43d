import { setTimeout as pause } from "node:timers/promises";
import { ATTACKS, type Attack, type Statuses, type Target } from "../attack/attacks.ts";
import { servedOthers, type Other } from "../attack/others.ts";
import { ADDRESS_HEADER, attackedService, OTHERS, OTHERS_BOOKS } from "../attack/service.ts";
import type { BenchCase, Line } from "../case.ts";
import { atMost } from "../figure.ts";
import { ms } from "../format.ts";
import { percentile } from "../statistics.ts";

const ATTACKERS = 10;
/** Duration of each measurement, quiet and under attack. */
const MEASURED_MS = 15_000;
/** Pause between an attack and the next quiet measurement, in which its remaining work can end. */
const CALM_MS = 20_000;
/** Under attack, the p95 of others may be this many times the quiet one. */
const MOST = 2;

/** Result of one attack. */
interface Measured {
  readonly name: string;
  readonly quiet: number;
  readonly attacked: number;
  readonly failures: readonly string[];
  readonly statuses: Statuses;
}

export const attack: BenchCase = {
  name: "attack",
  title: "Others, while some attack",
  about: `${OTHERS} users with ${OTHERS_BOOKS} books read their shelves, look up books and edit, four requests a second each, on the default
limits. Each attack is measured for ${MEASURED_MS / 1000} s, as its own user and from its own addresses, right after ${MEASURED_MS / 1000} s without one: the p95 of the
others, from the request to the last byte of the response. The accounts of the attackers are older than a day, and the attack runs on the same
machine.`,
  async run(world) {
    const target = await attackedService(world, ATTACKERS);
    const measured: Measured[] = [];
    await servedOthers(target.url, { ...target, ms: MEASURED_MS / 3 });
    for (const [name, run] of Object.entries(ATTACKS)) {
      const { durations: quiet } = await servedOthers(target.url, { ...target, ms: MEASURED_MS });
      measured.push(await underAttack(target, name, run, percentile(quiet, 95)));
      await pause(CALM_MS);
    }
    return { lines: measured.map(lineOf), data: { measured } };
  },
};

async function underAttack(
  target: Target & { readonly others: readonly Other[] },
  name: string,
  run: Attack,
  quiet: number,
): Promise<Measured> {
  const statuses: Statuses = {};
  const end = new AbortController();
  const attacking = run(target, end.signal, statuses);
  const { durations, failures } = await servedOthers(target.url, {
    others: target.others,
    addressHeader: ADDRESS_HEADER,
    ms: MEASURED_MS,
  });
  end.abort();
  await attacking;
  return { name, quiet, attacked: percentile(durations, 95), failures, statuses };
}

function lineOf({ name, quiet, attacked, failures }: Measured): Line {
  if (failures.length > 0)
    throw new Error(`${name}: requests of other users failed: ${failures.join("; ")}`);
  const ratio = attacked / quiet;
  return {
    what: name,
    measured: ms(attacked),
    baseline: ms(quiet),
    ratio,
    ...atMost(ratio, MOST, `${MOST} times`),
  };
}
