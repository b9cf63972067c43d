import { DurableObject } from "cloudflare:workers";
import { addBlocks, takeSome, type Labels, type MetricsBlock } from "./metrics.ts";

const SUMS = "sums";
const UNWRITTEN = "unwritten";
/** Analytics Engine takes 25 points from one invocation for certain; what is over is written with the next block. */
const POINTS_A_CALL = 25;

const EMPTY: MetricsBlock = { counters: [], histograms: [] };

/** Takes one point: index and blob1 are the name, blob2 the labels as JSON; double1 how many, double2 their sum. */
export type WritePoint = (point: { indexes: string[]; blobs: string[]; doubles: number[] }) => void;

/** Where the counts of all isolates are added up: one object, which gets a block from each isolate every 10 s. */
export function metricsHub(connect: (env: Env) => WritePoint) {
  return class MetricsHub extends DurableObject<Env> {
    #sums = this.ctx.storage.kv.get<MetricsBlock>(SUMS) ?? EMPTY;
    #unwritten = this.ctx.storage.kv.get<MetricsBlock>(UNWRITTEN) ?? EMPTY;

    /** Adds what an isolate has counted, durably, and writes it to Analytics Engine. */
    add(block: MetricsBlock): void {
      this.#sums = addBlocks(this.#sums, block);
      const { taken, left } = takeSome(addBlocks(this.#unwritten, block), POINTS_A_CALL);
      this.#unwritten = left;
      this.ctx.storage.kv.put(SUMS, this.#sums);
      this.ctx.storage.kv.put(UNWRITTEN, this.#unwritten);
      const write = connect(this.env);
      const point = (name: string, labels: Labels, ...doubles: number[]): void =>
        write({ indexes: [name], blobs: [name, JSON.stringify(labels)], doubles });
      for (const { name, labels, value } of taken.counters) point(name, labels, value);
      for (const { name, labels, count, sum } of taken.histograms) point(name, labels, count, sum);
    }

    /** The counts of all isolates since the first deployment. */
    read(): MetricsBlock {
      return this.#sums;
    }
  };
}
