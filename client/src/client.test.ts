import { expect, test } from "vitest";
import { pauseMs } from "./backoff.ts";
import { createClient, type ClientOptions } from "./client.ts";
import {
  AccessError,
  ConflictError,
  ConnectionError,
  GoneError,
  InvalidRequestError,
  NotFoundError,
  RateLimitedError,
  UnavailableError,
} from "./errors.ts";
import { snapshotAt } from "./test-support.ts";

interface Sent {
  url: URL;
  method: string;
  headers: Headers;
  body: unknown;
}

/** A client that receives the given responses in turn; the last one repeats. */
function clientOf(
  answers: readonly (() => Response | Error)[],
  options: Partial<ClientOptions> = {},
) {
  const sent: Sent[] = [];
  const waits: number[] = [];
  const client = createClient({
    baseUrl: "https://books.example",
    token: "bt_1_secret",
    clientVersion: "test/1.0.0",
    random: () => 0.5,
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    fetch: (input, init) => {
      sent.push({
        url: new URL(input instanceof Request ? input.url : input),
        method: init?.method ?? "GET",
        headers: new Headers(init?.headers),
        body: init?.body,
      });
      const answer = answers[Math.min(sent.length, answers.length) - 1]?.();
      return answer instanceof Response ? Promise.resolve(answer) : Promise.reject(answer);
    },
    ...options,
  });
  return { client, sent, waits };
}

const problem = (status: number, code: string, more: Record<string, unknown> = {}, headers = {}) =>
  Response.json(
    {
      type: "t",
      title: code,
      status,
      detail: `about ${code}`,
      code,
      retryable: status >= 429,
      ...more,
    },
    { status, headers: { "Content-Type": "application/problem+json", ...headers } },
  );

const book = { isbn: "9780441172719", title: "Dune", authors: ["Frank Herbert"] };

test("a scan reuses its idempotency key for every attempt", async () => {
  const { client, sent, waits } = clientOf([
    () => new TypeError("fetch failed"),
    () => problem(503, "PROVIDERS_UNAVAILABLE", {}, { "Retry-After": "2" }),
    () => Response.json(book),
  ]);
  expect(await client.catalogue.enrich("9780441172719")).toMatchObject(book);
  const keys = sent.map(({ headers }) => headers.get("Idempotency-Key"));
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(new Set(keys).size).toBe(1);
  expect(waits).toEqual([150, 2300]);
  expect(sent[0]?.headers.get("Authorization")).toBe("Bearer bt_1_secret");
  expect(sent[0]?.headers.get("X-Client-Version")).toBe("test/1.0.0");
  expect(sent[0]?.body).toBe('{"barcode":"9780441172719"}');
});

test("two scans use two keys", async () => {
  const { client, sent } = clientOf([() => Response.json(book)]);
  await client.catalogue.enrich("9780441172719");
  await client.catalogue.enrich("9780441172719");
  expect(new Set(sent.map(({ headers }) => headers.get("Idempotency-Key"))).size).toBe(2);
});

test("an incomplete body counts as a failed attempt", async () => {
  const { client, sent } = clientOf([
    () => new Response('{"isbn":"978'),
    () => Response.json(book),
  ]);
  expect(await client.catalogue.enrich("9780441172719")).toMatchObject(book);
  expect(sent).toHaveLength(2);
});

test("a POST without a key is sent once", async () => {
  const { client, sent } = clientOf([() => new TypeError("fetch failed")]);
  await expect(client.accounts.create()).rejects.toBeInstanceOf(ConnectionError);
  expect(sent).toHaveLength(1);
});

test("gives up after four attempts, or immediately when the service requests more than a minute", async () => {
  const always = clientOf([() => problem(503, "DATABASE_UNAVAILABLE")]);
  await expect(always.client.imports.get("job-1")).rejects.toBeInstanceOf(UnavailableError);
  expect(always.sent).toHaveLength(4);
  const long = clientOf([() => problem(429, "RATE_LIMIT_EXCEEDED", {}, { "Retry-After": "90" })]);
  await expect(long.client.imports.get("job-1")).rejects.toMatchObject({ retryAfterMs: 90_000 });
  expect(long.sent).toHaveLength(1);
});

