import type { Book } from "../contract/catalogue.ts";
import type { StandIn } from "../test/tools/stand-in/stand-in.ts";
import type { CatalogueBook } from "../test/tools/stand-in/catalogue-book.ts";
import type { ServiceProcess } from "../test/tools/service.ts";
import type { Catalogue } from "./catalogue.ts";
import type { CountedService } from "./counted-service.ts";
import type { Served } from "./load.ts";
import type { StartCost } from "./start-cost.ts";
import type { Yardstick } from "./yardstick.ts";

/** One measurement. */
export interface Line {
  readonly what: string;
  readonly measured: string;
  /** The baseline, measured in the same run. */
  readonly baseline?: string;
  /** Measurement divided by baseline. */
  readonly ratio?: number;
  /** The target, if there is one. */
  readonly figure?: string;
  readonly met?: boolean;
  /**
   * Factor by which the measurement is better than the target; below 1 the target is missed. Absent
   * for exact targets.
   */
  readonly headroom?: number;
}

/** Result of a case: lines for people, and the underlying numbers for the JSON file. */
export interface CaseResult {
  readonly lines: readonly Line[];
  readonly data: Readonly<Record<string, unknown>>;
}

/** Services and data that a case can start. All of them are stopped after the case. */
export interface BenchWorld {
  /** The file of `--titles`. */
  readonly titles: string | undefined;
  /** Starts simulated providers that have these books. */
  standIn(books: readonly CatalogueBook[]): Promise<StandIn>;
  /** Fills a D1 database. Services and yardsticks get copies of it. */
  catalogue(books: readonly Book[]): Promise<Catalogue>;
  /** Starts the service as `npm start` does, on an empty state or with a catalogue in D1. */
  service(env: Readonly<Record<string, string>>, catalogue?: Catalogue): Promise<ServiceProcess>;
  /** Kills a service immediately, like a power cut, and restarts it on the same state. */
  killedAndStarted(
    service: ServiceProcess,
    env: Readonly<Record<string, string>>,
  ): Promise<ServiceProcess>;
  /** The cost of `npm start`: the first in a fresh checkout on an empty state, and a later one. */
  starts(): Promise<[first: StartCost, later: StartCost]>;
  /** CPU seconds of a build of the bundle alone. */
  buildCpu(): Promise<number>;
  /** Starts the service with counters around its D1 and KV operations. */
  countedService(
    env: Readonly<Record<string, string>>,
    catalogue: Catalogue,
  ): Promise<CountedService>;
  /** Serves a Worker of bench/workers on a direct socket, as `npm start` serves the service. */
  yardstick(
    worker: Yardstick,
    vars: Readonly<Record<string, unknown>>,
    catalogue?: Catalogue,
  ): Promise<Served>;
}

/** One file of bench/cases. */
export interface BenchCase {
  readonly name: string;
  readonly title: string;
  /** Explains the measurement, the method and the baseline: a paragraph of Markdown. */
  readonly about: string;
  /** The known reasons why the target is missed; shown only while it is missed. */
  readonly shortfall?: string;
  run(world: BenchWorld): Promise<CaseResult>;
}
