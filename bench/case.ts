import type { Book } from "../contract/catalogue.ts";
import type { StandIn } from "../test/tools/stand-in/stand-in.ts";
import type { CatalogueBook } from "../test/tools/stand-in/catalogue-book.ts";
import type { ServiceProcess } from "../test/tools/service.ts";
import type { Catalogue } from "./catalogue.ts";
import type { CountedService } from "./counted-service.ts";
import type { Served } from "./load.ts";
import type { StartCost } from "./start-cost.ts";
import type { Yardstick } from "./yardstick.ts";

/** One measured thing. */
export interface Line {
  readonly what: string;
  readonly measured: string;
  /** What the same run measured of what it is compared with. */
  readonly baseline?: string;
  /** Measured to baseline. */
  readonly ratio?: number;
  /** The figure it is held against, if there is one. */
  readonly figure?: string;
  readonly met?: boolean;
  /** How many times better than the figure; below 1 it falls short. Absent where nothing but the exact number will do. */
  readonly headroom?: number;
}

/** What a case gives: lines for people, and the numbers behind them for the JSON file. */
export interface CaseResult {
  readonly lines: readonly Line[];
  readonly data: Readonly<Record<string, unknown>>;
}

/** What cases can use; all of it is ended after the case. */
export interface BenchWorld {
  /** Starts a stand-in for the providers that knows these books. */
  standIn(books: readonly CatalogueBook[]): Promise<StandIn>;
  /** Fills a D1 database, of which services and yardsticks get copies. */
  catalogue(books: readonly Book[]): Promise<Catalogue>;
  /** Starts the service as `npm start` does: on an empty state, or one whose D1 holds a catalogue. */
  service(env: Readonly<Record<string, string>>, catalogue?: Catalogue): Promise<ServiceProcess>;
  /** Kills a service at once, as a power cut would, and starts it again on what that left. */
  killedAndStarted(
    service: ServiceProcess,
    env: Readonly<Record<string, string>>,
  ): Promise<ServiceProcess>;
  /** What `npm start` costs: the first in a fresh checkout on an empty state, and the next. */
  starts(): Promise<[first: StartCost, later: StartCost]>;
  /** CPU seconds of a build of the bundle by itself. */
  buildCpu(): Promise<number>;
  /** Serves the service with its D1 and KV operations counted. */
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
  /** What is measured, how, and against what: a paragraph of Markdown. */
  readonly about: string;
  /** What is known of why it falls short, for as long as it does. */
  readonly shortfall?: string;
  run(world: BenchWorld): Promise<CaseResult>;
}