test.each([
  [400, "INVALID_ISBN", InvalidRequestError],
  [401, "UNAUTHORIZED", AccessError],
  [403, "FORBIDDEN", AccessError],
  [404, "BOOK_NOT_FOUND", NotFoundError],
  [409, "CONFLICT", ConflictError],
  [410, "GONE", GoneError],
  [412, "PRECONDITION_FAILED", ConflictError],
  [422, "NOT_A_BOOK_BARCODE", InvalidRequestError],
  [429, "RATE_LIMIT_EXCEEDED", RateLimitedError],
  [500, "INTERNAL_ERROR", UnavailableError],
])("%i %s maps to its own error class", async (status, code, type) => {
  const { client } = clientOf([() => problem(status, code)], { retries: { attempts: 1 } });
  const failure = client.catalogue.byIsbn("1").catch((error: unknown) => error);
  expect(await failure).toBeInstanceOf(type);
  expect(await failure).toMatchObject({ code, status, message: `about ${code}` });
});

test("errors carry the details of the problem", async () => {
  const refused = clientOf([
    () =>
      problem(400, "INVALID_REQUEST", {
        issues: [{ path: "rating", message: "must be at most 5" }],
        suggestions: ["9780441172719"],
      }),
  ]);
  await expect(refused.client.catalogue.byIsbn("1")).rejects.toMatchObject({
    issues: [{ path: "rating", message: "must be at most 5" }],
    suggestions: ["9780441172719"],
  });
  const missing = clientOf([
    () => problem(404, "BOOK_NOT_FOUND", { providersChecked: ["openlibrary"] }),
  ]);
  await expect(missing.client.catalogue.enrich("1")).rejects.toMatchObject({
    providersChecked: ["openlibrary"],
  });
});

test("a response that is not from the service is an error", async () => {
  const { client } = clientOf([() => new Response("<html>", { status: 502 })], {
    retries: { attempts: 1 },
  });
  await expect(client.catalogue.byIsbn("1")).rejects.toMatchObject({
    code: "HTTP_502",
    retryable: true,
  });
});

test("an abort is not retried", async () => {
  const abort = new AbortController();
  const { client, sent } = clientOf([
    () => {
      abort.abort(new Error("enough"));
      return new TypeError("aborted");
    },
  ]);
  await expect(client.imports.get("job-1", { signal: abort.signal })).rejects.toThrow("enough");
  await expect(client.imports.get("job-1", { signal: abort.signal })).rejects.toThrow("enough");
  expect(sent).toHaveLength(1);
});

test("a response that never arrives or never ends is a broken connection and is retried", async () => {
  let calls = 0;
  const { client } = clientOf([], {
    timeoutMs: 20,
    fetch: (_, init) => {
      calls += 1;
      if (calls === 3) return Promise.resolve(Response.json(snapshotAt(1, true)));
      return new Promise((resolve, reject) => {
        const end = (controller?: ReadableStreamDefaultController): void => {
          const reason = init?.signal?.reason as Error;
          if (controller) controller.error(reason);
          else reject(reason);
        };
        if (calls === 1) init?.signal?.addEventListener("abort", () => end());
        const body = new ReadableStream({
          start: (controller) =>
            init?.signal?.addEventListener("abort", () => end(controller), { once: true }),
        });
        if (calls === 2) resolve(new Response(body));
      });
    },
  });
  expect((await client.imports.get("job-1")).status).toBe("completed");
  expect(calls).toBe(3);
});

test("a shelf is read page by page", async () => {
  const page = (books: string[], nextCursor?: string) => () =>
    Response.json({ success: true, data: { books: books.map((isbn) => ({ isbn })), nextCursor } });
  const { client, sent } = clientOf([page(["1", "2"], "c 1"), page(["3"])]);
  const books = await Array.fromAsync(client.library("user/1").books({ status: "reading" }));
  expect(books.map(({ isbn }) => isbn)).toEqual(["1", "2", "3"]);
  expect(sent[1]?.url.pathname).toBe("/v1/library/user%2F1");
  expect(sent[1]?.url.searchParams.get("cursor")).toBe("c 1");
  expect(sent[1]?.url.searchParams.get("status")).toBe("reading");
});

test("a file is uploaded under one key and its import is followed to the end", async () => {
  const last = snapshotAt(2, true);
  const { client, sent } = clientOf([
    () => new TypeError("fetch failed"),
    () => Response.json({ jobId: "job-1", totalRows: 10 }, { status: 202 }),
    () =>
      new Response(
        `event: snapshot\ndata: ${JSON.stringify(snapshotAt(1, false))}\n\nevent: hint\ndata: from a later service\n\nid: 2\nevent: completed\ndata: ${JSON.stringify(last)}\n\n`,
      ),
  ]);
  const updates = await Array.fromAsync(client.imports.importFile("isbn\n9780441172719\n"));
  expect(updates).toEqual([
    { via: "stream", snapshot: snapshotAt(1, false) },
    { via: "stream", snapshot: last },
  ]);
  const [first, second, stream] = sent;
  expect(first?.headers.get("Idempotency-Key")).toBe(second?.headers.get("Idempotency-Key"));
  const form = second?.body as FormData;
  expect(form.get("options")).toBe("{}");
  expect(await (form.get("file") as File).text()).toBe("isbn\n9780441172719\n");
  expect(stream?.url.pathname).toBe("/api/v2/imports/job-1/stream");
  expect(stream?.headers.get("Last-Event-ID")).toBeNull();
});

