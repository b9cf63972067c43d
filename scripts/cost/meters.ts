/** Quantities that Cloudflare bills; times in GB-s and ms, storage in GB. `perMillion` is in dollars, `included` is per month. */
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

/** Amount of each meter that one unit uses; an absent meter is 0. */
export type Use = Partial<Record<Meter, number>>;
