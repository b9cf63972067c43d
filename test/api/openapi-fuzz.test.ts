import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import document from "../../openapi.json" with { type: "json" };
import { bearer } from "../support/accounts.ts";
import { call } from "../support/http.ts";
import { inCatalogue, newReader, type Reader } from "../support/library.ts";
import { ADMIN } from "../support/migration.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";
import { staged } from "../support/imports.ts";
import { queueRow } from "../support/review-queue.ts";
import {
  hostileText,
  mutated,
  recordOf,
  valuesOf,
  type JsonSchema,
  type Schemas,
} from "../support/schema-values.ts";
import { runs } from "../support/properties.ts";

/** Number of requests of each kind for each operation. */
const REQUESTS = runs(20);
/**
 * An operation that refused all valid requests gets as many again, up to this number of rounds,
 * because few random values, such as tokens, are acceptable.
 */
const MAX_ROUNDS = 400;
/** They need a signed token and an upgrade, respectively. */
const ALWAYS_REFUSED = ["linkIdentity", "watchImportBySocket"];

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema?: JsonSchema;
}
interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema?: JsonSchema }> };
}
interface Request {
  path: Record<string, unknown>;
  query: Record<string, unknown>;
  header: Record<string, unknown>;
  body: unknown;
  type: string;
}

const schemas = document.components.schemas as Schemas;
const operations = Object.entries(
  document.paths as unknown as Record<string, Record<string, Operation>>,
).flatMap(([template, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    template,
    method: method.toUpperCase(),
    operation,
    name: operation.operationId,
  })),
);

/** Requests that conform to the document, and requests that differ from them in one or two places. */
function requestsOf({ parameters = [], requestBody }: Operation, isSparse = false) {
  const drawing = { schemas, isSparse };
  const of = (place: Parameter["in"]) => {
    const here = parameters.filter((parameter) => parameter.in === place);
    return recordOf(
      Object.fromEntries(
        here.map(({ name, schema = { type: "string" } }) => [
          name,
          valuesOf(schema, drawing, name),
        ]),
      ),
      here.filter(({ required }) => required === true || place === "path").map(({ name }) => name),
      drawing,
    );
  };
  const [[type, content] = ["", undefined]] = Object.entries(requestBody?.content ?? {});
  const body = content?.schema ? valuesOf(content.schema, drawing) : fc.constant(undefined);
  const parts = { path: of("path"), query: of("query"), header: of("header") };
  const hostile = fc.record({
    path: fc.oneof(parts.path, mutatedTexts(parts.path)),
    query: fc.oneof(parts.query, mutatedTexts(parts.query)),
    header: fc.oneof(parts.header, hostileHeaders),
    body: type === "" ? body : mutated(body),
    type: fc.constantFrom(type, type, type, "text/plain", "application/json; charset=latin1"),
  });
  return { valid: fc.record({ ...parts, body, type: fc.constant(type) }), hostile };
}

const mutatedTexts = (
  values: fc.Arbitrary<Record<string, unknown>>,
): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .tuple(values, hostileText)
    .map(([record, text]) => Object.fromEntries(Object.keys(record).map((name) => [name, text])));

const hostileHeaders = fc.record(
  {
    "Idempotency-Key": fc.constantFrom('"', "a,b", "k".repeat(300), '""'),
    "If-Match": fc.constantFrom("*", '"', 'W/"x"', ","),
    "If-None-Match": fc.constantFrom("*", '"', ",,"),
    "Content-Length": fc.constantFrom("0", "-1", "x"),
    Accept: fc.constantFrom("image/png", "*/*", ";q=x"),
  },
  { requiredKeys: [] },
);

function send(
  { template, method }: { template: string; method: string },
  { path, query, header, body, type }: Request,
  { userId, headers }: { userId: string; headers: Record<string, string> },
): Promise<Response> {
  const filled = template.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const text = name === "userId" ? userId : String(path[name]);
    // An empty segment, or one of only dots, would be a different path.
    return /^\.*$/.test(text) ? "x" : encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, "?"));
  });
  // A list is sent as a parameter that is repeated.
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, String(one)]),
  );
  const sent = Object.entries(header).map(([name, value]) => [name, ascii(String(value))]);
  const hasBody = method !== "GET" && body !== undefined;
  const init: RequestInit = {
    method,
    headers: {
      ...Object.fromEntries(sent),
      ...headers,
      ...(hasBody ? { "Content-Type": type } : {}),
    },
    ...(hasBody ? { body: typeof body === "string" ? body : JSON.stringify(body) } : {}),
  };
  return call(`${filled}?${new URLSearchParams(pairs).toString()}`, init);
}

/** Characters allowed in a header value. */
const ascii = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, "?").trim();

