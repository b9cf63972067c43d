import { get, type IncomingMessage } from "node:http";
import { createParser } from "eventsource-parser";

/** An event of a stream, and its arrival time in ms since the epoch. */
export interface ReceivedEvent {
  /** Undefined for the initial snapshot, which has no id. */
  readonly id: number | undefined;
  readonly event: string;
  readonly at: number;
}

/** A listener of a stream, with its own connection. */
export interface StreamListener {
  /** Everything received so far. */
  readonly received: readonly ReceivedEvent[];
  /** Status of the response; settles when its headers arrive. */
  readonly opened: Promise<number>;
  /** Settles when the connection is closed by either side. */
  readonly over: Promise<void>;
  /** Reads nothing from the connection until `resume`. */
  pause(): void;
  resume(): void;
  /** Drops the connection abruptly, as a phone that loses its network does. */
  vanish(): void;
}

/**
 * Listens to a stream without a connection pool, and without the reconnects of an EventSource.
 * @param lastEventId the event after which to start; 0 for the whole history
 */
export function listen(url: string, lastEventId?: number): StreamListener {
  const received: ReceivedEvent[] = [];
  let answer: IncomingMessage | undefined;
  const parser = createParser({
    onEvent: ({ id, event }) =>
      received.push({
        id: id === undefined ? undefined : Number(id),
        event: event ?? "",
        at: Date.now(),
      }),
  });
  const headers = {
    Accept: "text/event-stream",
    ...(lastEventId === undefined ? {} : { "Last-Event-ID": String(lastEventId) }),
  };
  const request = get(url, { agent: false, headers });
  const opened = new Promise<number>((resolve, reject) => {
    request.on("response", ({ statusCode }) => resolve(statusCode ?? 0));
    request.on("error", reject);
  });
  // Callers that ignore `opened` must not crash on its rejection.
  opened.catch(() => undefined);
  const over = new Promise<void>((resolve) => {
    request.on("close", resolve);
    request.on("response", (response) => {
      answer = response;
      response.setEncoding("utf8");
      response.on("data", (text: string) => parser.feed(text));
      // `close` reports the end.
      response.on("error", () => undefined);
    });
  });
  return {
    received,
    opened,
    over,
    pause: () => void answer?.pause(),
    resume: () => void answer?.resume(),
    vanish: () => void request.destroy(),
  };
}

/** The ids of events, in the order of their arrival. */
export function idsOf(received: readonly ReceivedEvent[]): number[] {
  return received.flatMap(({ id }) => (id === undefined ? [] : [id]));
}
