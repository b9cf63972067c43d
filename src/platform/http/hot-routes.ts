import type { RequestRecord } from "./middleware.ts";

/** A GET request as a hot route sees it. */
export interface HotRequest {
  /** The text after the `?` of the URL, as sent. */
  readonly query: string;
  readonly headers: Headers;
  readonly requestId: string;
}

/**
 * A GET route that usually answers from the isolate's memory. Such an answer is given before the router, whose context, chain of
 * middleware and promises cost more than the answer itself.
 */
export interface HotRoute {
  readonly path: string;
  /**
   * Answers without I/O, including the headers that every response has. Undefined leaves the
   * request to the router, and must have no side effect.
   */
  answer(request: HotRequest): Response | undefined;
}

/** The path of an absolute URL starts at the first `/` from here on: a host has at least one character. */
const HOST_END = "https://".length;

/**
 * Answers requests to hot routes. Undefined for all that need the router: other methods and paths,
 * requests with an `Origin`, and those that a hot route declines.
 */
export function hotRoutes(
  routes: readonly HotRoute[],
  record: RequestRecord,
): (request: Request) => Response | undefined {
  const byPath = new Map(routes.map((route) => [route.path, route]));
  return (request) => {
    const { method, url } = request;
    if (method !== "GET") return undefined;
    const queryAt = url.indexOf("?", HOST_END);
    if (queryAt === -1) return undefined;
    const route = byPath.get(url.slice(url.indexOf("/", HOST_END), queryAt));
    if (route === undefined) return undefined;
    const { headers } = request;
    if (headers.has("Origin")) return undefined;
    const requestId = record.idOf(headers);
    const response = route.answer({ query: url.slice(queryAt + 1), headers, requestId });
    // The clock does not advance without I/O, so the duration is 0 ms.
    if (response) {
      record.answered({ method, route: route.path, status: response.status, ms: 0 }, requestId);
    }
    return response;
  };
}
