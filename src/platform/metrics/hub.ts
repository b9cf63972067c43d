import { DurableObject } from "cloudflare:workers";
import { addBlocks, takeSome, type Labels, type MetricsBlock } from "./metrics.ts";
import {
  addWrittenRows,
  writtenRowsOf,
  type WrittenDays,
  type WrittenRows,
} from "./written-rows.ts";

const SUMS = "sums";
const WRITTEN = "written";
const UNWRITTEN = "unwritten";
/** Analytics Engine guarantees 25 points per invocation. Points beyond that are written with the next block. */
const MAX_POINTS_PER_CALL = 25;

const EMPTY: MetricsBlock = { counters: [], histograms: [] };

/** Writes one point. index1 and blob1 are the name, blob2 the labels as JSON, double1 the count, double2 the sum. */
export type WritePoint = (point: { indexes: string[]; blobs: string[]; doubles: number[] }) => void;

/** The Durable Object that sums the counts of all isolates. Each isolate sends it a block every 10 s. */
export function metricsHub(connect: (env: Env) => WritePoint) {
  return class MetricsHub extends DurableObject<Env> {
    #sums = this.ctx.storage.kv.get<MetricsBlock>(SUMS) ?? EMPTY;
    #unwritten = this.ctx.storage.kv.get<MetricsBlock>(UNWRITTEN) ?? EMPTY;
    #written = this.ctx.storage.kv.get<WrittenDays>(WRITTEN) ?? {};

    /**
     * Adds the counts of one isolate to the stored sums and writes them to Analytics Engine.
     * @param day the UTC day of the isolate's clock, in days since the epoch
     */
    add(block: MetricsBlock, day: number): void {
      this.#sums = addBlocks(this.#sums, block);
      const written = addWrittenRows(this.#written, block, day);
      if (written !== this.#written) {
        this.#written = written;
        this.ctx.storage.kv.put(WRITTEN, written);
      }
      const { taken, left } = takeSome(addBlocks(this.#unwritten, block), MAX_POINTS_PER_CALL);
      this.#unwritten = left;
      this.ctx.storage.kv.put(SUMS, this.#sums);
      this.ctx.storage.kv.put(UNWRITTEN, this.#unwritten);
      const write = connect(this.env);
      const point = (name: string, labels: Labels, ...doubles: number[]): void =>
        write({ indexes: [name], blobs: [name, JSON.stringify(labels)], doubles });
      for (const { name, labels, value } of taken.counters) point(name, labels, value);
      for (const { name, labels, count, sum } of taken.histograms) point(name, labels, count, sum);
    }

    /** Returns the rows that all isolates have written to D1 on a UTC day. */
    writtenRows(day: number): WrittenRows {
      return writtenRowsOf(this.#written, day);
    }

    /** Returns the counts of all isolates since the first deployment. */
    read(): MetricsBlock {
      return this.#sums;
    }
  };
}
