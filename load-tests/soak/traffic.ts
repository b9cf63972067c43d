import { setTimeout as sleep } from "node:timers/promises";
import { isbn13CheckDigit } from "../../src/catalogue/domain/isbn/isbn.ts";
import { generatedBooks } from "../../test/tools/stand-in/generated-books.ts";
import { WELL_KNOWN_BOOKS } from "../../test/tools/stand-in/well-known-books.ts";
import type { Checks } from "../checks.ts";
import type { Caller } from "./caller.ts";

/** Shared by every kind of traffic. */
export interface Traffic {
  readonly caller: Caller;
  readonly checks: Checks;
  readonly signal: AbortSignal;
  /** Whether traffic must stop starting new rounds. */
  isOver(): boolean;
}

/** A book and its expected title. */
export interface KnownBook {
  readonly isbn: string;
  readonly title: string;
}

/** The books of the simulated provider. */
export const PROVIDER_BOOKS = [...WELL_KNOWN_BOOKS, ...generatedBooks(1000)];
export const KNOWN_BOOKS: readonly KnownBook[] = PROVIDER_BOOKS.map(({ isbn13, title }) => ({
  isbn: isbn13,
  title,
}));

/** First number of the books with old KV values; no other book of a soak has a number in this range. */
export const FIRST_OLD_BOOK = 300_000_000;
export const OLD_ISBNS = "978300*";
/** The n-th book whose old value is a flat book: every tenth of `mixedKeys` (test/support/mixed-keys.ts). */
export const oldBook = (number: number): KnownBook => {
  const twelve = `978${FIRST_OLD_BOOK + number * 10}`;
  return {
    isbn: twelve + isbn13CheckDigit(twelve),
    title: `Volume ${number * 10} of the "Quoted" séries`,
  };
};

/** A random item. @throws Error if the list is empty */
export function anyOf<Item>(list: readonly Item[]): Item {
  const item = list[Math.floor(Math.random() * list.length)];
  if (item === undefined) throw new Error("The list is empty.");
  return item;
}

/** Waits for `ms`; an abort ends the wait without an error. */
export const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

export const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": "application/json", ...headers },
  body: JSON.stringify(body),
});
