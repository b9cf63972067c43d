import { setTimeout as sleep } from "node:timers/promises";
import { isbn13CheckDigit } from "../../src/catalogue/domain/isbn/isbn.ts";
import { generatedBooks } from "../../test/tools/stand-in/generated-books.ts";
import { WELL_KNOWN_BOOKS } from "../../test/tools/stand-in/well-known-books.ts";
import type { Checks } from "../checks.ts";
import type { Caller } from "./caller.ts";

/** What every kind of traffic is given. */
export interface Traffic {
  readonly caller: Caller;
  readonly checks: Checks;
  readonly signal: AbortSignal;
  /** No new round begins. */
  isOver(): boolean;
}

/** A book and the title that an answer has to give it. */
export interface KnownBook {
  readonly isbn: string;
  readonly title: string;
}

/** What the provider's stand-in knows. */
export const PROVIDER_BOOKS = [...WELL_KNOWN_BOOKS, ...generatedBooks(1000)];
export const KNOWN_BOOKS: readonly KnownBook[] = PROVIDER_BOOKS.map(({ isbn13, title }) => ({
  isbn: isbn13,
  title,
}));

/** Old values of KV begin here: no other book of a soak has such a number. */
export const FIRST_OLD_BOOK = 300_000_000;
export const OLD_ISBNS = "978300*";
/** Of ten books with old values, the first is the plan's flat book (test/support/mixed-keys.ts). */
export const oldBook = (number: number): KnownBook => {
  const twelve = `978${FIRST_OLD_BOOK + number * 10}`;
  return {
    isbn: twelve + isbn13CheckDigit(twelve),
    title: `Volume ${number * 10} of the "Quoted" séries`,
  };
};

/** One of a list that is not empty. */
export function anyOf<Item>(list: readonly Item[]): Item {
  const item = list[Math.floor(Math.random() * list.length)];
  if (item === undefined) throw new Error("There is nothing to choose from.");
  return item;
}

/** Waits, or not when everything is given up. */
export const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

export const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": "application/json", ...headers },
  body: JSON.stringify(body),
});
