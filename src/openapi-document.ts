import packageJson from "../package.json" with { type: "json" };
import { createService } from "./app.ts";
import { parseConfig } from "./config.ts";
import { describedBy } from "./platform/http/openapi.ts";
import { jsonLog } from "./platform/log.ts";
import { memoryMetrics } from "./platform/metrics/metrics.ts";

const unused = (): never => {
  throw new Error("The document needs the routes, not what they do.");
};

/** Bindings that fail when something uses one. */
const UNUSED_BINDINGS = new Proxy({} as Env, {
  get: () => new Proxy({}, { get: unused }),
});

/** The OpenAPI 3.1 document of every route. */
export function openapiDocument(): object {
  const app = createService({
    env: UNUSED_BINDINGS,
    config: parseConfig({ ENVIRONMENT: "local" }),
    version: packageJson.version,
    log: jsonLog(unused),
    metrics: { ...memoryMetrics(() => undefined), report: unused },
    now: () => 0,
    random: unused,
    newId: unused,
    sleep: unused,
    setTimer: unused,
    defer: unused,
  }).app();
  return describedBy(app, packageJson.version)();
}
