import { MAX_SYNC } from "../../contract/sync.ts";
import { DomainError } from "../platform/errors.ts";
import type { Platform } from "../platform/platform.ts";
import { holdStream } from "../platform/streams/holder.ts";
import { connectTo } from "../platform/streams/hub.ts";
import { sseText } from "../platform/streams/sse.ts";
import { MINUTE_MS } from "../platform/time.ts";
import { followChanges } from "./domain/follow-changes.ts";
import type { FeedDeps } from "./domain/read-feed.ts";
import { USER_HEADER, type ChangeHubWork } from "./objects/connections.ts";
import { d1Listeners } from "./storage/listeners.ts";

/**
 * Writes are announced for this long after the last stream was opened. A stream ends after 30
 * minutes.
 */
const LISTEN_MS = 31 * MINUTE_MS;
/** Another stream may end at any time, and the client polls until then. */
const TOO_MANY_RETRY_SECONDS = 60;

/** The work of the Durable Object with a user's change streams. */
export function changeHubWork({ env, log, now }: Platform): ChangeHubWork {
  const listeners = d1Listeners(env.DB, log);
  return {
    setListening: (userId, isListening) =>
      listeners.listen(userId, isListening ? now() + LISTEN_MS : 0),
    maxStreams: MAX_SYNC.streams,
  };
}

/** Opens the change stream of a user. */
export function changeStreams({ env, log, defer }: Platform, { feed }: FeedDeps) {
  return async (userId: string): Promise<ReadableStream<Uint8Array>> => {
    const object = env.CHANGE_HUBS.getByName(userId);
    // Connected before the number is read, so that no write is missed in between.
    const hub = await connectTo(
      object,
      "https://change-hub/",
      (error) => log.error("change_hub_not_reached", { error }),
      { [USER_HEADER]: userId },
    );
    if (hub === "full") {
      throw new DomainError(
        "TOO_MANY_STREAMS",
        `This account already has the maximum of ${MAX_SYNC.streams} change streams open. Close one, or poll the feed.`,
        { retryAfterSeconds: TOO_MANY_RETRY_SECONDS },
      );
    }
    return holdStream({
      hub,
      parse: (announcement) => [Number(announcement)],
      follow: (line) =>
        followChanges({
          readSeq: async () => (await feed.head(userId)).seq,
          next: () => line.next(),
          send: (seq) => line.write(sseText({ id: seq, event: "change", data: { seq } })),
        }),
      running: defer,
      failed: (error) => log.error("change_stream_failed", { error }),
    });
  };
}

/** Disconnects the streams of deleted users. */
export function closeStreams({ env }: Pick<Platform, "env">) {
  return async (userIds: readonly string[]): Promise<void> => {
    for (const userId of userIds) await env.CHANGE_HUBS.getByName(userId).forget();
  };
}
