import { at } from "../checks.ts";
import { anyOf, json, KNOWN_BOOKS, pause, type Traffic } from "./traffic.ts";

const PACE_MS = 400;
const BOOKS = KNOWN_BOOKS.slice(0, 120);
const STATES = ["want_to_read", "reading", "completed", "paused", "abandoned"];

/** What a reader last said of a book, and was told is stored. */
interface Entry {
  readonly status: string;
  readonly rating: number;
  readonly notes: string;
}

/** An account, or nothing when none could be had. */
export async function newAccount({ caller }: Traffic) {
  const answer = await caller.insist("/api/v2/users", { method: "POST" }, [201]);
  const [userId, token] = [at(answer?.body, "userId"), at(answer?.body, "token")];
  if (typeof userId !== "string" || typeof token !== "string") return undefined;
  return { userId, headers: { Authorization: `Bearer ${token}` } };
}

/** Keeps a shelf: what a write was answered with is there in every later read, and at the end. */
export async function keepShelf(traffic: Traffic, name: string): Promise<void> {
  const account = await newAccount(traffic);
  if (account === undefined) return;
  const shelf = new Shelf(traffic, `/v1/library/${account.userId}`, account.headers);
  for (let round = 0; !traffic.isOver(); round += 1) {
    await shelf.write(anyOf(BOOKS).isbn, `${name}-${round}`);
    if (round % 20 === 19) await shelf.compare("a shelf is as it was written");
    await pause(PACE_MS, traffic.signal);
  }
  await shelf.compare("at the end a shelf is as it was written");
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

  /** One write and one read of what was written. */
  async write(isbn: string, word: string): Promise<void> {
    const { caller, checks } = this.#traffic;
    const entry = { status: anyOf(STATES), rating: (1 + (word.length % 20)) / 4, notes: word };
    const book = `${this.#path}/books/${isbn}`;
    const isThere = this.#entries.has(isbn);
    if (isThere && Math.random() < 0.15) {
      // A delete whose answer was lost finds nothing when it comes again.
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

  /** Compares the whole of it with what was written. */
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
