import { abortAfter, isTimeout } from "../../platform/abort-after.ts";
import { defined } from "../../platform/defined.ts";
import { HOUR_MS } from "../../platform/time.ts";
import { readText } from "../../platform/bounded-text.ts";
import type { ProviderFailed } from "../domain/provider.ts";

/** The part of `fetch` that providers use. It is injected, so that tests and quotas can wrap it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Dependencies of a call. `now` is the clock in ms, used to evaluate a `Retry-After` date. */
export interface HttpDeps {
  readonly fetch: Fetch;
  readonly now?: () => number;
}

/** A response other than 2xx. `body` is its JSON, if any. */
export interface Refusal {
  readonly kind: "refused";
  readonly status: number;
  readonly retryAfterMs?: number;
  /** The target of a redirect. */
  readonly location?: string;
  readonly body: unknown;
}

/** The result of a call for JSON. The body of `ok` may be any JSON. */
export type HttpAnswer = { kind: "ok"; body: unknown } | Refusal | ProviderFailed;

/**
 * A batch of 25 books has about 100 kB; a larger response than this cannot be an answer to our
 * request.
 */
const MAX_BODY_BYTES = 2 * 1024 * 1024;
const MAX_ERROR_BODY_BYTES = 64 * 1024;
/** A provider's `Retry-After` is limited to an hour. */
export const MAX_RETRY_AFTER_MS = HOUR_MS;

const NOT_JSON = Symbol("not JSON");

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

/** `Retry-After` as ms from `now`, at most an hour. Accepts seconds or an HTTP date (RFC 9110, 10.2.3). */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? "";
  const ms = /^\d+$/.test(text)
    ? Number(text) * 1000
    : text.endsWith(" GMT")
      ? Date.parse(text) - now
      : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

async function readAnswer(response: Response, now: number): Promise<HttpAnswer> {
  if (response.ok) {
    const body = parse((await readText(response, MAX_BODY_BYTES)) ?? "");
    return body === NOT_JSON ? { kind: "failed", reason: "bad_answer" } : { kind: "ok", body };
  }
  const wait = retryAfterMs(response.headers.get("retry-after"), now);
  const body = parse((await readText(response, MAX_ERROR_BODY_BYTES)) ?? "");
  return {
    kind: "refused",
    status: response.status,
    ...defined({
      retryAfterMs: wait,
      location: response.headers.get("location") ?? undefined,
    }),
    body: body === NOT_JSON ? undefined : body,
  };
}

/**
 * One GET for JSON, which never throws: no complete response within `timeoutMs`, body included, is `timeout`; a failed
 * or broken connection is `network`; HTML, a truncated response, or more than 2 MB is `bad_answer`. There is no retry.
 */
export async function getJson(
  url: string,
  options: { userAgent: string; timeoutMs: number },
  { fetch, now = Date.now }: HttpDeps,
): Promise<HttpAnswer> {
  try {
    return await abortAfter(options.timeoutMs, async (signal) => {
      const response = await fetch(url, {
        headers: { Accept: "application/json", "User-Agent": options.userAgent },
        // A redirect would be a second call that is not counted against the provider's limit.
        redirect: "manual",
        signal,
      });
      return readAnswer(response, now());
    });
  } catch (error) {
    return { kind: "failed", reason: isTimeout(error) ? "timeout" : "network" };
  }
}

/** 401 and 403 refuse this deployment, regardless of the question. */
const DENIALS: readonly number[] = [401, 403];

/** Converts a refusal to a failure: `rate_limited` for 429, `access_denied` for 401 and 403, otherwise `http_error`. */
export function failureOf({ status, retryAfterMs }: Refusal): ProviderFailed {
  return {
    kind: "failed",
    reason: reasonOf(status),
    status,
    ...defined({ retryAfterMs }),
  };
}

function reasonOf(status: number): ProviderFailed["reason"] {
  if (status === 429) return "rate_limited";
  return DENIALS.includes(status) ? "access_denied" : "http_error";
}

/** Our User-Agent. Open Library allows three requests a second with a contact, one without. */
export function userAgent(contact: string | undefined): string {
  // A header may contain printable ASCII only.
  const printable = (contact ?? "").replace(/[^\x20-\x7E]/g, "").trim();
  return printable === "" ? "BooksTrack/0.1" : `BooksTrack/0.1 (+${printable})`;
}

/** The base URL without trailing slashes, so that a path can be appended. */
export function withoutTrailingSlash(baseUrl: string): string {
  let end = baseUrl.length;
  while (baseUrl.charAt(end - 1) === "/") end -= 1;
  return baseUrl.slice(0, end);
}
