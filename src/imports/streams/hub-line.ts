import type { JobEvent } from "../domain/job/job.ts";
import type { Announcement } from "../objects/import-hub.ts";

/** Without its object a follower looks into the history so often. */
const LOOK_MS = 1000;
/** Announcements that may wait for a follower; what is over is found in the history. */
const MAX_HEARD = 32;
/** After so many heartbeats without news the history is looked into: an announcement may have been lost. */
const QUIET_HEARTBEATS = 4;

/** What a follower hears of a job: announcements of its object, and occasions for a look into the history. */
export interface HubLine {
  /** Waits for events that were announced, or an empty list for a look into the history; undefined when hung up. */
  next(): Promise<readonly JobEvent[] | undefined>;
  /** Another heartbeat has gone by: when nothing was heard for some of them, it is time for a look into the history. */
  heartbeat(): void;
  /** Leaves the object; nothing comes any more. */
  hangUp(): void;
}

/** @param hub a socket to the job's object; none when it cannot be reached now, and then the history alone is followed */
export function hubLine(hub: WebSocket | undefined): HubLine {
  const heard: (readonly JobEvent[])[] = [];
  let wake: () => void = () => undefined;
  let quiet = 0;
  let isOver = false;
  let looking: ReturnType<typeof setInterval> | undefined;

  const look = (): void => {
    heard.push([]);
    wake();
  };
  const lookOften = (): void => {
    if (!isOver) looking ??= setInterval(look, LOOK_MS);
  };

  if (hub) {
    hub.accept();
    hub.addEventListener("message", ({ data }) => {
      quiet = 0;
      if (heard.length >= MAX_HEARD) heard.splice(0, heard.length, []);
      else heard.push(announcedIn(String(data)));
      wake();
    });
    // The object was moved or deployed: the history goes on without it.
    hub.addEventListener("close", lookOften);
    hub.addEventListener("error", lookOften);
  } else {
    lookOften();
  }

  return {
    heartbeat() {
      quiet += 1;
      if (quiet < QUIET_HEARTBEATS) return;
      quiet = 0;
      look();
    },
    async next() {
      if (heard.length === 0 && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return isOver ? undefined : heard.splice(0).flat();
    },
    hangUp() {
      isOver = true;
      clearInterval(looking ?? null);
      hub?.close(1000);
      wake();
    },
  };
}

/** What was read last: all followers of a job in this isolate get the same text, one after the other. */
let lastRead: { text: string; events: readonly JobEvent[] } = { text: "", events: [] };

function announcedIn(text: string): readonly JobEvent[] {
  if (text !== lastRead.text)
    lastRead = { text, events: (JSON.parse(text) as Announcement).events };
  return lastRead.events;
}
