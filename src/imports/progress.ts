import { LRUCache } from "lru-cache";
import { parseAnnouncement } from "./objects/hub.ts";
import { holdStream } from "../platform/streams/holder.ts";
import { connectTo } from "../platform/streams/hub.ts";
import { defined } from "../platform/defined.ts";
import { DomainError } from "../platform/errors.ts";
import { followJob, type JobUpdate } from "./domain/progress/follow.ts";
import { snapshotOf, type Job, type JobProgress } from "./domain/job/job.ts";
import { sseText } from "../platform/streams/sse.ts";
import { issueTicket, streamUrl, ticketOpens, type TicketDeps } from "./domain/progress/ticket.ts";
import type { ImportStatusUseCases } from "./http/status.ts";
import type { ImportStreamUseCases } from "./http/stream.ts";
import type { Log } from "../platform/log.ts";
import type { Platform } from "../platform/platform.ts";
import { d1ImportJobs, type FollowedJob } from "./storage/jobs.ts";
import type { FailedLogins } from "../rate-limits/module.ts";
import { base64url, runtimeSecrets } from "../platform/crypto.ts";

/** Events per read of a job's history. */
export const EVENTS_PER_PAGE = 100;
/** Retry time when a job has too many streams: another stream may end at any time. */
const TOO_MANY_RETRY_SECONDS = 5;

const encoder = new TextEncoder();

/** Imported keys for signing tickets, cached because streams sign repeatedly with the same key. */
const signingKeys = new LRUCache<string, Promise<CryptoKey>>({ max: 100 });

function signingKey(key: string): Promise<CryptoKey> {
  let ready = signingKeys.get(key);
  if (!ready) {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    ready = crypto.subtle.importKey("raw", encoder.encode(key), algorithm, false, ["sign"]);
    signingKeys.set(key, ready);
  }
  return ready;
}

const TICKETS: TicketDeps = {
  async sign(key, text) {
    const signature = await crypto.subtle.sign("HMAC", await signingKey(key), encoder.encode(text));
    return base64url(new Uint8Array(signature));
  },
  sameHash: (one, other) => runtimeSecrets.sameHash(one, other),
  newNonce: () => base64url(runtimeSecrets.randomBytes(9)),
};

/** Maximum number of tickets that an isolate remembers: about 1 MB of its 128. */
const MAX_TICKETS = 5000;

/** Maximum number of jobs with a cached stream URL. */
const MAX_URLS = 1000;

