import { version } from "../../package.json";
import { parseConfig } from "../config.ts";
import { isolateActivity } from "./activity.ts";
import { consoleLog } from "./log.ts";
import { metricsHubOf } from "./metrics/hub-client.ts";
import { reportedMetrics } from "./metrics/reports.ts";
import type { Platform } from "./platform.ts";
import { RUNTIME } from "./runtime.ts";

/** Shared by all environments, because they share the thread. */
const ACTIVITY = isolateActivity(RUNTIME.now);

/**
 * Builds the platform over the bindings of this isolate.
 * @throws Error if a var or secret is invalid; the message states what it must be
 */
export function platformOf(env: Env): Platform {
  const config = parseConfig({ ...env });
  const log = consoleLog();
  const hub = metricsHubOf(env, RUNTIME.now);
  const metrics = reportedMetrics({ ...RUNTIME, log, add: (block) => hub.add(block) });
  return {
    env,
    config,
    version,
    log,
    metrics,
    activity: ACTIVITY,
    ...RUNTIME,
  };
}
