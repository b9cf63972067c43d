import { DomainError } from "../errors.ts";

/** The media type of Server-Sent Events. */
export const EVENT_STREAM = "text/event-stream";

/** Headers of an event stream. */
export const STREAM_HEADERS = {
  "Content-Type": EVENT_STREAM,
  "Cache-Control": "no-cache, no-store, no-transform",
  // Asks nginx and similar proxies not to buffer the response.
  "X-Accel-Buffering": "no",
};

const MEDIA_RANGE = /^\s*(\*\/\*|text\/\*|text\/event-stream)\s*(?:;(.*))?$/i;

/** @throws DomainError NOT_ACCEPTABLE when the Accept header excludes `text/event-stream` */
export function requireEventStream(accept: string | undefined): void {
  if (accept === undefined || accept.trim() === "") return;
  const ranges = accept.split(",").flatMap((range) => {
    const [, , parameters = ""] = MEDIA_RANGE.exec(range) ?? [];
    const isRefused = parameters.split(";").some((each) => /^\s*q=0(\.0*)?\s*$/i.test(each));
    return MEDIA_RANGE.test(range) ? [!isRefused] : [];
  });
  if (ranges.some(Boolean)) return;
  throw new DomainError(
    "NOT_ACCEPTABLE",
    `Only ${EVENT_STREAM} is available here: send Accept: ${EVENT_STREAM}.`,
  );
}
