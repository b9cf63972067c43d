import { measured, measuredKey } from "./measured.ts";
import { METERS, type Meter, type Use } from "./meters.ts";

/** The base fee of the paid plan, in dollars per month. */
export const BASE_FEE = 5;

const GET: Use = { requests: 1, cpuMs: 1 };

/** Use of each unit. `basis` names the source of the numbers. */
export const UNITS: Readonly<Record<string, { use: Use; basis: string }>> = {
  "lookup, memory": { use: { ...GET, ...measured("lookup, memory") }, basis: "bench" },
  "lookup, KV": { use: { ...GET, ...measured("lookup, KV") }, basis: "bench" },
  "lookup, D1": { use: { ...GET, ...measured("lookup, D1") }, basis: "bench" },
  "lookup, provider": {
    use: {
      ...GET,
      ...measured("lookup, provider"),
      cpuMs: 13,
      objectGbs: 0.3,
      objectWritten: 2,
    },
    basis:
      "bench; CPU time from bench `provider-miss`; Durable Objects: 0.8 s of three of them, an estimate",
  },
  "scan beyond its lookup": {
    use: measured("scan of a book in memory, under a key"),
    basis: "bench",
  },
  "import row, known": {
    use: { ...measured("import row, known"), cpuMs: 0.2, objectGbs: 0.0001 },
    basis: "bench; time is an estimate from 5,000 rows per second",
  },
  "import row, unknown": {
    use: { ...measured("import row, unknown"), cpuMs: 3, objectGbs: 0.02, objectWritten: 2 },
    basis: "bench; time and Durable Object storage are estimates",
  },
  "import, fixed cost": {
    use: { ...measured("import, fixed cost"), requests: 12, cpuMs: 50, queueOperations: 9 },
    basis: "bench; assumption: ten polls, three messages of three operations",
  },
  "stream minute": {
    use: { requests: 0.1, cpuMs: 5, objectRequests: 1, d1Read: 60 },
    basis: "assumption: the Durable Object hibernates between events",
  },
  "migrated key": { use: { ...measuredKey(), cpuMs: 1 }, basis: "bench `migration`" },
  "shelf read": {
    use: { ...GET, ...measured("page of 50 of a shelf"), cpuMs: 3 },
    basis: "bench: a page of 50 of a shelf of 300",
  },
  "a minute of the service": {
    use: {
      ...measured("a minute's scheduled work, with nothing to do"),
      requests: 1,
      cpuMs: 30,
      objectRequests: 40,
      objectGbs: 7.7,
      objectWritten: 60,
    },
    basis:
      "bench for D1; assumption: status of two desks, 5 isolates that report, one Durable Object always active",
  },
};

/** Activity of one user in a month; all numbers are assumptions. */
export const MONTH_OF_A_USER: Readonly<Record<string, number>> = {
  "lookup, memory": 30,
  "lookup, KV": 22,
  "lookup, D1": 6,
  "lookup, provider": 2,
  "scan beyond its lookup": 15,
  "import row, known": 20,
  "import row, unknown": 10,
  "import, fixed cost": 0.1,
  "stream minute": 0.2,
  "shelf read": 60,
};

const MINUTES_A_MONTH = 43_200;

/** Use of each meter by this number of users in a month, including the service's own scheduled work. */
export function monthOf(users: number): Record<Meter, number> {
  const counts = { ...scaled(MONTH_OF_A_USER, users), "a minute of the service": MINUTES_A_MONTH };
  const sum = Object.fromEntries(Object.keys(METERS).map((meter) => [meter, 0])) as Record<
    Meter,
    number
  >;
  for (const [unit, count] of Object.entries(counts)) {
    const use = UNITS[unit]?.use;
    if (use === undefined) throw new Error(`There is no unit "${unit}".`);
    for (const meter of Object.keys(METERS) as Meter[]) sum[meter] += (use[meter] ?? 0) * count;
  }
  return sum;
}

/** Price in dollars. @param isBeyond whether the amount that the plan includes is already used up */
export function dollars(meter: Meter, amount: number, isBeyond = false): number {
  const { perMillion, included } = METERS[meter];
  return (Math.max(0, amount - (isBeyond ? 0 : included)) / 1e6) * perMillion;
}

function scaled(counts: Readonly<Record<string, number>>, by: number): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count * by]));
}
