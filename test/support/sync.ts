import { env } from "cloudflare:workers";
import type { LibraryBook } from "../../contract/library.ts";
import type { Progress } from "../../contract/progress.ts";
import type { FeedItem, OutboxResult } from "../../contract/sync.ts";
import type { Reader } from "./library.ts";

/** An item of any kind. */
export interface FedItem {
  kind: FeedItem["kind"];
  isbn: string;
  id?: string;
  year?: number;
  version: number;
  deleted?: true;
  book?: LibraryBook;
  progress?: Progress;
}

/** A page of the feed as a client receives it. */
export interface FedPage {
  items: FedItem[];
  next: string;
  more: boolean;
  seq: number;
}

/** Reads one page of a feed. */
export async function pageOf(reader: Reader, since?: string, limit?: number): Promise<FedPage> {
  const query = new URLSearchParams();
  if (since !== undefined) query.set("since", since);
  if (limit !== undefined) query.set("limit", String(limit));
  const response = await reader.call("GET", `/changes?${query.toString()}`);
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json<{ data: FedPage }>()).data;
}

/** A device that follows a feed as described in docs/sync.md: it only applies pages in order. */
export class Device {
  readonly books = new Map<string, { version: number; book: LibraryBook }>();
  readonly progress = new Map<string, Progress>();
  since: string | undefined;

  readonly #read: (since: string | undefined, limit: number) => Promise<FedPage>;

  constructor(read: (since: string | undefined, limit: number) => Promise<FedPage>) {
    this.#read = read;
  }

  /** Applies one page. @returns whether there are more */
  async step(limit: number): Promise<boolean> {
    const page = await this.#read(this.since, limit);
    for (const item of page.items) this.#apply(item);
    this.since = page.next;
    return page.more;
  }

  /** Applies pages until there are no more. */
  async follow(limit: number): Promise<void> {
    while (await this.step(limit));
  }

  #apply({ kind, isbn, id = "", version, deleted, book, progress }: FedItem): void {
    if (kind === "book" && deleted) this.books.delete(isbn);
    if (kind === "book" && book) this.books.set(isbn, { version, book });
    if (kind === "progress" && deleted) this.progress.delete(id);
    if (kind === "progress" && progress) this.progress.set(id, progress);
  }

  /** The shelf of the device, by ISBN. */
  shelf(): [string, LibraryBook][] {
    return [...this.books]
      .map(([isbn, { book }]): [string, LibraryBook] => [isbn, book])
      .sort(byIsbn);
  }
}

const byIsbn = ([one]: [string, unknown], [other]: [string, unknown]): number =>
  one < other ? -1 : 1;

/** The sequence number of the user's latest write. */
export async function seqOf(userId: string): Promise<number> {
  const shelf = env.DB.prepare("SELECT seq FROM Shelves WHERE user_id = ?1").bind(userId);
  return (await shelf.first<number>("seq")) ?? 0;
}

/** Sends changes as an outbox does. */
export async function send(reader: Reader, ...changes: readonly object[]): Promise<OutboxResult[]> {
  const response = await reader.call("POST", "/changes", { changes });
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json<{ data: { results: OutboxResult[] } }>()).data.results;
}
