/**
 * The service with counters around D1, KV, Durable Objects and queues, during requests and in background work.
 * `GET /__counts` returns the counts and resets them; `POST /__scheduled` runs the scheduled tasks once.
 */
import { bookFlight } from "../../../src/catalogue/objects/book-flight.ts";
import { importJob } from "../../../src/imports/objects/job.ts";
import { serviceOf } from "../../../src/service.ts";
import service from "../../../src/worker.ts";
import { Counting } from "./counting.ts";

export * from "../../../src/worker.ts";

const counting = new Counting();
let counted: Env | undefined;

function countedEnv(env: Env): Env {
  counted ??= {
    ...env,
    DB: counting.database(env.DB),
    BOOK_CACHE: counting.kv(env.BOOK_CACHE),
    IDEMPOTENCY_CACHE: counting.kv(env.IDEMPOTENCY_CACHE),
    BOOK_FLIGHTS: counting.objects(env.BOOK_FLIGHTS),
    DAILY_SALTS: counting.objects(env.DAILY_SALTS),
    IMPORT_JOBS: counting.objects(env.IMPORT_JOBS),
    IMPORT_TURNS: counting.objects(env.IMPORT_TURNS),
    ACCOUNT_UPLOADS: counting.objects(env.ACCOUNT_UPLOADS),
    KV_MIGRATIONS: counting.objects(env.KV_MIGRATIONS),
    METRICS_HUB: counting.objects(env.METRICS_HUB),
    PROVIDER_DESKS: counting.objects(env.PROVIDER_DESKS),
    RATE_LIMITERS: counting.objects(env.RATE_LIMITERS),
    IMPORT_QUEUE: counting.queue(env.IMPORT_QUEUE),
    REFRESH_QUEUE: counting.queue(env.REFRESH_QUEUE),
  };
  return counted;
}

/** Locally a Durable Object runs in the isolate of the Worker and shares its counters. */
export class BookFlight extends bookFlight(
  (env) => serviceOf(countedEnv(env)).catalogue.resolveFlight,
) {}
export class ImportJob extends importJob((env) => serviceOf(countedEnv(env)).imports.jobWork) {}

export default {
  ...service,
  async fetch(request, env, context): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/__counts") return Response.json(counting.take());
    if (url.pathname === "/__scheduled") {
      await serviceOf(countedEnv(env)).scheduled();
      return Response.json({});
    }
    const response = await service.fetch(request, countedEnv(env), context);
    counting.answered(url.searchParams.get("isbn"));
    return response;
  },
  async queue(batch, env): Promise<void> {
    await serviceOf(countedEnv(env)).queue(batch);
  },
} satisfies typeof service;
