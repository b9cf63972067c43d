import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { LibraryBook } from "../../../contract/library.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Answer } from "../../idempotency/domain/answer.ts";
import type { Guard } from "../../idempotency/domain/once.ts";
import type { StoredEntry } from "../domain/entry.ts";
import type { KeepAnswer, Precondition, Shelved } from "../domain/shelf.ts";
import type { App } from "../../platform/http/context.ts";
import { entryEtag, etagOf, namesEtag, namesVersion } from "../../platform/http/etag.ts";
import { requireIsbn } from "../../catalogue/module.ts";
import { REPLAYED } from "../../platform/http/openapi-parts.ts";

/** Path of everything that is one user's. */
export const userParams = z.object({ userId: z.string().min(1) });
/** Path of one entry. */
export const bookParams = userParams.extend({
  isbn: z
    .string()
    .min(1)
    .meta({ description: "ISBN-13 or ISBN-10, or the `local-...` of a book without one" }),
});

export const etagHeader = {
  headers: {
    ETag: { description: "Changes with what is answered", schema: { type: "string" as const } },
  },
};

/** Headers of the answer to a write under a key. */
export const WRITTEN = { ...etagHeader.headers, ...REPLAYED };

export const notModified = { 304: { description: "It is as the caller has it", ...etagHeader } };

/** What of one user has an ETag is kept by his own client alone, and asked for again. */
export const REVALIDATED = "private, no-cache";

const LOCAL_ID = /^local-[\w-]{1,100}$/;

/** The id of an entry from a path. @throws DomainError INVALID_ISBN */
export function requireEntryId(text: string): string {
  return LOCAL_ID.test(text) ? text : requireIsbn(text).isbn13;
}

/** Marks an answer with its ETag. @returns whether the caller has it already, and 304 is due */
export async function revalidate(c: Context<App>, data: unknown): Promise<boolean> {
  return marked(c, await etagOf(data));
}

/** The same for one book: its ETag is what If-Match is compared with. */
export async function revalidateBook(
  c: Context<App>,
  entry: StoredEntry,
  book: LibraryBook,
): Promise<boolean> {
  return marked(c, await entryEtag(entry.version, book));
}

function marked(c: Context<App>, etag: string): boolean {
  c.header("ETag", etag);
  c.header("Cache-Control", REVALIDATED);
  const held = c.req.header("If-None-Match");
  return held !== undefined && namesEtag(held, etag);
}

/** What If-Match asks of a stored entry; undefined when the header is missing. */
export function preconditionOf(c: Context<App>): Precondition | undefined {
  const wanted = c.req.header("If-Match");
  if (wanted === undefined) return undefined;
  return ({ version }) => namesVersion(wanted, version);
}

/** What marks the answer to a write with the ETag of what is stored now. */
export async function storedHeaders(
  { version }: StoredEntry,
  book: LibraryBook,
): Promise<Record<string, string>> {
  return { ETag: await entryEtag(version, book), "Cache-Control": REVALIDATED };
}

/** Shelves a book and answers it, with the answer kept in the transaction that shelves it. */
export async function answerOnce<Result extends Answer>(
  guard: Guard,
  answerOf: (shelved: Shelved) => Promise<Result>,
  shelve: (keepAnswer: KeepAnswer) => Promise<Shelved>,
): Promise<Result> {
  // One for each time that another writer was faster; the last is the one that was kept.
  const answers: Result[] = [];
  const shelved = await shelve(async (stored) => {
    const answer = await answerOf(stored);
    answers.push(answer);
    return guard.keepWith(answer);
  });
  return answers.at(-1) ?? answerOf(shelved);
}

export function notOnShelf(): DomainError {
  return new DomainError("NOT_FOUND", "This book is not on the shelf.");
}

export function preconditionFailed(): DomainError {
  return new DomainError(
    "PRECONDITION_FAILED",
    "The book has changed since the ETag in If-Match was given. Get it again, then change it.",
  );
}

/** Other writers were faster, time and again. */
export function contended(): DomainError {
  return new DomainError("CONFLICT", "The book is being changed by others just now. Try again.");
}