/** Creates a job in this state, named after it, with a row in the review queue. */
async function jobIn(state: string, userId: string): Promise<void> {
  await staged({ userId, jobId: state, rows: [{ title: "Dune" }] });
  if (state === "queued") return;
  const outcome = state === "completed" ? "needsReview" : null;
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO ImportResults (job_id, row, line, is_match, row_hash, title, outcome)
       SELECT ?1, 2, 2, 1, 'hash', 'Dune', ?2 WHERE ?2 IS NOT NULL`,
    ).bind(state, outcome),
    env.DB.prepare("UPDATE ImportChunks SET is_done = ?2 WHERE job_id = ?1").bind(
      state,
      Number(outcome !== null),
    ),
    env.DB.prepare(
      "UPDATE ImportJobs SET state = ?1, completed_at = ?2, needs_review = ?3 WHERE job_id = ?1",
    ).bind(state, Date.now(), Number(outcome !== null)),
  ]);
}

/** A shelf with progress, a goal, a book in the trash, and another edition of one of its books in the catalogue; a second token. */
async function aReadingLife({ userId, add, call: own }: Reader): Promise<void> {
  await add({ isbn: "9780441172719" });
  // The user may change the details of this book.
  await add({ isbn: "9780306406157", title: "Own" });
  await inCatalogue({ isbn: "9780441013593", title: "Dune" });
  await inCatalogue({ isbn: "9780141439518", title: "Pride and Prejudice" });
  await add({ isbn: "9780141439518" });
  const answers = [
    await own("DELETE", "/books/9780141439518"),
    await own("POST", "/books/9780441172719/progress", { id: "waiting", percent: 10 }),
    await own("PUT", "/goals/2026", { books: 12 }),
  ];
  expect(answers.map(({ ok }) => ok)).toEqual([true, true, true]);
  await env.DB.prepare("DELETE FROM Tokens WHERE id = 'waiting'").run();
  await env.DB.prepare(
    `INSERT INTO Tokens (id, user_id, hash, scopes, created_at, expires_at)
     VALUES ('waiting', ?1, 'hash', '["library:read"]', ?2, ?3)`,
  )
    .bind(userId, Math.floor(Date.now() / 1000), Math.floor(Date.now() / 1000) + 3600)
    .run();
}

/** Reads the response body. An event stream has no end and is not read. */
async function textOf(response: Response): Promise<string> {
  if (!response.headers.get("Content-Type")?.startsWith("text/event-stream"))
    return response.text();
  await response.body?.cancel();
  return "";
}

const succeeded = new Set<string>();
/** Operations for which a request with an idempotency key was repeated. */
const repeated = new Set<string>();

/**
 * A round of requests, and further rounds until one is accepted; every second round is sparse.
 * Yields requests with their numbers.
 */
function* requestsUntil(
  operation: Operation,
  kind: "valid" | "hostile",
  isAccepted: () => boolean,
): Generator<[number, Request]> {
  const { seed = 0 } = fc.readConfigureGlobal();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const requests = requestsOf(operation, round % 2 === 1)[kind];
    const drawn = fc.sample(requests, { seed: seed + round, numRuns: REQUESTS });
    yield* drawn.map((request, nth): [number, Request] => [round * REQUESTS + nth, request]);
    if (isAccepted()) return;
  }
}

const takesKey = ({ parameters = [] }: Operation): boolean =>
  parameters.some(({ name }) => name === "Idempotency-Key");

beforeEach(async () => {
  openLibraryInPlace().say("9780441172719", { title: "Dune" });
  await restDesks();
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(operations)("$name", ({ template, method, operation }) => {
  it.each(["valid", "hostile"] as const)("answers %s requests as documented", async (kind) => {
    const reader = await newReader();
    const { userId, token } = reader;
    await aReadingLife(reader);
    await env.DB.prepare("DELETE FROM ReviewQueue").run();
    await queueRow(userId, { id: "waiting", title: "Dune", authors: ["Frank Herbert"] });
    await env.DB.prepare("DELETE FROM ImportJobs").run();
    for (const state of ["queued", "previewed", "completed"]) await jobIn(state, userId);
    await env.DB.prepare(
      `INSERT INTO DeadLetters (id, queue, body, attempts, failed_at)
       VALUES ('waiting', 'refresh', '{"isbn":"9780441172719"}', 3, 1) ON CONFLICT DO NOTHING`,
    ).run();
    const headers = template.startsWith("/admin") ? ADMIN : bearer(token);
    const isAccepted = (): boolean =>
      kind === "hostile" || [...succeeded, ...ALWAYS_REFUSED].includes(operation.operationId);
    const doneTwice: Request[] = [];
    const isKeyed = kind === "valid" && takesKey(operation);
    for (const [index, request] of requestsUntil(operation, kind, isAccepted)) {
      if (isKeyed) request.header["Idempotency-Key"] = `${operation.operationId} ${index}`;
      const response = await send({ template, method }, request, { userId, headers });
      if (response.ok) succeeded.add(operation.operationId);
      if (response.ok && isKeyed) {
        const again = await send({ template, method }, request, { userId, headers });
        const isReplay = again.headers.get("Idempotency-Replayed") === "true";
        if (!isReplay || again.status !== response.status) doneTwice.push(request);
        repeated.add(operation.operationId);
      }
      const answer = await textOf(response);
      expect({ request, isServerError: response.status === 500, answer }).toMatchObject({
        isServerError: false,
      });
    }
    expect(doneTwice).toEqual([]);
  });
});

it("reaches the handler of every operation except two: one needs a signed token, one an upgrade", () => {
  const refused = operations.map(({ name }) => name).filter((name) => !succeeded.has(name));
  expect(refused.sort()).toEqual(ALWAYS_REFUSED);
});

it("executes each operation with an idempotency key once", () => {
  const keyed = operations.filter(({ operation }) => takesKey(operation)).map(({ name }) => name);
  expect(keyed.filter((name) => !repeated.has(name))).toEqual(["linkIdentity"]);
});
