import { MINUTE_MS } from "../platform/time.ts";
import type { FollowDeps } from "../imports/domain/progress/follow.ts";
import { CLOSE, legacyMessage, parseClientMessage, type LegacyMessage } from "./messages.ts";
import { parseAnnouncement } from "../imports/module.ts";
import { hubLine } from "../platform/streams/hub-line.ts";

/** Interval of pings to the app and of reads of the job's history. */
const PING_MS = 15_000;
/**
 * Maximum number of consecutive unanswered pings of an app that has answered one before. Beyond it
 * the connection is dead or the phone is asleep.
 */
const MAX_UNANSWERED = 3;
/** After this time the app must reconnect, like the clients of streams. It also ends sockets of apps that never answer pings. */
const MAX_DURATION_MS = 30 * MINUTE_MS;
/** Messages accepted between two pings. Each is answered, and answers to an app that does not read them queue up in memory. */
const MAX_MESSAGES = 100;
/** Characters of a message; the longest expected message is `{"type":"ready"}` with a few more members. */
const MAX_MESSAGE_LENGTH = 4096;

/** Dependencies of `holdLegacySocket`. */
export interface LegacySocketDeps {
  jobId: string;
  /** A socket to the job's Durable Object; undefined when it is unreachable. */
  hub: WebSocket | undefined;
  /** Frames sent immediately after the socket opens. */
  greeting: readonly LegacyMessage[];
  /** Follows the job; resolves when there are no more updates. */
  follow(
    line: Pick<FollowDeps, "next"> & {
      /** Returns `false` when the socket is closed. */
      send(messages: readonly LegacyMessage[]): boolean;
      close(code: number): void;
    },
  ): Promise<void>;
  /** Keeps the isolate running until `work` settles. */
  running(work: Promise<unknown>): void;
  /** Called with the error that closed a socket before the end of its job. */
  failed(error: unknown): void;
  now(): number;
}

/**
 * Serves the legacy WebSocket of one app until the import ends or the app disconnects.
 * @returns the app's end of the socket
 */
export function holdLegacySocket(deps: LegacySocketDeps): WebSocket {
  const { jobId, now } = deps;
  const { 0: theirs, 1: ours } = new WebSocketPair();
  const hub = hubLine(deps.hub, parseAnnouncement);
  let isOver = false;
  let answersPings = false;
  let unanswered = 0;
  let received = 0;

  const send = (messages: readonly LegacyMessage[]): boolean => {
    if (isOver) return false;
    try {
      for (const message of messages) ours.send(JSON.stringify(message));
    } catch {
      // The app has closed the socket.
      close(CLOSE.done);
    }
    return !isOver;
  };
  const reply = (type: LegacyMessage["type"]): boolean => send([legacyMessage(type, jobId, now())]);
  const heartbeat = setInterval(() => {
    received = 0;
    if (answersPings && unanswered >= MAX_UNANSWERED) return close(CLOSE.reconnect);
    unanswered += 1;
    if (reply("ping")) hub.heartbeat();
  }, PING_MS);
  const end = setTimeout(() => close(CLOSE.reconnect), MAX_DURATION_MS);

  function close(code: number): void {
    if (isOver) return;
    isOver = true;
    clearInterval(heartbeat);
    clearTimeout(end);
    hub.hangUp();
    try {
      ours.close(code);
    } catch {
      // The socket is already closed.
    }
  }

  ours.accept();
  ours.addEventListener("message", ({ data }) => {
    received += 1;
    if (received > MAX_MESSAGES) return close(CLOSE.refused);
    // No released app sends binary frames.
    if (typeof data !== "string" || data.length > MAX_MESSAGE_LENGTH) return close(CLOSE.tooBig);
    unanswered = 0;
    const message = parseClientMessage(data);
    if (message === "pong") answersPings = true;
    else if (message === "ping") reply("pong");
    else if (message === "ready") reply("ready_ack");
  });
  ours.addEventListener("close", () => close(CLOSE.done));
  ours.addEventListener("error", () => close(CLOSE.done));
  send(deps.greeting);
  deps.running(
    deps
      .follow({ next: () => hub.next(), send, close })
      .catch((error: unknown) => {
        deps.failed(error);
        close(CLOSE.failed);
      })
      .finally(() => close(CLOSE.reconnect)),
  );
  return theirs;
}

/** Accepts a socket and closes it with 1008: apps can read a close code, but not the status of a refused upgrade. */
export function refusedSocket(reason: string): WebSocket {
  const { 0: theirs, 1: ours } = new WebSocketPair();
  ours.accept();
  ours.close(CLOSE.refused, reason);
  return theirs;
}
