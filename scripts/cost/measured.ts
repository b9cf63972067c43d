import performance from "../../docs/performance.json" with { type: "json" };
import type { Use } from "./meters.ts";

const counted = performance.results.operations.data;

/** What the bench has counted. */
export type Counted = keyof typeof counted;

/** What one thing takes of storage, objects and queues, as `npm run bench` has counted it last. */
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

/** What moving one key takes. */
export function measuredKey(): Use {
  const { keys, rounds } = performance.results.migration.data;
  const last = rounds.engine.at(-1);
  if (last === undefined) throw new Error("The kept run has no migration in it.");
  return {
    // A bulk read is billed as one read a key.
    kvReads: 1,
    d1Read: rounded(last.d1RowsRead / keys),
    d1Written: rounded(last.d1RowsWritten / keys),
  };
}

const rounded = (count: number): number => Number(count.toPrecision(3));
