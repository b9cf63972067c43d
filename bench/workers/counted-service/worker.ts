/**
 * The service with its D1 and KV counted on the path of its requests, and of its imports behind them: `GET /__counts` gives
 * the counts and clears them.
 */
import { importJob } from "../../../src/background/import-job.ts";
import { importWorkFor } from "../../../src/wiring.ts";
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
  };
  return counted;
}

/** Locally an object runs in the isolate of the Worker, and counts with it. */
export class ImportJob extends importJob((env) => importWorkFor(countedEnv(env))) {}

export default {
  ...service,
  async fetch(request, env, context): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/__counts") return Response.json(counting.take());
    const response = await service.fetch(request, countedEnv(env), context);
    counting.answered(url.searchParams.get("isbn"));
    return response;
  },
} satisfies typeof service;
