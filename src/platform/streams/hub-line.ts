import { GONE } from "./hub.ts";

/** Polling interval of the history while the Durable Object is unreachable. */
const POLL_MS = 1000;
/** Maximum queued announcements. On overflow they are replaced by a read of the history. */
const MAX_QUEUED = 32;
/** Heartbeats without an announcement after which the history is read, in case an announcement was lost. */
const QUIET_HEARTBEATS = 4;

/** A follower's source of events: announcements of a Durable Object, and prompts to read the history. */
export interface HubLine<Event> {
  /**
   * Waits for announced events; an empty list is a prompt to read the history. Returns undefined after `hangUp`, and when the
   * Durable Object has dismissed its followers.
   */
  next(): Promise<readonly Event[] | undefined>;
  /** Counts a heartbeat. After several without an announcement, `next` prompts a read of the history. */
  heartbeat(): void;
  /** Disconnects from the Durable Object and ends `next`. */
  hangUp(): void;
}

/**
 * @param hub a socket to the Durable Object; undefined when it is unreachable, and then the history is polled
 * @param parse reads the events of an announcement
 */
export function hubLine<Event>(
  hub: WebSocket | undefined,
  parse: (announcement: string) => readonly Event[],
): HubLine<Event> {
  const queued: (readonly Event[])[] = [];
  let wake: () => void = () => undefined;
  let quiet = 0;
  let isOver = false;
  let polling: ReturnType<typeof setInterval> | undefined;

  const promptRead = (): void => {
    queued.push([]);
    wake();
  };
  const startPolling = (): void => {
    if (!isOver) polling ??= setInterval(promptRead, POLL_MS);
  };

  if (hub) {
    hub.accept();
    hub.addEventListener("message", ({ data }) => {
      quiet = 0;
      if (queued.length >= MAX_QUEUED) queued.splice(0, queued.length, []);
      else queued.push(parse(String(data)));
      wake();
    });
    hub.addEventListener("close", ({ code }) => {
      if (code === GONE) hangUp();
      // The Durable Object was moved or redeployed; the history is still available.
      else startPolling();
    });
    hub.addEventListener("error", startPolling);
  } else {
    startPolling();
  }

  function hangUp(): void {
    isOver = true;
    clearInterval(polling ?? null);
    hub?.close(1000);
    wake();
  }

  return {
    hangUp,
    heartbeat() {
      quiet += 1;
      if (quiet < QUIET_HEARTBEATS) return;
      quiet = 0;
      promptRead();
    },
    async next() {
      if (queued.length === 0 && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return isOver ? undefined : queued.splice(0).flat();
    },
  };
}
