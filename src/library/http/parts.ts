import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { LibraryBook } from "../../../contract/library.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Answer } from "../../idempotency/domain/answer.ts";
import type { Guard, GuardedAnswer } from "../../idempotency/domain/once.ts";
import type { StoredEntry } from "../domain/entry.ts";
import type { Precondition, Shelved } from "../domain/shelf.ts";
import type { App } from "../../platform/http/context.ts";
import { entryEtag, etagOf, namesEtag, namesVersion } from "../../platform/http/etag.ts";
import { requireIsbn } from "../../catalogue/module.ts";
import { REPLAYED } from "../../platform/http/openapi-parts.ts";

/** Path parameters of every route of one user. */
export const userParams = z.object({ userId: z.string().min(1) });
/** Path parameters of one entry. */
export const bookParams = userParams.extend({
  isbn: z
    .string()
    .min(1)
    .meta({ description: "ISBN-13 or ISBN-10, or the `local-...` id of a book without an ISBN" }),
});

export const etagHeader = {
  headers: {
    ETag: {
      description: "Changes whenever the response body does",
      schema: { type: "string" as const },
    },
  },
};

/** Headers of the response to a write that accepts an idempotency key. */
export const WRITTEN = { ...etagHeader.headers, ...REPLAYED };

export const notModified = { 304: { description: "Not modified", ...etagHeader } };

/** Cache-Control of user data with an ETag: only the user's own client may store it and must revalidate it. */
export const REVALIDATED = "private, no-cache";

const LOCAL_ID = /^local-[\w-]{1,100}$/;

/** Parses the entry id in a path. @throws DomainError INVALID_ISBN */
export function requireEntryId(text: string): string {
  return LOCAL_ID.test(text) ? text : requireIsbn(text).isbn13;
}

/**
 * Sets the ETag of a response.
 * @param version the version that If-Match is compared with, if any
 * @returns whether If-None-Match matches and the response is 304
 */
export async function revalidate(
  c: Context<App>,
  data: unknown,
  version?: number,
): Promise<boolean> {
  return setEtag(c, await (version === undefined ? etagOf(data) : entryEtag(version, data)));
}

/** `revalidate` for one book, whose ETag is also compared with If-Match. */
export async function revalidateBook(
  c: Context<App>,
  entry: StoredEntry,
  book: LibraryBook,
): Promise<boolean> {
  return setEtag(c, await entryEtag(entry.version, book));
}

function setEtag(c: Context<App>, etag: string): boolean {
  c.header("ETag", etag);
  c.header("Cache-Control", REVALIDATED);
  const known = c.req.header("If-None-Match");
  return known !== undefined && namesEtag(known, etag);
}

/** The precondition in If-Match; undefined when the header is missing. */
export function preconditionOf(c: Context<App>): Precondition | undefined {
  const wanted = c.req.header("If-Match");
  if (wanted === undefined) return undefined;
  return ({ version }) => namesVersion(wanted, version);
}

/** Headers of the response to a write, with the ETag of the stored entry. */
export async function storedHeaders(
  { version }: StoredEntry,
  book: LibraryBook,
): Promise<Record<string, string>> {
  return { ETag: await entryEtag(version, book), "Cache-Control": REVALIDATED };
}

/** Writes and returns the answer, which is stored in the same transaction. */
export async function answerOnce<Result extends Answer, Written = Shelved>(
  guard: Guard,
  answerOf: (written: Written) => Promise<Result>,
  write: (keepAnswer: (written: Written) => Promise<GuardedAnswer | undefined>) => Promise<Written>,
): Promise<Result> {
  // One answer per attempt. The last one belongs to the attempt that was committed.
  const answers: Result[] = [];
  const written = await write(async (stored) => {
    const answer = await answerOf(stored);
    answers.push(answer);
    return guard.keepAnswer(answer);
  });
  return answers.at(-1) ?? answerOf(written);
}

export function notOnShelf(): DomainError {
  return new DomainError("NOT_FOUND", "This book is not on the shelf.");
}

/** @param thing name of the resource that has changed */
export function preconditionFailed(thing: "book" | "progress" = "book"): DomainError {
  return new DomainError(
    "PRECONDITION_FAILED",
    `The ${thing} has changed since the ETag in If-Match was issued. Fetch it again and retry the change.`,
  );
}

/** The error for a write that lost to concurrent writers too often. */
export function contended(): DomainError {
  return new DomainError(
    "CONFLICT",
    "Too many concurrent requests are changing this book. Try again.",
  );
}
