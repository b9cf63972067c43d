import { ConnectionError } from "./errors.ts";

/**
 * The body of a response as a stream that is read only on demand.
 * @param silenceMs maximum time between two chunks, in ms
 * @throws ConnectionError, through the stream, when the connection breaks or no data arrives in time; or the signal's reason
 */
export function readBody(
  { body }: Response,
  silenceMs: number,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  const reader = (body ?? new Blob([]).stream()).getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await beforeSilence(reader.read(), silenceMs, signal);
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          void reader.cancel().catch(() => undefined);
          signal?.throwIfAborted();
          throw brokenOff(error);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** Wraps a network error in a ConnectionError. */
export function brokenOff(error: unknown): ConnectionError {
  return error instanceof ConnectionError
    ? error
    : new ConnectionError("The connection was interrupted.", { cause: error });
}

/** Waits for a read. @throws ConnectionError after `silenceMs` without data, or the signal's reason */
export function beforeSilence<T>(
  read: Promise<T>,
  silenceMs: number,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal?.reason as Error);
    const timer = setTimeout(
      () => reject(new ConnectionError(`The stream sent no data for ${silenceMs / 1000} s.`)),
      silenceMs,
    );
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
    void read.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    });
  });
}
