import { createParser } from "eventsource-parser";
import { beforeSilence, brokenOff } from "./body.ts";

/** One event of a stream. */
export interface StreamEvent {
  id?: string;
  event: string;
  data: string;
}

/** The service sends a comment every 15 s; a stream that misses three of them is dead. */
export const SILENCE_MS = 45_000;

/**
 * Reads the events of a response. Comments count as activity. The iteration ends when the stream
 * ends. `retry:` is ignored: it is meant for browsers, which reconnect after a fixed delay, while
 * this client backs off with jitter.
 * @throws ConnectionError when the connection breaks or sends no data in time
 */
export async function* readEvents(
  response: Response,
  { signal, silenceMs = SILENCE_MS }: { signal?: AbortSignal; silenceMs?: number },
): AsyncGenerator<StreamEvent> {
  if (!response.body) return;
  const arrived: StreamEvent[] = [];
  const parser = createParser({
    onEvent: ({ id, event, data }) =>
      arrived.push({ event: event ?? "message", data, ...(id === undefined ? {} : { id }) }),
  });
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await beforeSilence(reader.read(), silenceMs, signal);
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* arrived.splice(0);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw brokenOff(error);
  } finally {
    // Not awaited: a cancel on a half-open socket never settles.
    void reader.cancel().catch(() => undefined);
  }
}
