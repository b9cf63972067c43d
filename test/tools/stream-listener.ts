import { get, type IncomingMessage } from "node:http";
import { createParser } from "eventsource-parser";

/** An event of a stream, and when it was here, in ms since the epoch. */
export interface Heard {
  /** Absent for the present state, which is no event. */
  readonly id: number | undefined;
  readonly event: string;
  readonly at: number;
}

/** Somebody who listens to a stream on a connection of his own. */
export interface StreamListener {
  /** Everything so far, over all of his connections. */
  readonly heard: readonly Heard[];
  /** The status of the answer; settles when its headers are here. */
  readonly opened: Promise<number>;
  /** Settles when the connection is over, whoever ended it. */
  readonly over: Promise<void>;
  /** Takes nothing from the connection until `resume`. */
  pause(): void;
  resume(): void;
  /** Goes without a word, as a telephone in a tunnel does. */
  vanish(): void;
}

/**
 * Listens to a stream without a pool of connections, and without the reconnecting of an EventSource.
 * @param lastEventId where it goes on; 0 hears the whole history
 */
export function listen(url: string, lastEventId?: number): StreamListener {
  const heard: Heard[] = [];
  let answer: IncomingMessage | undefined;
  const parser = createParser({
    onEvent: ({ id, event }) =>
      heard.push({
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
  // Whoever does not ask how it was opened is not told by a crash.
  opened.catch(() => undefined);
  const over = new Promise<void>((resolve) => {
    request.on("close", resolve);
    request.on("response", (response) => {
      answer = response;
      response.setEncoding("utf8");
      response.on("data", (text: string) => parser.feed(text));
      // Its end is told by `close`.
      response.on("error", () => undefined);
    });
  });
  return {
    heard,
    opened,
    over,
    pause: () => void answer?.pause(),
    resume: () => void answer?.resume(),
    vanish: () => void request.destroy(),
  };
}

/** The numbers of events in the order in which they were heard. */
export function idsOf(heard: readonly Heard[]): number[] {
  return heard.flatMap(({ id }) => (id === undefined ? [] : [id]));
}
