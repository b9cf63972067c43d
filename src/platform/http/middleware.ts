import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { DomainError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { AnsweredRequest } from "../metrics/request-meter.ts";
import type { App } from "./context.ts";
import { ALLOWED_HEADERS, EXPOSED_HEADERS } from "./headers.ts";

// What every request passes through. A header that is set, a promise that is awaited or a call into the runtime costs a
// route that answers from memory a few percent each, so nothing here does for all what some requests need.

/** A caller's own id is taken when it can stand in a log line as it is. */
const REQUEST_ID = /^[\w=-]{1,100}$/;

/**
 * Names the request, by the caller's `X-Request-Id` or a new one, counts it, and logs it: every failure, and a share of
 * the successes, since a hot route would drown everything else.
 */
export function requestLog(deps: {
  log: Log;
  /** Told of every request that was answered. */
  metered(request: AnsweredRequest): void;
  now(): number;
  random(): number;
  newId(): string;
  sample: number;
}): MiddlewareHandler<App> {
  return async (c, next) => {
    const startedAt = deps.now();
    const given = c.req.raw.headers.get("X-Request-Id");
    const requestId = given !== null && REQUEST_ID.test(given) ? given : deps.newId();
    c.set("requestId", requestId);
    await next();
    if (!c.get("namesRequest")) c.res.headers.set("X-Request-Id", requestId);
    const { status } = c.res;
    const { method, routePath: route } = c.req;
    const ms = deps.now() - startedAt;
    deps.metered({ method, route, status, ms });
    if (status < 400 && deps.random() >= deps.sample) return;
    const write = status >= 500 ? deps.log.error : deps.log.info;
    // The route's pattern, not the path: a line must not pair a caller with a book.
    write("request", {
      requestId,
      method,
      route,
      status,
      code: c.get("problem"),
      ms,
    });
  };
}

/** CORS for the origins that the configuration names. A request without `Origin` needs none of it. */
export function crossOrigin(origins: readonly string[]): MiddlewareHandler<App> {
  const handle = cors({
    origin: [...origins],
    allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
    allowHeaders: [...ALLOWED_HEADERS],
    exposeHeaders: [...EXPOSED_HEADERS],
    maxAge: 86_400,
  });
  return (c, next) => (c.req.raw.headers.has("Origin") ? handle(c, next) : next());
}

/**
 * Uploads have a limit of their own. Of what other routes take, a review and notes of full length are the longest: 1.2 MB
 * from a client that writes every letter as `\u....`. Who sends a review of a megabyte is told which field is too long.
 */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/**
 * Refuses a body that is too large before it is read whole, and makes one that is not UTF-8, a compressed one among them,
 * fail where it is read: with U+FFFD for what cannot be read it would be stored otherwise than it came.
 */
export function boundedBody(): MiddlewareHandler<App> {
  const handle = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => {
      throw new DomainError(
        "PAYLOAD_TOO_LARGE",
        `A request body may hold at most ${MAX_BODY_BYTES} bytes.`,
      );
    },
  });
  return (c, next) => {
    if (c.req.method === "GET" || isUpload(c.req.method, c.req.path)) return next();
    return handle(c, () => {
      const { raw } = c.req;
      if (raw.body !== null) {
        c.req.raw = new Request(raw, {
          method: raw.method,
          body: raw.body.pipeThrough(utf8Only()),
        });
      }
      return next();
    });
  };
}

/** Bytes as they come, until some are not UTF-8. */
function utf8Only(): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const notUtf8 = (): DomainError =>
    new DomainError("INVALID_REQUEST", "The body is not UTF-8. Send it in UTF-8, not compressed.");
  return new TransformStream({
    transform(chunk, controller) {
      try {
        decoder.decode(chunk, { stream: true });
        controller.enqueue(chunk);
      } catch {
        controller.error(notUtf8());
      }
    },
    flush(controller) {
      try {
        decoder.decode();
      } catch {
        controller.error(notUtf8());
      }
    },
  });
}

/** Files are counted as they are read: see `readUpload`. */
const isUpload = (method: string, path: string): boolean =>
  method === "POST" && path === "/api/v2/imports";
