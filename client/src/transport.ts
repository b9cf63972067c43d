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
  /** One try, for who counts failures himself. */
  once(path: string, request?: RequestOptions): Promise<Response>;
  readonly options: TransportOptions;
}

export function createTransport(options: TransportOptions): Transport {
  const { retries, random, sleep } = options;

  async function once(path: string, request: RequestOptions = {}): Promise<Response> {
    const response = await answered(options, path, request);
    if (response.ok || request.accept?.includes(response.status)) return response;
    throw await errorOf(response);
  }

  async function send<T>(
    path: string,
    request: RequestOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await read(await once(path, request));
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
      send(path, request, (response) => jsonOf<T>(response, request.signal)),
  };
}

/** @throws ConnectionError when the body breaks off */
export async function jsonOf<T>(response: Response, signal?: AbortSignal): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (error) {
    signal?.throwIfAborted();
    throw new ConnectionError("The answer broke off, or is not JSON.", { cause: error });
  }
}

/** The address of a path; one that is an address already stays. */
export function urlOf(baseUrl: string, path: string, query: RequestOptions["query"] = {}): string {
  const url = new URL(path, baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`);
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
    signal?.throwIfAborted();
    throw new ConnectionError(`${new URL(baseUrl).host} could not be reached.`, { cause: error });
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