/** Use cases for following imports, by polling and by streams. @param logins limits failed tickets by address */
export function importProgress(
  { env, log, metrics, now, defer }: Platform,
  logins: FailedLogins,
): ImportStatusUseCases & ImportStreamUseCases {
  const verified = new LRUCache<string, true>({ max: MAX_TICKETS });
  const urls = new LRUCache<string, string>({ max: MAX_URLS });
  const jobs = d1ImportJobs(env.DB, log);
  const urlOf = async (job: Pick<FollowedJob, "jobId" | "ticketKey">): Promise<string> =>
    streamUrl(job.jobId, await issueTicket(job, TICKETS));

  /**
   * The stream URL in a job's events. All streams of this isolate use the same one, so that they
   * share the bytes of an event. Its ticket is signed with the job's key, which never changes.
   */
  const sharedUrlOf = async (jobId: string): Promise<string> => {
    const known = urls.get(jobId);
    if (known !== undefined) return known;
    const followed = await jobs.follow(jobId);
    const url = await urlOf({ jobId, ticketKey: followed?.ticketKey ?? "" });
    if (followed !== undefined) urls.set(jobId, url);
    return url;
  };

  return {
    findImport: (userId, jobId) => jobs.find(userId, jobId),
    listImports: (userId, before, limit) => jobs.list(userId, before, limit),
    async streamUrlOf(jobId) {
      const job = await jobs.follow(jobId);
      if (!job) throw new DomainError("JOB_NOT_FOUND", "You have no import with this id.");
      return urlOf(job);
    },
    jobByTicket(jobId, ticket, c) {
      const name = `${jobId} ${ticket}`;
      const open = async (): Promise<Job | undefined> => {
        const job = await jobs.follow(jobId);
        const opens = job !== undefined && (await ticketOpens(ticket, job, now(), TICKETS));
        if (opens) verified.set(name, true);
        else verified.delete(name);
        return opens ? job : undefined;
      };
      return logins.attempt(c, open, async () => verified.has(name));
    },
    async openStream(start) {
      const { jobId } = start.job;
      // Joined before the history is read, so that no event is missed in between.
      const hub = await joinHub(env, jobId, log);
      const openedAt = now();
      metrics.count("streams_opened", { kind: start.kind === "behind" ? "resumed" : "fresh" });
      const url = await sharedUrlOf(jobId);
      const bytesOf = eventBytes(start.job, url);
      const bytesOfAll = (updates: readonly JobUpdate[]): Uint8Array => {
        for (const { id, progress } of updates) {
          if (id === undefined || progress.updatedAt < openedAt) continue;
          metrics.observe("event_delay_ms", now() - progress.updatedAt, {});
        }
        return joined(updates.map(bytesOf));
      };
      return holdStream({
        hub,
        parse: parseAnnouncement,
        follow: (line) =>
          followJob(start, {
            readJob: () => jobs.follow(jobId),
            eventsAfter: (seq) => jobs.events(jobId, seq, EVENTS_PER_PAGE),
            next: () => line.next(),
            send: async (updates) => line.write(bytesOfAll(updates)),
          }),
        running: defer,
        failed: (error) => log.error("stream_failed", { jobId, error }),
      });
    },
  };
}

/**
 * Bytes of the latest text for each progress object. All listeners of an isolate get the same
 * objects from an announcement.
 */
const written = new WeakMap<JobProgress, SharedEvent>();

interface SharedEvent extends Pick<JobUpdate, "id" | "event"> {
  /** The other data of the text. */
  rest: string;
  bytes: Uint8Array;
}

/** Serialises the events of a job. Streams with equal other data share the bytes. */
function eventBytes(job: Job, url: string): (update: JobUpdate) => Uint8Array {
  const rest = JSON.stringify([url, { ...job, ...NO_PROGRESS }]);
  return ({ id, event, progress }) => {
    const known = written.get(progress);
    if (known?.id === id && known?.event === event && known.rest === rest) return known.bytes;
    const data = snapshotOf(job, progress, url);
    const bytes = encoder.encode(sseText({ event, data, ...defined({ id }) }));
    written.set(progress, { ...defined({ id }), event, rest, bytes });
    return bytes;
  };
}

const NO_PROGRESS: Record<keyof JobProgress, undefined> = {
  state: undefined,
  phase: undefined,
  attempt: undefined,
  seq: undefined,
  totalRows: undefined,
  outcomes: undefined,
  enrichment: undefined,
  progress: undefined,
  currentTitle: undefined,
  error: undefined,
  startedAt: undefined,
  completedAt: undefined,
  updatedAt: undefined,
};

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const all = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}

/**
 * Opens a socket to a job's Durable Object. The caller still has to accept it; undefined when the
 * Durable Object is unreachable.
 * @throws DomainError TOO_MANY_STREAMS
 */
export async function joinHub(env: Env, jobId: string, log: Log): Promise<WebSocket | undefined> {
  const object = env.IMPORT_JOBS.getByName(jobId);
  const hub = await connectTo(object, "https://import-job/", (error) =>
    log.error("hub_not_reached", { jobId, error }),
  );
  if (hub === "full") {
    throw new DomainError(
      "TOO_MANY_STREAMS",
      "Too many streams of this import are open. Close one, or poll the import's state.",
      {
        retryAfterSeconds: TOO_MANY_RETRY_SECONDS,
      },
    );
  }
  return hub;
}
