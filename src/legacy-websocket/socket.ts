import { MINUTE_MS } from "../platform/time.ts";
import type { FollowDeps } from "../imports/domain/progress/follow.ts";
import { CLOSE, legacyMessage, saidIn, type LegacyMessage } from "./messages.ts";
import { hubLine } from "../imports/module.ts";

/** So often the app is pinged, and the history looked into. */
const PING_MS = 15_000;
/** Pings that an app which does answer them may leave unanswered: then the line is dead, or the phone asleep. */
const MAX_UNANSWERED = 3;
/** Then the app is asked to come back, as readers of streams are: it is also when one that never answers is let go. */
const MAX_DURATION_MS = 30 * MINUTE_MS;
/** What an app may say between two pings; each is answered, and answers wait in memory for one who does not read. */
const MAX_MESSAGES = 100;
/** Characters of what an app says; the longest that it has to say is `{"type":"ready"}` and a few members. */
const MAX_MESSAGE_LENGTH = 4096;

/** What holding an app's socket needs. */
export interface LegacySocketDeps {
  jobId: string;
  /** The other end of a socket to the job's object; none when it cannot be reached now. */
  hub: WebSocket | undefined;
  /** What is said at once. */
  greeting: readonly LegacyMessage[];
  /** Follows the job; ends when there is no more to tell. */
  follow(
    line: Pick<FollowDeps, "next"> & {
      /** `false` when nobody listens any more. */
      send(messages: readonly LegacyMessage[]): boolean;
      close(code: number): void;
    },
  ): Promise<void>;
  /** Keeps the work alive for as long as the socket is. */
  running(work: Promise<unknown>): void;
  /** Told why a socket was closed that had more to tell. */
  failed(error: unknown): void;
  now(): number;
}

/** Holds one app's end of the old WebSocket until the import ends, or the app leaves. @returns the app's end */
export function holdLegacySocket(deps: LegacySocketDeps): WebSocket {
  const { jobId, now } = deps;
  const { 0: theirs, 1: ours } = new WebSocketPair();
  const heard = hubLine(deps.hub);
  let isOver = false;
  let answersPings = false;
  let unanswered = 0;
  let said = 0;

  const send = (messages: readonly LegacyMessage[]): boolean => {
    if (isOver) return false;
    try {
      for (const message of messages) ours.send(JSON.stringify(message));
    } catch {
      // The app was faster.
      close(CLOSE.done);
    }
    return !isOver;
  };
  const say = (type: LegacyMessage["type"]): boolean => send([legacyMessage(type, jobId, now())]);
  const heartbeat = setInterval(() => {
    said = 0;
    if (answersPings && unanswered >= MAX_UNANSWERED) return close(CLOSE.comeBack);
    unanswered += 1;
    if (say("ping")) heard.heartbeat();
  }, PING_MS);
  const end = setTimeout(() => close(CLOSE.comeBack), MAX_DURATION_MS);

  function close(code: number): void {
    if (isOver) return;
    isOver = true;
    clearInterval(heartbeat);
    clearTimeout(end);
    heard.hangUp();
    try {
      ours.close(code);
    } catch {
      // It is closed already.
    }
  }

  ours.accept();
  ours.addEventListener("message", ({ data }) => {
    said += 1;
    if (said > MAX_MESSAGES) return close(CLOSE.refused);
    // No app has ever sent bytes.
    if (typeof data !== "string" || data.length > MAX_MESSAGE_LENGTH) return close(CLOSE.tooBig);
    unanswered = 0;
    const what = saidIn(data);
    if (what === "pong") answersPings = true;
    else if (what === "ping") say("pong");
    else if (what === "ready") say("ready_ack");
  });
  ours.addEventListener("close", () => close(CLOSE.done));
  ours.addEventListener("error", () => close(CLOSE.done));
  send(deps.greeting);
  deps.running(
    deps
      .follow({ next: () => heard.next(), send, close })
      .catch((error: unknown) => {
        deps.failed(error);
        close(CLOSE.failed);
      })
      .finally(() => close(CLOSE.comeBack)),
  );
  return theirs;
}

/** A socket that is accepted only to be closed: apps can read a code, but not the status of a refused upgrade. */
export function refusedSocket(reason: string): WebSocket {
  const { 0: theirs, 1: ours } = new WebSocketPair();
  ours.accept();
  ours.close(CLOSE.refused, reason);
  return theirs;
}
