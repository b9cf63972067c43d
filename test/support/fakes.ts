import type { Log, LogFields } from "../../src/platform/log.ts";

/** A log that records its events. */
export function memoryLog(): Log & {
  events: string[];
  lines: { event: string; fields: LogFields }[];
} {
  const lines: { event: string; fields: LogFields }[] = [];
  const events: string[] = [];
  const note = (event: string, fields: LogFields = {}): void => {
    lines.push({ event, fields });
    events.push(event);
  };
  return { info: note, error: note, events, lines };
}

/** Collects work deferred until after a response; `settle` waits for all of it. */
export function deferred(): { defer(work: Promise<unknown>): void; settle(): Promise<void> } {
  let open: Promise<unknown>[] = [];
  return {
    defer: (work) => void open.push(work),
    async settle() {
      while (open.length > 0) {
        const now = open;
        open = [];
        await Promise.all(now);
      }
    },
  };
}
