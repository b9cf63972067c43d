import type { Log } from "../platform/log.ts";

/**
 * Announces events and never throws: listeners read the history regularly, so they find the events
 * anyway.
 */
export function safely(
  announce: () => Promise<void>,
  jobId: string,
  log: Log,
): () => Promise<void> {
  return async () => {
    try {
      await announce();
    } catch (error) {
      log.error("import_not_announced", { jobId, error });
    }
  };
}
