import type { JobEvent } from "../domain/job/job.ts";
import type { History } from "./connections.ts";

/** Message from a job's Durable Object to its followers. An empty list prompts them to read the history. */
export interface Announcement {
  events: readonly JobEvent[];
}

/** Maximum events of one announcement; followers read the rest from the history. */
const EVENT_BATCH_SIZE = 100;

/** The last event that a Durable Object has announced since it woke up. */
const announced = new WeakMap<DurableObjectState, number>();

/**
 * Connects a follower by a WebSocket that survives hibernation of the Durable Object. There are no timers and no pings on
 * this side: the follower is responsible for closing the socket.
 * @param cap maximum number of concurrent followers
 * @returns 101, or 429 when the cap is reached
 */
export function join(context: DurableObjectState, cap: number): Response {
  if (context.getWebSockets().length >= cap) return new Response(null, { status: 429 });
  const { 0: theirs, 1: ours } = new WebSocketPair();
  context.acceptWebSocket(ours);
  return new Response(null, { status: 101, webSocket: theirs });
}

/** Sends new events to all followers of the job. A follower that misses an announcement finds the events in the history. */
export async function announce(context: DurableObjectState, history: History): Promise<void> {
  if (context.getWebSockets().length === 0) return;
  const known = announced.get(context);
  // After hibernation the last announced event is unknown. A follower that is not at the event before detects the gap and
  // reads the history.
  const last = known ?? (await history.lastSeq()) - 1;
  const events = await history.eventsAfter(last, EVENT_BATCH_SIZE);
  // An earlier call has announced everything. An empty announcement would make every follower read the history.
  if (known !== undefined && events.length === 0) return;
  announced.set(context, Math.max(announced.get(context) ?? 0, events.at(-1)?.seq ?? last));
  const text = JSON.stringify({ events } satisfies Announcement);
  for (const socket of context.getWebSockets()) {
    try {
      socket.send(text);
    } catch {
      // The socket is closing; its follower reconnects if it is still interested.
    }
  }
}
