import { pauseMs, type RetryPolicy, type sleep } from "./backoff.ts";
import { BooksTrackError, ConnectionError, errorOf } from "./errors.ts";

/** The client's settings with defaults applied. */
export interface TransportOptions {
  /** Base URL of the service, such as `https://api.example.org`. */
  baseUrl: string;
  /** Bearer token. Without one only public routes work. */
  token?: string | undefined;
  /** Sent as `X-Client-Version`, such as `ios/3.2.0`. */
  clientVersion?: string | undefined;
  fetch: typeof fetch;
  retries: RetryPolicy;
  /** Timeout of one attempt, in ms. An attempt that takes longer counts as a broken connection. */
  timeoutMs: number;
  /** Timeout of one attempt to upload a file, in ms. */
  uploadTimeoutMs: number;
  /** Maximum time without data on an event stream, in ms. */
  silenceMs: number;
  /** Returns a number from 0 to below 1. */
  random: () => number;
  sleep: typeof sleep;
}

type QueryValue = string | number | boolean | undefined;

export interface RequestOptions {
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** A list is sent as a repeated parameter. */
  query?: Readonly<Record<string, QueryValue | readonly QueryValue[]>>;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent unchanged on every attempt, so it cannot be a stream. */
  body?: FormData | Blob | string;
  /** Statuses other than 2xx that are not errors. */
  accept?: readonly number[];
  /** Overrides the client's `timeoutMs`. */
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

/** Sends requests, and retries them where that is safe. */
export interface Transport {
  /**
   * Sends a request until it succeeds, and returns the result of `read`. An incomplete body is a
   * failed attempt.
   * @throws BooksTrackError, ConnectionError, or the signal's reason
   */
  send<T>(
    path: string,
    request: RequestOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T>;
  /** `send`, with the response body parsed as JSON. */
  json<T>(path: string, request?: RequestOptions): Promise<T>;
  /**
   * One attempt, for callers that count failures themselves. The timeout does not cover the part of
   * the body that `read` leaves unread.
   */
  once<T>(
    path: string,
    request: RequestOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T>;
  readonly options: TransportOptions;
}

export function createTransport(options: TransportOptions): Transport {
  const { retries, random, sleep } = options;

  function once<T>(
    path: string,
    request: RequestOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    return withDeadline(request.timeoutMs ?? options.timeoutMs, request.signal, async (signal) => {
      const response = await answered(options, path, { ...request, signal });
      if (response.ok || request.accept?.includes(response.status)) return read(response);
      throw await errorOf(response);
    });
  }

  async function send<T>(
    path: string,
    request: RequestOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await once(path, request, read);
      } catch (error) {
        if (!mayRetry(error, request) || failures >= retries.attempts) throw error;
        const asked = error instanceof BooksTrackError ? error.retryAfterMs : undefined;
        if ((asked ?? 0) > retries.patienceMs) throw error;
        await sleep(pauseMs(failures, retries, random, asked), request.signal);
      }
    }
  }

  return {
    options,
    once,
    send,
    json: <T>(path: string, request: RequestOptions = {}) =>
      send(path, request, (response) => jsonOf<T>(response)),
  };
}

/** Parses a response body. @throws ConnectionError if it is incomplete or not JSON */
export async function jsonOf<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (error) {
    throw new ConnectionError("The response is incomplete or not JSON.", { cause: error });
  }
}

/** @param baseUrl may contain a path below which the service is mounted */
function urlOf(baseUrl: string, path: string, query: RequestOptions["query"] = {}): string {
  const url = new URL(`${baseUrl.replace(/\/+$/, "")}${path}`);
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) {
      if (one !== undefined) url.searchParams.append(name, String(one));
    }
  }
  return url.href;
}

async function answered(
  { baseUrl, token, clientVersion, fetch }: TransportOptions,
  path: string,
  { method = "GET", query, headers, json, body, signal }: RequestOptions,
): Promise<Response> {
  const sent = json === undefined ? body : JSON.stringify(json);
  try {
    return await fetch(urlOf(baseUrl, path, query), {
      method,
      headers: {
        Accept: "application/json, application/problem+json",
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(clientVersion === undefined ? {} : { "X-Client-Version": clientVersion }),
        ...(json === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    throw new ConnectionError(`${new URL(baseUrl).host} could not be reached.`, { cause: error });
  }
}

/**
 * Runs work with a deadline, because a half-open socket never responds.
 * @param work receives a signal that aborts at the deadline, or when the caller aborts
 * @throws ConnectionError at the deadline, or the caller's reason
 */
async function withDeadline<T>(
  ms: number,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  caller?.throwIfAborted();
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new ConnectionError(`No response within ${ms / 1000} s.`)),
    ms,
  );
  try {
    return await work(caller ? AbortSignal.any([caller, late.signal]) : late.signal);
  } catch (error) {
    caller?.throwIfAborted();
    late.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Whether a request may be retried. A POST is retried only with an idempotency key. A request with If-Match is sent once: if
 * the first attempt was applied, the second would find a changed ETag.
 */
function mayRetry(error: unknown, { method = "GET", headers, signal }: RequestOptions): boolean {
  if (signal?.aborted) return false;
  if (method === "POST" && headers?.["Idempotency-Key"] === undefined) return false;
  if (headers?.["If-Match"] !== undefined) return false;
  return error instanceof ConnectionError || (error instanceof BooksTrackError && error.retryable);
}
