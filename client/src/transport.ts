import { pauseMs, type RetryPolicy, type sleep } from "./backoff.ts";
import { BooksTrackError, ConnectionError, errorOf } from "./errors.ts";

/** What a client is made of. */
export interface TransportOptions {
  /** Where the service is: `https://api.example.org`. */
  baseUrl: string;
  /** Whose requests these are; without one only public routes answer. */
  token?: string | undefined;
  /** Sent as `X-Client-Version`: `ios/3.2.0`. */
  clientVersion?: string | undefined;
  fetch: typeof fetch;
  retries: RetryPolicy;
  /** How long one try may take, in ms; a try that takes longer counts as a broken connection. */
  timeoutMs: number;
  /** The same for the upload of a file. */
  uploadTimeoutMs: number;
  /** How long an event stream may say nothing, in ms. */
  silenceMs: number;
  /** From 0 to below 1. */
  random: () => number;
  sleep: typeof sleep;
}

export interface RequestOptions {
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is, on every try: not a stream. */
  body?: FormData | Blob | string;
  /** Answers beside 2xx that are no failure. */
  accept?: readonly number[];
  /** In place of the client's `timeoutMs`. */
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

/** Sends requests, and sends them again where that is safe. */
export interface Transport {
  /**
   * The answer, once it is a success and `read` has read it; a body that breaks off is another failed try.
   * @throws BooksTrackError, ConnectionError, or the signal's reason
   */
  send<T>(
    path: string,
    request: RequestOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T>;
  /** The JSON of an answer. */
  json<T>(path: string, request?: RequestOptions): Promise<T>;
  /** One try, for who counts failures himself. What `read` leaves unread of a body may take any time. */
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
    return within(request.timeoutMs ?? options.timeoutMs, request.signal, async (signal) => {
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
        if (!mayTryAgain(error, request) || failures >= retries.attempts) throw error;
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

/** @throws ConnectionError when the body breaks off */
export async function jsonOf<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (error) {
    throw new ConnectionError("The answer broke off, or is not JSON.", { cause: error });
  }
}

/** @param baseUrl may have a path of its own, below which the service lies */
function urlOf(baseUrl: string, path: string, query: RequestOptions["query"] = {}): string {
  const url = new URL(`${baseUrl.replace(/\/+$/, "")}${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
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
 * Work within a time: a half-open socket never answers.
 * @param work gets a signal that ends it when it is late, or when the caller no longer wants it
 * @throws ConnectionError when it is late, and the caller's reason
 */
async function within<T>(
  ms: number,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  caller?.throwIfAborted();
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new ConnectionError(`There was no answer within ${ms / 1000} s.`)),
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
 * A POST is sent again only under a key by which the service knows it. What is bound to a state is sent once: if its first
 * try was carried out, the second would meet another state.
 */
function mayTryAgain(error: unknown, { method = "GET", headers, signal }: RequestOptions): boolean {
  if (signal?.aborted) return false;
  if (method === "POST" && headers?.["Idempotency-Key"] === undefined) return false;
  if (headers?.["If-Match"] !== undefined) return false;
  return error instanceof ConnectionError || (error instanceof BooksTrackError && error.retryable);
}
