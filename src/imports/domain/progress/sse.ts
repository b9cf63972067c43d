/** One event of a stream of Server-Sent Events; without an id a reconnection goes on behind the event before. */
export interface SseEvent {
  id?: number;
  /** A word of our own; nothing that comes from outside. */
  event: string;
  data: unknown;
}

/** Says that the line is alive; readers pass over it. */
export const HEARTBEAT = ": heartbeat\n\n";

/** Asks the reader to wait so long, in ms, before it connects again. */
export const retryLine = (ms: number): string => `retry: ${ms}\n\n`;

/**
 * The bytes of an event, all of them ASCII: `event:` before `data:`, and the data as one line of JSON, so that no text in
 * it can end the line and write a field of its own.
 */
export function sseText({ id, event, data }: SseEvent): string {
  const name = id === undefined ? "" : `id: ${id}\n`;
  return `${name}event: ${event}\ndata: ${asciiJson(data)}\n\n`;
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
