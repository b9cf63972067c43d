import { hubLine } from "./hub-line.ts";
import type { FollowDeps } from "../domain/progress/follow.ts";
import { HEARTBEAT, retryLine } from "../domain/progress/sse.ts";
import { MINUTE_MS } from "../../platform/time.ts";

/** A comment so often keeps the line open, and shows a dead one. */
const HEARTBEAT_MS = 15_000;
/** Then the reader is asked to come back: deployments and moved objects never meet a very old stream. */
const MAX_MS = 30 * MINUTE_MS;
/** How long a reader waits before he comes back. */
const RETRY_MS = 3000;
/** Bytes that may wait for a reader; one who is further behind is let go, and comes back behind his last event. */
const MAX_WAITING = 256 * 1024;
/** What a stream's own buffer takes before its reader is waited for, and for how long. */
const BUFFER = 64 * 1024;
const MAX_WAIT_MS = 30_000;

const encoder = new TextEncoder();

export interface HolderDeps {
  /** The other end of a socket to the job's object; none when it cannot be reached now. */
  hub: WebSocket | undefined;
  /** Follows the job; ends when there is no more to tell. */
  follow(line: Pick<FollowDeps, "next"> & { write(text: string): Promise<boolean> }): Promise<void>;
  /** Keeps the work alive for as long as the stream is. */
  running(work: Promise<unknown>): void;
  /** Told why a stream was ended that had more to tell. */
  failed(error: unknown): void;
}

/**
 * Holds one reader's stream: what the job's object announces goes out as text, for as long as the reader takes it. It is
 * pulled by nobody: timers and sockets push, and a reader who does not take what he gets is let go.
 */
export function holdStream({
  hub,
  follow,
  running,
  failed,
}: HolderDeps): ReadableStream<Uint8Array> {
  const heard = hubLine(hub);
  let drained: () => void = () => undefined;
  let isOver = false;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  const send = (text: string): boolean => {
    if (isOver || !controller) return false;
    controller.enqueue(encoder.encode(text));
    if ((controller.desiredSize ?? 0) >= BUFFER - MAX_WAITING) return true;
    finish();
    return false;
  };
  const heartbeat = setInterval(() => {
    if (send(HEARTBEAT)) heard.heartbeat();
  }, HEARTBEAT_MS);
  const end = setTimeout(() => {
    send(retryLine(RETRY_MS));
    finish();
  }, MAX_MS);

  function finish(): void {
    if (isOver) return;
    isOver = true;
    clearInterval(heartbeat);
    clearTimeout(end);
    heard.hangUp();
    drained();
    try {
      controller?.close();
    } catch {
      // The reader was faster.
    }
  }

  const line = {
    next: () => heard.next(),
    async write(text: string): Promise<boolean> {
      if (!send(text)) return false;
      // A long replay goes at the reader's pace; one who has stopped reading is let go.
      if ((controller?.desiredSize ?? 0) <= 0) {
        const stalled = setTimeout(() => finish(), MAX_WAIT_MS);
        await new Promise<void>((resolve) => {
          drained = resolve;
        });
        clearTimeout(stalled);
      }
      return !isOver;
    },
  };

  return new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
        send(retryLine(RETRY_MS));
        running(follow(line).catch(failed).finally(finish));
      },
      pull: () => drained(),
      cancel: () => finish(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: BUFFER }),
  );
}
