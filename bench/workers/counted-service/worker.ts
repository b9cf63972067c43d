/** The service with its D1 and KV counted on the path of its requests: `GET /__counts` gives the counts and clears them. */
import service from "../../../src/worker.ts";
import { Counting } from "./counting.ts";

export * from "../../../src/worker.ts";

const counting = new Counting();
let counted: Env | undefined;

export default {
  ...service,
  async fetch(request, env, context): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/__counts") return Response.json(counting.take());
    counted ??= {
      ...env,
      DB: counting.database(env.DB),
      BOOK_CACHE: counting.kv(env.BOOK_CACHE),
    };
    const response = await service.fetch(request, counted, context);
    counting.answered(url.searchParams.get("isbn"));
    return response;
  },
} satisfies typeof service;
