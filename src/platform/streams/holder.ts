import { hubLine, type HubLine } from "./hub-line.ts";
import { HEARTBEAT, retryLine } from "./sse.ts";
import { MINUTE_MS } from "../time.ts";

/** Interval of comments, which keep the connection open and reveal a dead one. */
const HEARTBEAT_MS = 15_000;
/** Maximum duration of a stream. The client reconnects, so that no deployment or migration meets a very old stream. */
const MAX_MS = 30 * MINUTE_MS;
/** How long a client waits before it reconnects. */
const RETRY_MS = 3000;
/** Maximum bytes queued for a client. A slower client is disconnected and resumes after its last event. */
const MAX_QUEUED_BYTES = 256 * 1024;
/** Bytes in the stream's own buffer above which writes wait for the client. */
const BUFFER_BYTES = 64 * 1024;
/** Maximum wait for a client that does not read; then it is disconnected. */
const MAX_WAIT_MS = 30_000;

const encoder = new TextEncoder();

/** Text of a stream, or its bytes, which several streams may share. */
export type StreamText = string | Uint8Array;

interface Writer {
  /** Writes as soon as the client reads. Returns false when the client has disconnected. */
  write(text: StreamText): Promise<boolean>;
}

/** Dependencies of `holdStream`. */
export interface HolderDeps<Event> {
  /** A socket to the Durable Object; undefined when it is unreachable. */
  hub: WebSocket | undefined;
  /** Reads the events of an announcement. */
  parse(announcement: string): readonly Event[];
  /** Follows the job or shelf; resolves when there are no more updates. */
  follow(line: Pick<HubLine<Event>, "next"> & Writer): Promise<void>;
  /** Keeps the isolate running until `work` settles. */
  running(work: Promise<unknown>): void;
  /** Called with the error that ended a stream prematurely. */
  failed(error: unknown): void;
}

/**
 * Serves the event stream of one client: announcements of a Durable Object are written as text while the client
 * reads. Timers and sockets push into the stream; it does not wait for pulls. A client that stops reading is disconnected.
 */
export function holdStream<Event>({
  hub,
  parse,
  follow,
  running,
  failed,
}: HolderDeps<Event>): ReadableStream<Uint8Array> {
  const source = hubLine(hub, parse);
  let drained: () => void = () => undefined;
  let isOver = false;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  const send = (text: StreamText): boolean => {
    if (isOver || !controller) return false;
    controller.enqueue(typeof text === "string" ? encoder.encode(text) : text);
    if ((controller.desiredSize ?? 0) >= BUFFER_BYTES - MAX_QUEUED_BYTES) return true;
    finish();
    return false;
  };
  const heartbeat = setInterval(() => {
    if (send(HEARTBEAT)) source.heartbeat();
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
    source.hangUp();
    drained();
    try {
      controller?.close();
    } catch {
      // The client has already closed the stream.
    }
  }

  const line = {
    next: () => source.next(),
    async write(text: StreamText): Promise<boolean> {
      if (!send(text)) return false;
      // A long replay proceeds at the client's pace. A client that has stopped reading is disconnected.
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
      start(streamController) {
        controller = streamController;
        send(retryLine(RETRY_MS));
        running(follow(line).catch(failed).finally(finish));
      },
      pull: () => drained(),
      cancel: () => finish(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: BUFFER_BYTES }),
  );
}
