import { waitUntil } from "cloudflare:workers";
import { holdLegacySocket, refusedSocket } from "../legacy-websocket/socket.ts";
import type { Config } from "../config.ts";
import { followJob } from "../imports/domain/progress/follow.ts";
import { deprecatedMessage, legacyUpdate } from "../legacy-websocket/messages.ts";
import { deprecationState } from "../rollout/domain/deprecations.ts";
import type { AdminDeprecationDeps } from "../rollout/http/deprecations.ts";
import type { LegacyWebSocketUseCases } from "../legacy-websocket/http.ts";
import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics/metrics.ts";
import { d1Errors } from "../platform/d1/database.ts";
import { d1ImportJobs } from "../imports/storage/jobs.ts";
import { d1LegacySocketUses } from "../legacy-websocket/storage.ts";
import { EVENTS_PER_PAGE, joinHub } from "./import-progress.ts";
import { legacyWebSocketOf } from "./rollout.ts";

interface Shared {
  config: Config;
  log: Log;
  metrics: Pick<Metrics, "count">;
  now(): number;
  sleep(ms: number): Promise<void>;
  defer(work: Promise<unknown>): void;
}

/** The old WebSocket: a second front on the object of a job. */
export function legacyWebSocketFor(
  env: Env,
  { config, log, metrics, ...runtime }: Shared,
): LegacyWebSocketUseCases & Pick<AdminDeprecationDeps, "deprecations"> {
  const { now } = runtime;
  const jobs = d1ImportJobs(env.DB, log);
  const uses = d1LegacySocketUses(env.DB, { ...runtime, log });
  const deprecation = legacyWebSocketOf(config);

  return {
    legacyWebSocket: deprecation,
    refuseLegacySocket: (reason) => switchTo(refusedSocket(reason)),
    countLegacyUse(clientVersion) {
      metrics.count("legacy_socket_uses", { state: deprecationState(deprecation, now()) });
      uses.count(clientVersion);
    },
    async openLegacySocket({ jobId }) {
      // Before the job is read, so that nothing falls in between.
      const hub = await joinHub(env, jobId, log);
      const isDeprecated = deprecationState(deprecation, now()) !== "current";
      const socket = holdLegacySocket({
        jobId,
        hub,
        greeting: isDeprecated ? [deprecatedMessage(jobId, deprecation, now())] : [],
        async follow({ next, send, close }) {
          const job = await jobs.follow(jobId);
          if (!job) return;
          await followJob(
            { kind: "from_now", job },
            {
              readJob: () => jobs.follow(jobId),
              eventsAfter: (seq) => jobs.events(jobId, seq, EVENTS_PER_PAGE),
              next,
              send: async (updates) => {
                const translated = updates.map((update) => legacyUpdate(job, update, now()));
                const isOpen = send(translated.flatMap(({ messages }) => messages));
                const code = translated.at(-1)?.close;
                if (code !== undefined) close(code);
                return isOpen;
              },
            },
          );
        },
        running: (work) => waitUntil(work),
        failed: (error) => log.error("legacy_socket_failed", { jobId, error }),
        now,
      });
      return switchTo(socket);
    },
    deprecations: async () => [{ deprecation, clients: await d1Errors(log).read(uses.list()) }],
  };
}

const switchTo = (webSocket: WebSocket): Response => new Response(null, { status: 101, webSocket });
