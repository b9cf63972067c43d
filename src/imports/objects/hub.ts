import type { JobEvent } from "../domain/job/job.ts";
import { broadcast } from "../../platform/streams/hub.ts";
import type { History } from "./connections.ts";

/** Message from a job's Durable Object to its followers. An empty list prompts them to read the history. */
interface Announcement {
  events: readonly JobEvent[];
}

/** Maximum events of one announcement; followers read the rest from the history. */
const EVENT_BATCH_SIZE = 100;

/** The last event that a Durable Object has announced since it woke up. */
const announced = new WeakMap<DurableObjectState, number>();

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
  broadcast(context, JSON.stringify({ events } satisfies Announcement));
}

/** The last parsed announcement: all followers of a job in this isolate receive the same text in succession. */
let lastParsed: { text: string; events: readonly JobEvent[] } = { text: "", events: [] };

/** Reads the events of an announcement. */
export function parseAnnouncement(text: string): readonly JobEvent[] {
  if (text !== lastParsed.text)
    lastParsed = { text, events: (JSON.parse(text) as Announcement).events };
  return lastParsed.events;
}
