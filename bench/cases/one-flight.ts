import { toIsbn13 } from "../../src/catalogue/domain/isbn/arithmetic.ts";
import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { generatedBooks } from "../../test/tools/stand-in/generated-books.ts";
import {
  STAND_IN_PROVIDERS,
  type StandIn,
  type StandInProvider,
} from "../../test/tools/stand-in/stand-in.ts";
import { ask } from "../ask.ts";
import type { BenchCase, Line } from "../case.ts";

const SIMULTANEOUS = 100;
const ISBNS = 10;
/** Long enough for all requests to arrive before the first answer. After 800 ms the second provider is called too. */
const LATENCY = { fixedMs: 300 };
const NAMES: Record<StandInProvider, string> = {
  openlibrary: "Open Library",
  "google-books": "Google Books",
};

/** Number of calls to each provider, for each ISBN. */
type CallsByIsbn = Record<StandInProvider, number[]>;

export const oneFlight: BenchCase = {
  name: "one-flight",
  title: `${SIMULTANEOUS} simultaneous lookups of one unknown ISBN, for ${ISBNS} ISBNs`,
  about: `Simultaneous lookups of one book that the catalogue does not have, one book after another. The first provider has half of the
books, so the second is called only if the first is slow. Neither provider has the other half, so both are called. Without
sharing, each lookup would cost a call to each of these providers.`,
  async run(world) {
    const known = generatedBooks(ISBNS);
    const unknown = generatedBooks(ISBNS, 2);
    const standIn = await world.standIn(known);
    const service = await world.service({
      ...standIn.env,
      ...NO_LIMITS,
      GOOGLE_BOOKS_API_KEY: "bench",
    });
    for (const id of STAND_IN_PROVIDERS) standIn[id].behave({ latency: LATENCY });

    const askAll = async (isbns: readonly string[]): Promise<CallsByIsbn> => {
      const calls: CallsByIsbn = { openlibrary: [], "google-books": [] };
      for (const isbn of isbns) {
        for (const id of STAND_IN_PROVIDERS) standIn[id].forgetCalls();
        const paths = Array.from({ length: SIMULTANEOUS }, () => `/v1/search/isbn?isbn=${isbn}`);
        const { answers } = await ask(service, paths, SIMULTANEOUS);
        if (new Set(answers.map(({ body }) => bookIn(body))).size !== 1) {
          throw new Error(`Lookups of ${isbn} got different answers.`);
        }
        for (const id of STAND_IN_PROVIDERS) calls[id].push(callsOf(standIn, id, isbn));
      }
      return calls;
    };
    const ofKnown = await askAll(known.map(({ isbn13 }) => isbn13));
    const ofUnknown = await askAll(unknown.map(({ isbn13 }) => isbn13));
    return {
      lines: [
        line("a book that Open Library has", "openlibrary", ofKnown.openlibrary),
        {
          what: "a book that Open Library has, calls to Google Books",
          measured: rangeOf(ofKnown["google-books"]),
          figure: "at most 1",
          met: Math.max(...ofKnown["google-books"]) <= 1,
        },
        line("a book that no provider has", "openlibrary", ofUnknown.openlibrary),
        line("a book that no provider has", "google-books", ofUnknown["google-books"]),
      ],
      data: { simultaneous: SIMULTANEOUS, latency: LATENCY, ofKnown, ofUnknown },
    };
  },
};

/**
 * Counts the calls for an ISBN. A call may name several ISBNs, in either form, including a known
 * one that reveals an empty response as a failure.
 */
function callsOf(standIn: StandIn, id: StandInProvider, isbn: string): number {
  const asked = standIn[id].stats().isbns;
  return asked.filter((one) => (one.length === 10 ? toIsbn13(one) : one) === isbn).length;
}

function line(what: string, provider: StandInProvider, calls: readonly number[]): Line {
  const least = Math.min(...calls);
  const most = Math.max(...calls);
  const sum = calls.reduce((total, one) => total + one, 0);
  return {
    what: `${what}, calls to ${NAMES[provider]}`,
    measured: rangeOf(calls),
    baseline: `${SIMULTANEOUS} unshared`,
    ratio: sum / (SIMULTANEOUS * calls.length),
    figure: "exactly 1",
    met: least === 1 && most === 1,
  };
}

function rangeOf(calls: readonly number[]): string {
  const least = Math.min(...calls);
  const most = Math.max(...calls);
  return least === most ? String(most) : `${least} to ${most}`;
}

/** The book in a response, without its tier and time. */
function bookIn(body: string): string {
  const { data } = JSON.parse(body) as { data: { book: Record<string, unknown> | null } };
  return JSON.stringify(data.book === null ? null : { ...data.book, _cacheSource: undefined });
}
