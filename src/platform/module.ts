import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ReadinessCheck } from "../../contract/operations.ts";
import type { App } from "./http/context.ts";
import type { HotRoute } from "./http/hot-routes.ts";
import type { GaugeSample } from "./metrics/prometheus.ts";
import type { QueueName } from "./queues.ts";
import type { ScheduledTask } from "./scheduled.ts";

/** Consumes one batch of a queue. It acknowledges or retries each message separately. */
export type QueueConsumer = (batch: MessageBatch) => Promise<void>;

/** Checks of `GET /health/ready`, by the name under which each is reported. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<ReadinessCheck>>>;

/** Sources of current values for `GET /metrics`, by the name under which a failing one is reported. */
export type Gauges = Readonly<Record<string, () => Promise<GaugeSample[]>>>;

/** Deletes data of deleted users that is not in D1, or stops work on their behalf. Idempotent. */
export type PurgeUsers = (userIds: readonly string[]) => Promise<void>;

/**
 * Everything a module contributes to the Worker. A module's factory reads no data and calls no binding: bindings are used
 * when a request, a message or an alarm arrives. Routes are built on demand, since the isolate of a Durable Object
 * serves none.
 */
export interface Module {
  /** Public routes, and routes that authenticate their caller. */
  routes?(): OpenAPIHono<App>;
  /** Those of `routes` that answer most requests from memory. */
  hotRoutes?: readonly HotRoute[];
  /** Routes under `/admin`, mounted behind the operator's guard. */
  adminRoutes?(): OpenAPIHono<App>;
  tasks?: Readonly<Record<string, ScheduledTask>>;
  consumers?: Readonly<Partial<Record<QueueName, QueueConsumer>>>;
  readiness?: ReadinessChecks;
  gauges?: Gauges;
  purgeUsers?: PurgeUsers;
}
