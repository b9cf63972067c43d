import { get, type IncomingMessage } from "node:http";
import { createParser } from "eventsource-parser";

/** How a listener behaves: it reads at once, with pauses, or goes away in the middle. */
export type Manner = "keen" | "slow" | "vanishing";

/** What a listener heard. */
export interface Heard {
  readonly manner: Manner;
  /** The numbers of the events, in the order in which they came. */
  readonly ids: readonly number[];
  /** When each came, ms since the epoch. */
  readonly at: readonly number[];
  /** The name of the last event. */
  readonly last: string | undefined;
}

const PAUSE_MS = 200;
const VANISH_AFTER_EVENTS = 2;

/** Listens to a stream until it ends, or until the listener goes away. @throws Error unless the answer is 200 */
export function listen(
  url: string,
  headers: Readonly<Record<string, string>>,
  manner: Manner,
): { opened: Promise<void>; heard: Promise<Heard> } {
  const ids: number[] = [];
  const at: number[] = [];
  let last: string | undefined;
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const heard = new Promise<Heard>((resolve, reject) => {
    const done = (): void => resolve({ manner, ids, at, last });
    const request = get(url, { headers, agent: false }, (response) => {
      if (response.statusCode !== 200) {
        reject(new Error(`A listener got ${response.statusCode}.`));
        return;
      }
      open();
      const parser = createParser({
        onEvent({ id, event }) {
          last = event;
          if (id === undefined) return;
          ids.push(Number(id));
          at.push(Date.now());
          if (manner === "vanishing" && ids.length >= VANISH_AFTER_EVENTS) request.destroy();
        },
      });
      response.setEncoding("utf8").on("data", (text: string) => {
        parser.feed(text);
        if (manner === "slow") rest(response);
      });
      response.on("close", done);
    });
    request.on("error", (error) => (manner === "vanishing" ? done() : reject(error)));
  });
  return { opened, heard };
}

function rest(response: IncomingMessage): void {
  response.pause();
  setTimeout(() => response.resume(), PAUSE_MS);
}
