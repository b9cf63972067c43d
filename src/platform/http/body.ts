import type { MiddlewareHandler } from "hono";
import { DomainError } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import type { App } from "./context.ts";
import { problemResponse } from "./problem.ts";
import { timely } from "./timely.ts";

/**
 * Limit for all routes but uploads, which have their own. The largest valid body is a review and notes of full length:
 * 1.2 MB from a client that escapes every letter as `\u....`. The limit is above that, so that a review of a megabyte
 * gets the validation error that names the field.
 */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/**
 * Passes on the bodies of all routes but uploads, and rejects one that is too large, arrives too slowly, or is not UTF-8,
 * such as a compressed one: decoding it with U+FFFD replacements would store something other than what was sent.
 */
export function boundedBody({ setTimer }: Pick<Runtime, "setTimer">): MiddlewareHandler<App> {
  return async (c, next) => {
    const { raw } = c.req;
    if (raw.method === "GET" || raw.body === null || isUpload(raw.method, c.req.path))
      return next();
    if (Number(raw.headers.get("Content-Length") ?? 0) > MAX_BODY_BYTES) throw tooLarge();
    const failure = new BodyFailure();
    const body = failure.caught(checkedBytes(timely(raw.body, setTimer)));
    c.req.raw = new Request(raw, { method: raw.method, body });
    await next();
    // The validator reports every body that it cannot read as malformed.
    if (failure.error) c.res = problemResponse(c, failure.error);
  };
}

/** Remembers why reading a body failed. */
class BodyFailure {
  error: DomainError | undefined;

  /** The bytes as a stream; remembers the error that ends it. */
  caught(bytes: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
    return new ReadableStream({
      pull: async (controller) => {
        try {
          const { done, value } = await bytes.next();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          if (error instanceof DomainError) this.error = error;
          controller.error(error);
        }
      },
      cancel: async () => void (await bytes.return(undefined)),
    });
  }
}

/** @throws DomainError PAYLOAD_TOO_LARGE, or INVALID_REQUEST at the first byte that is not UTF-8 */
async function* checkedBytes(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const check = (piece?: Uint8Array): void => {
    try {
      decoder.decode(piece, { stream: piece !== undefined });
    } catch {
      throw new DomainError(
        "INVALID_REQUEST",
        "The body is not valid UTF-8. Send uncompressed UTF-8.",
      );
    }
  };
  let length = 0;
  for await (const piece of bytes) {
    length += piece.length;
    if (length > MAX_BODY_BYTES) throw tooLarge();
    check(piece);
    yield piece;
  }
  check();
}

const tooLarge = (): DomainError =>
  new DomainError("PAYLOAD_TOO_LARGE", `The request body must not exceed ${MAX_BODY_BYTES} bytes.`);

/** Uploads are exempt: `readUpload` enforces their limit while it reads them. */
const isUpload = (method: string, path: string): boolean =>
  method === "POST" && path === "/api/v2/imports";
