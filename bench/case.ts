import type { StandIn } from "../test/tools/stand-in/stand-in.ts";
import type { ServiceProcess } from "../test/tools/service.ts";
import type { Served } from "./load.ts";

/** One measured thing. */
export interface Line {
  readonly what: string;
  readonly value: string;
  /** The figure it is held against, if there is one. */
  readonly figure?: string;
  readonly met?: boolean;
}

/** What a case gives: lines for people, and the numbers behind them for the JSON file. */
export interface CaseResult {
  readonly lines: readonly Line[];
  readonly data: Readonly<Record<string, unknown>>;
}

/** What cases can use; all of it is ended after the case. */
export interface BenchWorld {
  /** Starts a stand-in for the providers with so many made-up books. */
  standIn(books: number): Promise<StandIn>;
  /** Starts the service on an empty state, as `npm start` does. */
  service(env: Readonly<Record<string, string>>): Promise<ServiceProcess>;
  /** Serves a Worker of bench/workers on a direct socket, as `npm start` serves the service. */
  yardstick(worker: "bare" | "bare-hono", env: Readonly<Record<string, unknown>>): Promise<Served>;
}

/** One file of bench/cases. */
export interface BenchCase {
  readonly name: string;
  readonly title: string;
  run(world: BenchWorld): Promise<CaseResult>;
}
