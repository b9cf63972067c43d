import type { Request } from "autocannon";
import { at, jsonOf, type Checks } from "./checks.ts";
import { goodreadsExport } from "./goodreads-export.js";
import { IMPORT_STAGES, PLAN_STAGES, type Stage } from "./stages.ts";

/** What one kind of reader does, over and over. */
export interface Scenario {
  readonly name: string;
  readonly stages: readonly Stage[];
  /** Whether a round of a reader is over within a second. If not, all of it is one step. */
  readonly canBeShortened: boolean;
  /** A check that a run must have made: without it no round came to its end. */
  readonly lastCheck: string;
  /** What one round of a reader asks, in order. @param reader a name of his own, so that his keys are nobody else's */
  requests(checks: Checks, reader: string): Request[];
}

/** Books that the stand-in, and Open Library, know. */
const ISBNS = ["9780140328721", "9780441172719", "9780261102217"];
/** Rows of an import: as in import-polling.js. */
export const ROWS = 200;
const MOST_POLLS = 60;

const JSON_TYPE = { "Content-Type": "application/json" };
const anyIsbn = (): string => ISBNS[Math.floor(Math.random() * ISBNS.length)] ?? "";

const search: Scenario = {
  name: "search",
  stages: PLAN_STAGES,
  canBeShortened: true,
  lastCheck: "search: it has a title",
  requests: (checks) => [
    {
      setupRequest(request, context) {
        context["isbn"] = anyIsbn();
        return { ...request, path: `/v1/search/isbn?isbn=${String(context["isbn"])}` };
      },
      onResponse(status, body, { isbn }, headers) {
        const book = at(jsonOf(body), "data", "book");
        const title = at(book, "title");
        checks.note("search: 200", status === 200);
        checks.note("search: the book that was asked for", at(book, "isbn") === isbn);
        checks.note("search: it has a title", typeof title === "string" && title !== "");
        checks.note("search: the tier is told", /; state=/.test(header(headers, "X-Cache-Source")));
      },
    },
  ],
};

const enrich: Scenario = {
  name: "enrich",
  stages: PLAN_STAGES,
  canBeShortened: true,
  lastCheck: "enrich: the repeat is the first answer",
  requests(checks, reader) {
    let scans = 0;
    const post = (isbn: unknown, key: unknown) => ({
      method: "POST" as const,
      path: "/api/v2/books/enrich",
      headers: { ...JSON_TYPE, "Idempotency-Key": String(key) },
      body: JSON.stringify({ barcode: isbn }),
    });
    return [
      {
        setupRequest(_request, context) {
          scans += 1;
          Object.assign(context, { isbn: anyIsbn(), key: `load-${reader}-${scans}` });
          return post(context["isbn"], context["key"]);
        },
        onResponse(status, body, context) {
          context["first"] = body;
          checks.note("enrich: 200", status === 200);
          checks.note(
            "enrich: the book that was scanned",
            at(jsonOf(body), "isbn") === context["isbn"],
          );
        },
      },
      {
        setupRequest: (_request, { isbn, key }) => post(isbn, key),
        onResponse(_status, body, { first }, headers) {
          const replayed = header(headers, "Idempotency-Replayed") === "true";
          checks.note("enrich: the repeat is the first answer", replayed && body === first);
        },
      },
    ];
  },
};

const moveIn: Scenario = {
  name: "import",
  stages: IMPORT_STAGES,
  canBeShortened: false,
  lastCheck: "import: no row is lost",
  requests: (checks, reader) => [
    {
      method: "POST",
      path: "/api/v2/users",
      onResponse(status, body, context) {
        checks.note("import: an account", status === 201);
        context["headers"] = { Authorization: `Bearer ${String(at(jsonOf(body), "token"))}` };
      },
    },
    {
      setupRequest: (_request, context) => ({
        method: "POST",
        path: "/api/v2/imports",
        headers: { ...headersOf(context), "Content-Type": "text/csv" },
        body: goodreadsExport(ROWS, reader),
      }),
      onResponse(status, body, context) {
        const job = jsonOf(body);
        checks.note("import: the file is accepted", status === 202);
        checks.note("import: every row is counted", at(job, "totalRows") === ROWS);
        const statusUrl = at(job, "statusUrl");
        if (typeof statusUrl === "string") context["poll"] = pathOf(statusUrl);
      },
    },
    ...Array.from({ length: MOST_POLLS }, (_, index) => poll(checks, index + 1 === MOST_POLLS)),
  ],
};

/** One look at the job; none when it has ended. */
function poll(checks: Checks, isLast: boolean): Request {
  return {
    setupRequest(_request, context) {
      const { poll: path } = context;
      return typeof path === "string"
        ? { method: "GET", path, headers: headersOf(context) }
        : undefined;
    },
    onResponse(status, body, context) {
      const job = jsonOf(body);
      const hasEnded = at(job, "status") === "completed";
      checks.note("import: a poll is answered", status === 200);
      if (!hasEnded && !isLast) return;
      delete context["poll"];
      const outcomes = Object.values(at(job, "outcomes") ?? {});
      const rows = outcomes.reduce((sum: number, count) => sum + Number(count), 0);
      checks.note("import: it ends", hasEnded);
      checks.note("import: no row is lost", rows === ROWS);
    },
  };
}

/** Every scenario by the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [search, enrich, moveIn];

function headersOf({ headers }: Record<string, unknown>): Record<string, string> {
  return { Authorization: String(at(headers, "Authorization")) };
}

function pathOf(url: string): string {
  const { pathname, search: query } = new URL(url, "http://localhost");
  return pathname + query;
}

function header(headers: Record<string, string>, name: string): string {
  const wanted = name.toLowerCase();
  return Object.entries(headers).find(([key]) => key.toLowerCase() === wanted)?.[1] ?? "";
}
