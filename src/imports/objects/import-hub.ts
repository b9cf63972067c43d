import type { JobEvent } from "../domain/job/job.ts";
import type { History } from "./connections.ts";

/** What the object of a job sends to those who follow it: events as they were written, or none for a look into the history. */
export interface Announcement {
  events: readonly JobEvent[];
}

/** Events of one announcement: more are in the history anyway. */
const EVENT_BATCH_SIZE = 100;

/** The last event that an object has announced, while it is awake. */
const announced = new WeakMap<DurableObjectState, number>();

/**
 * Joins somebody who follows the job, by a WebSocket that outlives the object's sleep. No timer is set and nobody is waited
 * for: whoever holds the other end sees to its life.
 * @param cap followers at the same time
 */
export function join(context: DurableObjectState, cap: number): Response {
  if (context.getWebSockets().length >= cap) return new Response(null, { status: 429 });
  const { 0: theirs, 1: ours } = new WebSocketPair();
  context.acceptWebSocket(ours);
  return new Response(null, { status: 101, webSocket: theirs });
}

/**
 * Tells everybody who follows the job what has happened since the last time. Whoever missed something finds it in the
 * history.
 */
export async function announce(context: DurableObjectState, history: History): Promise<void> {
  if (context.getWebSockets().length === 0) return;
  const known = announced.get(context);
  // After a sleep it is not known what was announced: whoever is not at the event before looks into the history himself.
  const last = known ?? (await history.lastSeq()) - 1;
  const events = await history.eventsAfter(last, EVENT_BATCH_SIZE);
  // An earlier call has told of all there is; a word of nothing would send every follower into the history.
  if (known !== undefined && events.length === 0) return;
  announced.set(context, Math.max(announced.get(context) ?? 0, events.at(-1)?.seq ?? last));
  const text = JSON.stringify({ events } satisfies Announcement);
  for (const socket of context.getWebSockets()) {
    try {
      socket.send(text);
    } catch {
      // It is closing: whoever held the other end comes back, or does not.
    }
  }
}
