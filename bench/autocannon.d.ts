/** Types for the part of autocannon that is used here; the package ships none. */
declare module "autocannon" {
  interface Result {
    errors: number;
    non2xx: number;
    /** Seconds. */
    duration: number;
    requests: { total: number };
    latency: { p50: number; p99: number };
  }
  /** State of one connection between requests; cleared when its list of requests starts again. */
  type Context = Record<string, unknown>;
  interface Sent {
    method?: "GET" | "POST";
    path?: string;
    headers?: Record<string, string>;
    body?: string;
  }
  interface Request extends Sent {
    /** Returns the request to send; `undefined` ends the list, and the connection starts it again. */
    setupRequest?(this: void, request: Sent, context: Context): Sent | undefined;
    onResponse?(
      this: void,
      status: number,
      body: string,
      context: Context,
      headers: Record<string, string>,
    ): void;
  }
  interface Options {
    url: string;
    connections: number;
    duration: number;
    /** Requests per second over all connections. */
    overallRate?: number;
    /** Seconds. */
    timeout?: number;
    /** Called for each connection before its first request. */
    setupClient?(this: void, client: { setRequests(requests: Request[]): void }): void;
  }
  interface Run extends Promise<Result> {
    /** @param ms time from the request to the end of the response */
    on(
      event: "response",
      listener: (client: unknown, status: number, bytes: number, ms: number) => void,
    ): this;
  }
  export default function autocannon(options: Options): Run;
}
