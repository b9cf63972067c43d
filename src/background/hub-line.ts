import type { JobEvent } from "../domain/imports/job.ts";
import type { Announcement } from "./import-hub.ts";

/** Without its object a follower looks into the history so often. */
const LOOK_MS = 1000;
/** Announcements that may wait for a follower; what is over is found in the history. */
const MOST_HEARD = 32;

/** What a follower hears of a job: announcements of its object, and occasions for a look into the history. */
export interface HubLine {
  /** Waits for events that were announced, or an empty list for a look into the history; undefined when hung up. */
  next(): Promise<readonly JobEvent[] | undefined>;
  /** Gives occasion for a look into the history. */
  look(): void;
  /** Leaves the object; nothing comes any more. */
  hangUp(): void;
}

/** @param hub a socket to the job's object; none when it cannot be reached now, and then the history alone is followed */
export function hubLine(hub: WebSocket | undefined): HubLine {
  const heard: (readonly JobEvent[])[] = [];
  let wake: () => void = () => undefined;
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
      if (heard.length >= MOST_HEARD) heard.splice(0, heard.length, []);
      else heard.push((JSON.parse(String(data)) as Announcement).events);
      wake();
    });
    // The object was moved or deployed: the history goes on without it.
    hub.addEventListener("close", lookOften);
    hub.addEventListener("error", lookOften);
  } else {
    lookOften();
  }

  return {
    look,
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
