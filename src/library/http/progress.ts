import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AddProgressRequest, ChangeProgressRequest } from "../../../contract/progress.ts";
import { idempotently } from "../../idempotency/module.ts";
import { defined } from "../../platform/defined.ts";
import { DomainError } from "../../platform/errors.ts";
import { userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { pageOf, readCursor } from "../../platform/http/cursor.ts";
import { envelope } from "../../platform/http/envelope.ts";
import { entryEtag, namesVersion } from "../../platform/http/etag.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
import { router } from "../../platform/http/router.ts";
import { libraryBook } from "../domain/entry.ts";
import {
  pageCountOf,
  presentProgress,
  type Position,
  type ProgressEntry,
} from "../domain/progress.ts";
import type {
  ChangeProgressOutcome,
  Implausible,
  KeepRecorded,
  ProgressPrecondition,
  Recorded,
  RecordOutcome,
  RemoveProgressOutcome,
} from "../domain/progress-ports.ts";
import { ownLibrary, type LibraryDeps } from "./books.ts";
import {
  answerOnce,
  contended,
  notOnShelf,
  preconditionFailed,
  requireEntryId,
  revalidate,
  REVALIDATED,
} from "./parts.ts";
import {
  addProgressRoute,
  changeProgressRoute,
  listProgressRoute,
  removeProgressRoute,
} from "./progress-routes.ts";

/** Dependencies of the routes of progress. */
export interface ProgressRouteDeps extends Pick<
  LibraryDeps,
  "authenticate" | "limiters" | "once" | "findPlace"
> {
  recordProgress(input: {
    userId: string;
    isbn: string;
    id?: string | undefined;
    position: Position;
    at?: number | undefined;
    note?: string | undefined;
    keepAnswer?: KeepRecorded;
  }): Promise<RecordOutcome>;
  changeProgress(input: {
    userId: string;
    isbn: string;
    id: string;
    position?: Position | undefined;
    at?: number | undefined;
    note?: string | null | undefined;
    precondition?: ProgressPrecondition | undefined;
  }): Promise<ChangeProgressOutcome>;
  removeProgress(input: {
    userId: string;
    isbn: string;
    id: string;
    precondition?: ProgressPrecondition | undefined;
  }): Promise<RemoveProgressOutcome>;
  /** The progress in a book, newest first, at most `limit`. */
  progressOfBook(
    userId: string,
    isbn: string,
    after: Pick<ProgressEntry, "at" | "id"> | undefined,
    limit: number,
  ): Promise<ProgressEntry[]>;
  /** The error for progress beyond the limit of an account. */
  progressFull(): DomainError;
}

/** The routes of progress in a book. */
export function progressRoutes(deps: ProgressRouteDeps): OpenAPIHono<App> {
  const app = router();
  const writing = ownLibrary(deps, "library:write");

  app.openapi({ ...addProgressRoute, middleware: writing }, async (c) => {
    const { userId, isbn } = c.req.valid("param");
    const request = c.req.valid("json");
    const { id, note } = request;
    const entryId = requireEntryId(isbn);
    const caller = userCaller(userId);
    const fields = { isbn: entryId, ...request };
    const keyed = { caller, operation: addProgressRoute.operationId, fields, isPublic: false };
    const answer = await idempotently(c, deps.once, keyed, (guard) =>
      answerOnce(guard, recordedAnswer, async (keepAnswer) =>
        recordedOrThrow(
          deps,
          await deps.recordProgress({
            userId,
            isbn: entryId,
            id,
            note,
            keepAnswer,
            position: positionOf(request) ?? {},
            at: instantOf(request.at),
          }),
        ),
      ),
    );
    return c.json(answer.body, answer.status, answer.headers);
  });

  app.openapi({ ...listProgressRoute, middleware: ownLibrary(deps, "library:read") }, async (c) => {
    const { userId, isbn } = c.req.valid("param");
    const { limit, cursor } = c.req.valid("query");
    const entryId = requireEntryId(isbn);
    const place = await deps.findPlace(userId, entryId);
    if (!place.entry) throw notOnShelf();
    const after = positionAfter(cursor);
    const found = await deps.progressOfBook(userId, entryId, after, limit + 1);
    const page = pageOf(found, limit, ({ at, id }) => `p1.${at}.${id}`);
    const items = page.items.map((one) => presentProgress(one, pageCountOf(place)));
    const data = { items, count: items.length, ...page.next };
    if (await revalidate(c, data)) return c.body(null, 304);
    return c.json(envelope(data), 200);
  });

  app.openapi({ ...changeProgressRoute, middleware: writing }, async (c) => {
    const { userId, isbn, id } = c.req.valid("param");
    const request = c.req.valid("json");
    const outcome = await deps.changeProgress({
      userId,
      isbn: requireEntryId(isbn),
      id,
      note: request.note,
      position: positionOf(request),
      at: instantOf(request.at),
      precondition: preconditionOf(c),
    });
    const { body, headers } = await answerOf(recordedOrThrow(deps, outcome));
    return c.json(body, 200, headers);
  });

  app.openapi({ ...removeProgressRoute, middleware: writing }, async (c) => {
    const { userId, isbn, id } = c.req.valid("param");
    const precondition = preconditionOf(c);
    const entryId = requireEntryId(isbn);
    const { kind } = await deps.removeProgress({ userId, isbn: entryId, id, precondition });
    if (kind !== "removed") throw refusalOf(kind);
    return c.body(null, 204, UNCACHED);
  });
  return app;
}

const CURSOR = /^p1\.(-?\d{1,15})\.([\w-]{1,100})$/;

function positionAfter(cursor: string | undefined): { at: number; id: string } | undefined {
  const parts = readCursor(cursor, CURSOR);
  if (parts === undefined) return undefined;
  const [at, id = ""] = parts;
  return { at: Number(at), id };
}

/** Percents are stored in hundredths. */
function positionOf({
  page,
  percent,
  minutes,
}: AddProgressRequest | ChangeProgressRequest): Position | undefined {
  if (page === undefined && percent === undefined && minutes === undefined) return undefined;
  const rounded = percent === undefined ? undefined : Math.round(percent * 100) / 100;
  return defined({ page, percent: rounded, minutes });
}

const instantOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Date.parse(text);

function preconditionOf(c: Context<App>): ProgressPrecondition | undefined {
  const wanted = c.req.header("If-Match");
  if (wanted === undefined) return undefined;
  return ({ version }) => namesVersion(wanted, version);
}

async function recordedAnswer(recorded: Recorded) {
  return { status: 201 as const, ...(await answerOf(recorded)) };
}

async function answerOf({ progress: stored, entry, place }: Recorded) {
  const progress = presentProgress(stored, pageCountOf(place));
  const book = libraryBook(entry, place);
  const headers: Record<string, string> = {
    ETag: await entryEtag(stored.version, progress),
    "Cache-Control": REVALIDATED,
  };
  return { headers, body: envelope({ progress, book }) };
}

/** Returns the recorded progress. @throws DomainError for any other outcome */
function recordedOrThrow(
  { progressFull }: Pick<ProgressRouteDeps, "progressFull">,
  outcome: RecordOutcome | ChangeProgressOutcome,
): Recorded {
  if (outcome.kind === "recorded") return outcome;
  if (outcome.kind === "implausible") throw implausible(outcome);
  throw outcome.kind === "full" ? progressFull() : refusalOf(outcome.kind);
}

function refusalOf(
  kind: "not_on_shelf" | "not_found" | "precondition_failed" | "contended" | "id_taken",
): DomainError {
  switch (kind) {
    case "not_on_shelf":
      return notOnShelf();
    case "not_found":
      return new DomainError("NOT_FOUND", "This book has no progress with this id.");
    case "precondition_failed":
      return preconditionFailed("progress");
    case "contended":
      return contended();
    case "id_taken":
      return new DomainError(
        "CONFLICT",
        "This id belongs to progress in another book, or to deleted progress. Send another id.",
      );
  }
}

function implausible({ field, message }: Implausible): DomainError {
  return new DomainError("INVALID_REQUEST", `${field} ${message}.`, {
    details: { issues: [{ path: field, message }] },
  });
}
