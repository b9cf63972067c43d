import type { RefreshMessage } from "./background/refresh-consumer.ts";
import { appFor, refreshConsumer, scheduledWork } from "./wiring.ts";

export { BookFlight } from "./background/book-flight.ts";
export { DailySalt } from "./background/daily-salt.ts";
export { ProviderDesk } from "./background/provider-desk.ts";
export { RateLimiter } from "./background/rate-limiter.ts";

let app: ReturnType<typeof appFor> | undefined;

export default {
  fetch(request, env, context) {
    app ??= appFor(env);
    return app.fetch(request, env, context);
  },
  async queue(batch, env) {
    await refreshConsumer(env)(batch);
  },
  async scheduled(_controller, env) {
    await scheduledWork(env)();
  },
} satisfies ExportedHandler<Env, RefreshMessage>;
