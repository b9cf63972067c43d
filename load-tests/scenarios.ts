import type { Request } from "autocannon";
import { at, jsonOf, type Checks } from "./checks.ts";
import { goodreadsExport } from "./goodreads-export.js";
import { IMPORT_STAGES, PLAN_STAGES, type Stage } from "./stages.ts";

/** The requests that one kind of user repeats. */
export interface Scenario {
  readonly name: string;
  readonly stages: readonly Stage[];
  /** Whether one round takes less than a second. If not, the whole scenario is one step. */
  readonly canBeShortened: boolean;
  /** A check that every complete round makes; if a run lacks it, no round was completed. */
  readonly lastCheck: string;
  /** The requests of one round, in order. @param user a unique name, so that idempotency keys are unique */
  requests(checks: Checks, user: string): Request[];
}

/** Books that both the stand-in and Open Library have. */
const ISBNS = ["9780140328721", "9780441172719", "9780261102217"];
/** Rows per import, as in import-polling.js. */
export const ROWS = 200;
const MAX_POLLS = 60;

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
        checks.note("search: it is the requested book", at(book, "isbn") === isbn);
        checks.note("search: it has a title", typeof title === "string" && title !== "");
        checks.note(
          "search: it names the tier",
          /; state=/.test(header(headers, "X-Cache-Source")),
        );
      },
    },
  ],
};

const enrich: Scenario = {
  name: "enrich",
  stages: PLAN_STAGES,
  canBeShortened: true,
  lastCheck: "enrich: the repeat returns the first response",
  requests(checks, user) {
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
          Object.assign(context, { isbn: anyIsbn(), key: `load-${user}-${scans}` });
          return post(context["isbn"], context["key"]);
        },
        onResponse(status, body, context) {
          context["first"] = body;
          checks.note("enrich: 200", status === 200);
          checks.note(
            "enrich: it is the scanned book",
            at(jsonOf(body), "isbn") === context["isbn"],
          );
        },
      },
      {
        setupRequest: (_request, { isbn, key }) => post(isbn, key),
        onResponse(_status, body, { first }, headers) {
          const replayed = header(headers, "Idempotency-Replayed") === "true";
          checks.note("enrich: the repeat returns the first response", replayed && body === first);
        },
      },
    ];
  },
};

const moveIn: Scenario = {
  name: "import",
  stages: IMPORT_STAGES,
  canBeShortened: false,
  lastCheck: "import: no rows are lost",
  requests: (checks, user) => [
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
        body: goodreadsExport(ROWS, user),
      }),
      onResponse(status, body, context) {
        const job = jsonOf(body);
        checks.note("import: the file is accepted", status === 202);
        checks.note("import: every row is counted", at(job, "totalRows") === ROWS);
        const statusUrl = at(job, "statusUrl");
        if (typeof statusUrl === "string") context["poll"] = pathOf(statusUrl);
      },
    },
    ...Array.from({ length: MAX_POLLS }, (_, index) => poll(checks, index + 1 === MAX_POLLS)),
  ],
};

/** One poll of the job; skipped once it has ended. */
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
      checks.note("import: no rows are lost", rows === ROWS);
    },
  };
}

/** All scenarios, in the order in which they run. */
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
