import { at } from "../checks.ts";
import { anyOf, json, KNOWN_BOOKS, pause, type Traffic } from "./traffic.ts";

const PACE_MS = 400;
const BOOKS = KNOWN_BOOKS.slice(0, 120);
const STATES = ["want_to_read", "reading", "completed", "paused", "abandoned"];

/** The last entry of a book that the service confirmed as stored. */
interface Entry {
  readonly status: string;
  readonly rating: number;
  readonly notes: string;
}

/** Creates an account; undefined if the service does not respond. */
export async function newAccount({ caller }: Traffic) {
  const answer = await caller.insist("/api/v2/users", { method: "POST" }, [201]);
  const [userId, token] = [at(answer?.body, "userId"), at(answer?.body, "token")];
  if (typeof userId !== "string" || typeof token !== "string") return undefined;
  return { userId, headers: { Authorization: `Bearer ${token}` } };
}

/** Maintains a shelf. Every confirmed write must be visible in each later read, and at the end. */
export async function keepShelf(traffic: Traffic, name: string): Promise<void> {
  const account = await newAccount(traffic);
  if (account === undefined) return;
  const shelf = new Shelf(traffic, `/v1/library/${account.userId}`, account.headers);
  for (let round = 0; !traffic.isOver(); round += 1) {
    await shelf.write(anyOf(BOOKS).isbn, `${name}-${round}`);
    if (round % 20 === 19) await shelf.compare("a shelf matches its writes");
    await pause(PACE_MS, traffic.signal);
  }
  await shelf.compare("at the end a shelf matches its writes");
}

class Shelf {
  readonly #traffic: Traffic;
  readonly #path: string;
  readonly #headers: Record<string, string>;
  readonly #entries = new Map<string, Entry>();

  constructor(traffic: Traffic, path: string, headers: Record<string, string>) {
    this.#traffic = traffic;
    this.#path = path;
    this.#headers = headers;
  }

  /** Writes an entry and reads it back. */
  async write(isbn: string, word: string): Promise<void> {
    const { caller, checks } = this.#traffic;
    const entry = { status: anyOf(STATES), rating: (1 + (word.length % 20)) / 4, notes: word };
    const book = `${this.#path}/books/${isbn}`;
    const isThere = this.#entries.has(isbn);
    if (isThere && Math.random() < 0.15) {
      // A retried delete returns 404 if the response of the first one was lost.
      const gone = await caller.insist(book, this.#asked("DELETE"), [204, 404]);
      if (gone !== undefined) this.#entries.delete(isbn);
    } else if (isThere) {
      const changed = await caller.insist(book, this.#asked("PATCH", entry), [200]);
      if (changed?.status === 200) this.#entries.set(isbn, entry);
    } else {
      const init = json({ isbn, ...entry }, { ...this.#headers, "Idempotency-Key": word });
      const added = await caller.insist(`${this.#path}/books`, init, [200, 201]);
      if (added !== undefined) this.#entries.set(isbn, entry);
    }
    const due = this.#entries.get(isbn);
    const read = await caller.ask(book, { headers: this.#headers }, [due ? 200 : 404]);
    if (read && due) checks.note("a read shows the last write", isSame(read.body, due));
  }

  /** Compares the whole shelf with the confirmed writes. */
  async compare(check: string): Promise<void> {
    const { caller, checks, signal } = this.#traffic;
    const list = await caller.insist(`${this.#path}?limit=200`, { headers: this.#headers }, [200]);
    if (signal.aborted) return;
    const books = at(list?.body, "data", "books");
    const found = Array.isArray(books) ? (books as unknown[]) : [];
    const same = found.filter((book) => {
      const due = this.#entries.get(String(at(book, "isbn")));
      return due !== undefined && isSame({ data: { book } }, due);
    });
    const isWhole = found.length === this.#entries.size && same.length === found.length;
    checks.note(check, isWhole);
  }

  #asked(method: string, body?: unknown): RequestInit {
    const headers = { ...this.#headers, "Content-Type": "application/json" };
    return { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  }
}

function isSame(body: unknown, { status, rating, notes }: Entry): boolean {
  const book = at(body, "data", "book");
  return (
    at(book, "status") === status && at(book, "rating") === rating && at(book, "notes") === notes
  );
}
