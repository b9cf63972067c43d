/** What Cloudflare counts. Times in GB-s and ms, storage in GB. */
export const METERS = {
  requests: { name: "Worker requests", perMillion: 0.3, included: 10e6 },
  cpuMs: { name: "Worker CPU, ms", perMillion: 0.02, included: 30e6 },
  kvReads: { name: "KV reads", perMillion: 0.5, included: 10e6 },
  kvWrites: { name: "KV writes", perMillion: 5, included: 1e6 },
  d1Read: { name: "D1 rows read", perMillion: 0.001, included: 25e9 },
  d1Written: { name: "D1 rows written", perMillion: 1, included: 50e6 },
  objectRequests: { name: "Durable Object requests", perMillion: 0.15, included: 1e6 },
  objectGbs: { name: "Durable Object GB-s", perMillion: 12.5, included: 400e3 },
  objectWritten: { name: "Durable Object rows written", perMillion: 1, included: 50e6 },
  queueOperations: { name: "Queue operations", perMillion: 0.4, included: 1e6 },
} as const;

export type Meter = keyof typeof METERS;
/** How much of each meter one thing takes; what is absent is none. */
export type Use = Partial<Record<Meter, number>>;

/** The base fee of the paid plan, in dollars a month. */
export const BASE_FEE = 5;

const GET: Use = { requests: 1, cpuMs: 1 };
/** A book in D1: its row, five indexes, the two tables of the search, and their change. */
const BOOK_WRITTEN = 12;

/** What each thing takes. `basis` says where the numbers are from. */
export const UNITS: Readonly<Record<string, { use: Use; basis: string }>> = {
  "lookup, memory": { use: GET, basis: "code: nothing is asked" },
  "lookup, KV": { use: { ...GET, kvReads: 1 }, basis: "code: one read" },
  "lookup, D1": {
    use: { ...GET, kvReads: 1, kvWrites: 1, d1Read: 1 },
    basis: "bench `d1-hit`: one statement and one write; the read before it from the code",
  },
  "lookup, provider": {
    use: {
      ...GET,
      cpuMs: 5,
      kvReads: 1,
      kvWrites: 1,
      d1Read: 3,
      d1Written: BOOK_WRITTEN,
      objectRequests: 4,
      objectGbs: 0.3,
      objectWritten: 2,
    },
    basis: "code: flight, two desks, limiter; 0.8 s of three objects; rows are an estimate",
  },
  "scan beyond its lookup": {
    use: { d1Read: 2, d1Written: 4 },
    basis: "code: the key is claimed and its answer kept, with an index each",
  },
  "import row": {
    use: { cpuMs: 0.5, d1Read: 10, d1Written: 20, objectGbs: 0.0001 },
    basis:
      "rows are an estimate (row, its steps, the shelf and its indexes); bench: 0.97 statements per 100",
  },
  "import, by itself": {
    use: {
      requests: 12,
      cpuMs: 50,
      d1Read: 200,
      d1Written: 50,
      objectRequests: 30,
      queueOperations: 9,
    },
    basis: "assumption: upload, ten polls, three messages of three operations",
  },
  "stream minute": {
    use: { requests: 0.1, cpuMs: 5, objectRequests: 1, d1Read: 60 },
    basis: "assumption: the object sleeps between events",
  },
  "migrated key": {
    use: { kvReads: 1, d1Read: 3, d1Written: BOOK_WRITTEN, cpuMs: 1 },
    basis:
      "bench `migration`: 1,000 keys take 10 bulk reads and 10 batches; a key is counted as one read",
  },
  "shelf read": {
    use: { ...GET, cpuMs: 3, d1Read: 120 },
    basis: "assumption: a page of 50 with readings and tags",
  },
  "a minute of the service": {
    use: {
      requests: 1,
      cpuMs: 30,
      d1Read: 500,
      objectRequests: 40,
      objectGbs: 7.7,
      objectWritten: 60,
      queueOperations: 0,
    },
    basis:
      "assumption: 13 tasks, two desks' status, 5 isolates that report, one object always awake",
  },
};

/** What one user does in a month: assumptions, all of them. */
export const MONTH_OF_A_USER: Readonly<Record<string, number>> = {
  "lookup, memory": 30,
  "lookup, KV": 22,
  "lookup, D1": 6,
  "lookup, provider": 2,
  "scan beyond its lookup": 15,
  "import row": 30,
  "import, by itself": 0.1,
  "stream minute": 0.2,
  "shelf read": 60,
};

const MINUTES_A_MONTH = 43_200;

/** What some users take in a month, the service's own minutes included. */
export function monthOf(users: number): Record<Meter, number> {
  const counts = { ...scaled(MONTH_OF_A_USER, users), "a minute of the service": MINUTES_A_MONTH };
  const sum = Object.fromEntries(Object.keys(METERS).map((meter) => [meter, 0])) as Record<
    Meter,
    number
  >;
  for (const [unit, count] of Object.entries(counts)) {
    const use = UNITS[unit]?.use;
    if (use === undefined) throw new Error(`No such unit: ${unit}`);
    for (const meter of Object.keys(METERS) as Meter[]) sum[meter] += (use[meter] ?? 0) * count;
  }
  return sum;
}

/** Dollars for some of a meter. @param isBeyond whether what the plan includes is used up already */
export function dollars(meter: Meter, amount: number, isBeyond = false): number {
  const { perMillion, included } = METERS[meter];
  return (Math.max(0, amount - (isBeyond ? 0 : included)) / 1e6) * perMillion;
}

function scaled(counts: Readonly<Record<string, number>>, by: number): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count * by]));
}
