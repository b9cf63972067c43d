/**
 * Runs `work` with a signal that aborts with a `TimeoutError` after `ms`. The timer is cleared when
 * the work ends; the timer of `AbortSignal.timeout` keeps running, and with it a Durable Object
 * stays in memory.
 * @param ms 0 or less aborts as soon as the work waits
 */
export async function abortAfter<Result>(
  ms: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new DOMException(`no response within ${ms} ms`, "TimeoutError")),
    Math.max(0, Math.ceil(ms)),
  );
  try {
    return await work(controller.signal);
  } catch (error) {
    // Reading an aborted body may fail with an error other than the signal's.
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether an error is the `TimeoutError` of a signal. */
export const isTimeout = (error: unknown): boolean =>
  error instanceof Error && error.name === "TimeoutError";
