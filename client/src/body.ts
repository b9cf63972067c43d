import { ConnectionError } from "./errors.ts";

/**
 * The body of an answer, as fast as it is read.
 * @param silenceMs how long it may say nothing, in ms
 * @throws ConnectionError, through the stream, when it breaks off or falls silent, and the signal's reason
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

/** An error of the network, in the client's words. */
export function brokenOff(error: unknown): ConnectionError {
  return error instanceof ConnectionError
    ? error
    : new ConnectionError("The stream broke off.", { cause: error });
}

/** @throws ConnectionError when a read takes too long, and the signal's reason */
export function beforeSilence<T>(
  read: Promise<T>,
  silenceMs: number,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal?.reason as Error);
    const timer = setTimeout(
      () => reject(new ConnectionError(`The stream said nothing for ${silenceMs / 1000} s.`)),
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
