import performance from "../../docs/performance.json" with { type: "json" };
import type { Use } from "./meters.ts";

const counted = performance.results.operations.data;

/** A unit that the bench has counted. */
export type Counted = keyof typeof counted;

/** Use of storage, Durable Objects and queues by one unit, as counted in the stored run of `npm run bench`. */
export function measured(name: Counted): Use {
  const one = counted[name];
  return {
    kvReads: rounded(one.kvReads),
    kvWrites: rounded(one.kvWrites),
    d1Read: rounded(one.d1RowsRead),
    d1Written: rounded(one.d1RowsWritten),
    objectRequests: rounded(one.objectCalls),
    // A message is written, read and deleted.
    queueOperations: rounded(3 * one.messages),
  };
}

/** Use by the migration of one key. */
export function measuredKey(): Use {
  const { keys, rounds } = performance.results.migration.data;
  const last = rounds.engine.at(-1);
  if (last === undefined)
    throw new Error("The stored run of the bench does not contain the migration.");
  return {
    // A bulk read is billed as one read per key.
    kvReads: 1,
    d1Read: rounded(last.d1RowsRead / keys),
    d1Written: rounded(last.d1RowsWritten / keys),
  };
}

const rounded = (count: number): number => Number(count.toPrecision(3));
