import { at } from "../checks.ts";
import { anyOf, json, KNOWN_BOOKS, oldBook, pause, type Traffic } from "./traffic.ts";

const PACE_MS = 450;
/** Number of scans that are remembered and repeated later, and at the end. */
const REMEMBERED = 300;

interface Scan {
  readonly init: RequestInit;
  readonly text: string;
}

/**
 * Looks up and scans books. Each scan is repeated immediately, together with an earlier one that
 * may date from before a kill: a response once sent must not change.
 * @param oldBooks number of books that exist only as an old KV value
 */
export async function scanAll(traffic: Traffic, name: string, oldBooks: number): Promise<void> {
  const scans: Scan[] = [];
  for (let round = 0; !traffic.isOver(); round += 1) {
    await lookUp(traffic, round % 4 === 3 ? oldBook(round % oldBooks) : anyOf(KNOWN_BOOKS));
    const scan = await firstScan(traffic, `${name}-${round}`);
    if (scan !== undefined) {
      await repeat(traffic, scan);
      if (scans.length < REMEMBERED) scans.push(scan);
      else scans[round % REMEMBERED] = scan;
      await repeat(traffic, anyOf(scans));
    }
    await pause(PACE_MS, traffic.signal);
  }
  for (const scan of scans) {
    if (!traffic.signal.aborted) await repeat(traffic, scan);
  }
}

async function lookUp({ caller, checks }: Traffic, book: { isbn: string; title: string }) {
  const answer = await caller.ask(`/v1/search/isbn?isbn=${book.isbn}`, {}, [200]);
  if (answer === undefined) return;
  const found = at(answer.body, "data", "book");
  checks.note(
    "a lookup returns the book",
    at(found, "isbn") === book.isbn && at(found, "title") === book.title,
  );
}

async function firstScan({ caller, checks }: Traffic, key: string): Promise<Scan | undefined> {
  const { isbn, title } = anyOf(KNOWN_BOOKS);
  const init = json({ barcode: isbn }, { "Idempotency-Key": key });
  const answer = await caller.insist("/api/v2/books/enrich", init, [200]);
  if (answer === undefined) return undefined;
  const { body, text } = answer;
  checks.note("a scan returns the book", at(body, "isbn") === isbn && at(body, "title") === title);
  return { init, text };
}

async function repeat({ caller, checks }: Traffic, { init, text }: Scan): Promise<void> {
  const again = await caller.insist("/api/v2/books/enrich", init, [200]);
  if (again === undefined) return;
  const isReplayed = again.headers.get("Idempotency-Replayed") === "true";
  checks.note("a repeated scan returns the first response", isReplayed && again.text === text);
}
