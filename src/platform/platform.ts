import type { Config } from "../config.ts";
import type { Activity } from "./activity.ts";
import type { Log } from "./log.ts";
import type { ReportedMetrics } from "./metrics/reports.ts";
import type { Runtime } from "./runtime.ts";

/** The foundation of every module. There is one per isolate and environment. */
export interface Platform extends Runtime {
  /** The bindings. Factories pass them on and call none. */
  readonly env: Env;
  readonly config: Config;
  /** The version of the service, as in package.json. */
  readonly version: string;
  readonly log: Log;
  readonly metrics: ReportedMetrics;
  readonly activity: Activity;
}
