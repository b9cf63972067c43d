import type { AccountsModule } from "../accounts/module.ts";
import { followJob } from "../imports/domain/progress/follow.ts";
import { d1ImportJobs, EVENTS_PER_PAGE, joinHub, type ImportsModule } from "../imports/module.ts";
import { d1Errors } from "../platform/d1/database.ts";
import type { Module } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import type { RateLimitsModule } from "../rate-limits/module.ts";
import { deprecationState } from "../rollout/domain/deprecations.ts";
import { adminDeprecationRoutes, type RolloutModule } from "../rollout/module.ts";
import { legacyWebSocketRoutes, type LegacyWebSocketUseCases } from "./http.ts";
import { deprecatedMessage, legacyUpdate } from "./messages.ts";
import { holdLegacySocket, refusedSocket } from "./socket.ts";
import { d1LegacySocketUses } from "./storage.ts";

/** The deprecated WebSocket: a second way to follow an import. To remove it, delete this folder. */
export function legacyWebSocketModule(
  platform: Platform,
  below: {
    rateLimits: RateLimitsModule;
    accounts: AccountsModule;
    rollout: RolloutModule;
    imports: ImportsModule;
  },
): Module {
  const { env, log, now } = platform;
  const { findImport, jobByTicket } = below.imports;
  const uses = d1LegacySocketUses(env.DB, platform);
  const deprecation = below.rollout.legacyWebSocket;
  const state = () => deprecationState(deprecation, now());
  const useCases: LegacyWebSocketUseCases = {
    legacyWebSocket: deprecation,
    refuseLegacySocket: (reason) => switchTo(refusedSocket(reason)),
    countLegacyUse(clientVersion) {
      platform.metrics.count("legacy_socket_uses", { state: state() });
      uses.count(clientVersion);
    },
    async openLegacySocket({ jobId }) {
      const greeting = state() === "current" ? [] : [deprecatedMessage(jobId, deprecation, now())];
      return switchTo(await openSocket(platform, jobId, greeting));
    },
  };
  return {
    routes: () =>
      legacyWebSocketRoutes({
        ...useCases,
        authenticate: below.accounts.authenticate,
        limiters: below.rateLimits.limiters,
        jobByTicket,
        findImport,
        now,
      }),
    adminRoutes: () =>
      adminDeprecationRoutes({
        deprecations: async () => [{ deprecation, clients: await d1Errors(log).read(uses.list()) }],
        now,
      }),
  };
}

async function openSocket(
  { env, log, now, defer }: Platform,
  jobId: string,
  greeting: Parameters<typeof holdLegacySocket>[0]["greeting"],
): Promise<WebSocket> {
  const jobs = d1ImportJobs(env.DB, log);
  // Joined before the job is read, so that no event is missed in between.
  const hub = await joinHub(env, jobId, log);
  return holdLegacySocket({
    jobId,
    hub,
    greeting,
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
    running: defer,
    failed: (error) => log.error("legacy_socket_failed", { jobId, error }),
    now,
  });
}

const switchTo = (webSocket: WebSocket): Response => new Response(null, { status: 101, webSocket });
