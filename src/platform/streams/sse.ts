/** One Server-Sent Event. After an event without an id, a reconnection resumes after the last event with an id. */
export interface SseEvent {
  id?: number;
  /** A constant of this service, never external input. */
  event: string;
  data: unknown;
}

/** A comment that keeps the connection alive; clients ignore it. */
export const HEARTBEAT = ": heartbeat\n\n";

/** Tells the client how many ms to wait before it reconnects. */
export const retryLine = (ms: number): string => `retry: ${ms}\n\n`;

/**
 * Serialises an event as ASCII, with `event:` before `data:`. The data is one line of JSON, so that no text in it can end
 * the line and inject a field.
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