test("polling sends its ETag and waits as long as requested, ten seconds at most", async () => {
  const { client, sent, waits } = clientOf([
    () => new TypeError("no stream"),
    () => new TypeError("no stream"),
    () => new TypeError("no stream"),
    () => Response.json(snapshotAt(1, false), { headers: { ETag: '"1"', "Retry-After": "2" } }),
    () => new Response(null, { status: 304, headers: { "Retry-After": "60" } }),
    () => Response.json(snapshotAt(2, true), { headers: { ETag: '"2"' } }),
  ]);
  const updates = await Array.fromAsync(client.imports.watch("job-1"));
  expect(updates.map(({ via }) => via)).toEqual(["polling", "polling"]);
  expect(sent[4]?.headers.get("If-None-Match")).toBe('"1"');
  expect(waits.slice(-2)).toEqual([2000, 10_000]);
});

test("delays grow, vary, and are never shorter than requested", () => {
  const policy = { baseMs: 100, capMs: 1000 };
  expect([1, 2, 3, 4, 9].map((failures) => pauseMs(failures, policy, () => 1))).toEqual([
    100, 200, 400, 800, 1000,
  ]);
  expect(pauseMs(1, policy, () => 0, 5000)).toBe(5000);
  expect(pauseMs(1, policy, () => 0.5, 5000)).toBe(5050);
});

test("the service may be mounted below a path", async () => {
  for (const baseUrl of ["https://example.org/books", "https://example.org/books/"]) {
    const { client, sent } = clientOf([() => Response.json({})], { baseUrl });
    await client.capabilities();
    expect(sent[0]?.url.href).toBe("https://example.org/books/api/v2/capabilities");
  }
});

test("Retry-After may be seconds or a date", async () => {
  const later = new Date(Date.now() + 600_000).toUTCString();
  const { client } = clientOf(
    [() => problem(429, "RATE_LIMIT_EXCEEDED", {}, { "Retry-After": later })],
    { retries: { attempts: 1 } },
  );
  const failure: unknown = await client.capabilities().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RateLimitedError);
  const { retryAfterMs = 0 } = failure as RateLimitedError;
  expect(retryAfterMs).toBeGreaterThan(0);
  expect(retryAfterMs).toBeLessThanOrEqual(600_000);
});

/** A response whose body sends a few bytes; `after` decides how it ends. */
const beginning = (after: (controller: ReadableStreamDefaultController) => void): Response => {
  let hasBegun = false;
  const pull = (controller: ReadableStreamDefaultController): void => {
    if (hasBegun) after(controller);
    else controller.enqueue(new TextEncoder().encode("Title\r\n"));
    hasBegun = true;
  };
  return new Response(new ReadableStream({ pull }));
};

test("an export that breaks or stalls is a broken connection; an abort keeps its reason", async () => {
  const { signal, abort } = ((controller) => ({
    signal: controller.signal,
    abort: () => controller.abort(new Error("enough")),
  }))(new AbortController());
  const exported = async (after: (controller: ReadableStreamDefaultController) => void) => {
    const { client } = clientOf([() => beginning(after)], { silenceMs: 20 });
    return new Response(await client.library("u").export("csv", { signal })).text();
  };
  expect(await exported((controller) => controller.close())).toBe("Title\r\n");
  await expect(
    exported((controller) => controller.error(new TypeError("terminated"))),
  ).rejects.toBeInstanceOf(ConnectionError);
  await expect(exported(() => undefined)).rejects.toThrow("sent no data");
  await expect(exported(abort)).rejects.toThrow("enough");
});

test("rejects JSON that is not an import state", async () => {
  const strangeStream = (): Response =>
    new Response(`event: progress\ndata: {"login":"first"}\n\nevent: progress\ndata: null\n\n`);
  const { client } = clientOf([
    strangeStream,
    strangeStream,
    strangeStream,
    () => Response.json({ login: "first" }),
    () => Response.json(null),
    () => Response.json(snapshotAt(2, true)),
  ]);
  const updates = await Array.fromAsync(client.imports.watch("job-1"));
  expect(updates).toEqual([{ via: "polling", snapshot: snapshotAt(2, true) }]);
});
