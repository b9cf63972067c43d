import { isSame } from "../fields.ts";
import type { LibraryBook } from "../../schema.ts";
import type {
  ChangeResult,
  EntryChange,
  EntryFields,
  Kind,
  NewReading,
  OutboxChange,
} from "../types.ts";

/** One item of the feed. A removed one has no value. */
export interface Row {
  key: string;
  kind: Kind;
  id: string;
  seq: number;
  version: number;
  value: unknown;
}

interface BookRow extends Row {
  value: LibraryBook | undefined;
  /** The version at which each field was last changed. */
  fieldVersions: Record<string, number>;
  /** The book in the trash. */
  trashed?: LibraryBook;
}

/** One field that a change of a device has replaced. */
export interface Written {
  key: string;
  isbn: string;
  field: string;
  from: unknown;
  to: unknown;
}

/** The rows of one user, and the effects of changes. */
export class ModelShelf {
  seq = 0;
  /** Every field that a change has set, in order. */
  readonly written: Written[] = [];
  /** Keys of changes that were applied, in order. */
  readonly applied: string[] = [];
  readonly #rows = new Map<string, Row>();
  readonly #removedAt = new Map<string, number>();
  #time = 0;

  rows(): Row[] {
    return [...this.#rows.values()].sort(
      (one, other) => one.seq - other.seq || (one.key < other.key ? -1 : 1),
    );
  }

  values<Value>(kind: Kind): Map<string, Value> {
    const shown = this.rows().filter((row) => row.kind === kind && row.value !== undefined);
    return new Map(shown.map(({ id, value }) => [id, value as Value]));
  }

  book(isbn: string): LibraryBook | undefined {
    return this.#book(isbn)?.value;
  }

  /** Writes many books in one batch, as an import does. */
  importBooks(isbns: readonly string[], now: number): void {
    this.seq += 1;
    this.#time = now;
    for (const isbn of isbns) {
      const row = this.#book(isbn);
      if (row?.value) this.#set(row, { review: `imported ${now}` });
      else this.#put(isbn, { ...modelBook(isbn, iso(now)), review: `imported ${now}` });
    }
  }

  /** A refresh of catalogue data: the feed includes the book, but its version is unchanged. */
  refresh(isbn: string, now: number): void {
    const row = this.#book(isbn);
    if (!row?.value) return;
    this.seq += 1;
    this.#rows.set(row.key, {
      ...row,
      seq: this.seq,
      value: { ...row.value, description: `Refreshed ${now}` },
    });
  }

  /** @returns the number of the latest forgotten removal */
  forgetRemovals(before: number): number {
    let forgotten = 0;
    for (const [key, at] of this.#removedAt) {
      if (at >= before) continue;
      forgotten = Math.max(forgotten, this.#rows.get(key)?.seq ?? 0);
      this.#rows.delete(key);
      this.#removedAt.delete(key);
    }
    return forgotten;
  }

  carryOut(change: OutboxChange, now: number): ChangeResult {
    this.#time = now;
    const { key, op } = change;
    const isbn = change.isbn ?? `local-of-${String(change.body?.["title"])}`;
    const row = this.#book(isbn);
    const result = { key, outcome: "applied", isbn } as const;
    if (op === "goal" || op === "goal.delete") return this.#goal(change);
    if (op === "progress.delete") return this.#removeProgress(change);
    if (op === "add") {
      if (!row?.value) this.#put(isbn, row?.trashed ?? modelBook(isbn, change.at));
      this.#apply(key, isbn, { set: change.body ?? {} });
    } else if (op === "restore") {
      if (row?.trashed) this.#put(isbn, row.trashed);
      else if (!row?.value) return refused(key, 404, "NOT_FOUND");
    } else if (!row?.value) {
      return { key, outcome: "conflict", isbn };
    } else if (op === "progress") {
      this.#addProgress(change, isbn);
    } else {
      const fields = conflicting(row, change);
      if (fields.length > 0)
        return {
          key,
          outcome: "conflict",
          isbn,
          current: row.value,
          currentVersion: row.version,
          fields,
        };
      if (op === "delete") this.#remove(row);
      else this.#apply(key, isbn, changeOf(change));
    }
    this.applied.push(key);
    return { ...result, version: this.#book(isbn)?.version ?? 1 };
  }

  #book(isbn: string): BookRow | undefined {
    return this.#rows.get(`book/${isbn}`) as BookRow | undefined;
  }

  #put(isbn: string, value: LibraryBook): void {
    const before = this.#book(isbn);
    this.seq += 1;
    const version = (before?.version ?? 0) + 1;
    const isRestored = before?.trashed === value;
    const fieldVersions = isRestored
      ? (before?.fieldVersions ?? {})
      : Object.fromEntries(Object.keys(value).map((field) => [field, version]));
    const key = `book/${isbn}`;
    const id = { key, kind: "book", id: isbn } as const;
    const row: BookRow = { ...id, seq: this.seq, version, value, fieldVersions };
    this.#rows.set(key, row);
    this.#removedAt.delete(key);
  }

  #remove(row: BookRow): void {
    this.seq += 1;
    const gone = { ...row, seq: this.seq, version: row.version + 1, value: undefined };
    this.#rows.set(row.key, { ...gone, trashed: row.value } as Row);
    this.#removedAt.set(row.key, this.#time);
  }

  #apply(key: string, isbn: string, change: EntryChange): void {
    const row = this.#book(isbn);
    if (!row?.value) return;
    const book: LibraryBook = row.value;
    const values: Record<string, unknown> = { ...change.set };
    for (const [field, to] of Object.entries(values)) {
      const from = (book as unknown as Record<string, unknown>)[field] ?? null;
      this.written.push({ key, isbn, field, from, to });
    }
    const { addTags = [], removeTags = [], addReadings = [] } = change;
    for (const to of addTags) this.written.push({ key, isbn, field: "tag", from: null, to });
    for (const { id } of addReadings)
      this.written.push({ key, isbn, field: "reading", from: null, to: id });
    if (addTags.length + removeTags.length > 0)
      values["tags"] = [
        ...new Set([...book.tags.filter((tag) => !removeTags.includes(tag)), ...addTags]),
      ];
    const readings = readingsAfter(book.readings, change);
    if (!isSame(readings, book.readings)) values["readings"] = readings;
    this.seq += 1;
    this.#set(row, values);
  }

  #set(row: BookRow, values: Record<string, unknown>): void {
    if (!row.value) return;
    const version = row.version + 1;
    const set = Object.entries(values).filter(([field]) => field !== "title" || row.value);
    const fieldVersions = { ...row.fieldVersions };
    for (const [field] of set) fieldVersions[field] = version;
    const shown = Object.entries({ ...row.value, ...Object.fromEntries(set) }).filter(
      ([, value]) => value !== null,
    );
    const value = Object.fromEntries(shown) as unknown as LibraryBook;
    this.#rows.set(row.key, { ...row, seq: this.seq, version, value, fieldVersions } as Row);
  }

  #addProgress({ key, at, body }: OutboxChange, isbn: string): void {
    this.seq += 1;
    this.written.push({ key, isbn, field: "progress", from: null, to: body?.["page"] });
    const value = { at, ...body, id: key, isbn };
    const row = { key: `progress/${key}`, kind: "progress", id: key } as const;
    this.#rows.set(row.key, { ...row, seq: this.seq, version: 1, value });
  }

  #removeProgress({ key, body }: OutboxChange): ChangeResult {
    const id = String(body?.["id"]);
    const row = this.#rows.get(`progress/${id}`);
    if (row?.value === undefined) return refused(key, 404, "NOT_FOUND");
    this.seq += 1;
    this.#rows.set(row.key, { ...row, seq: this.seq, version: row.version + 1, value: undefined });
    this.#removedAt.set(row.key, this.#time);
    this.applied.push(key);
    return { key, outcome: "applied" };
  }

  #goal({ key, op, ifVersion, body = {} }: OutboxChange): ChangeResult {
    const { year, ...goal } = body;
    const id = String(year);
    const row = { key: `goal/${id}`, kind: "goal", id } as const;
    const before = this.#rows.get(row.key);
    const wanted = op === "goal" ? { year, ...goal } : undefined;
    const version = Math.max((before?.version ?? 0) + 1, this.#time);
    if (!isSame(before?.value, wanted)) {
      if (before && before.version > (ifVersion ?? Infinity)) {
        const { year: _year, ...current } = (before.value ?? {}) as Record<string, unknown>;
        const shown = before.value === undefined ? {} : { currentGoal: current };
        return { key, outcome: "conflict", currentVersion: before.version, ...shown };
      }
      this.seq += 1;
      this.#rows.set(row.key, { ...row, seq: this.seq, version, value: wanted });
      if (wanted === undefined) this.#removedAt.set(row.key, this.#time);
      else this.#removedAt.delete(row.key);
    }
    const to = wanted ? goal["books"] : null;
    this.written.push({ key, isbn: `goal/${id}`, field: "goal", from: null, to });
    this.applied.push(key);
    return { key, outcome: "applied", version };
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();

function changeOf({ body = {} }: OutboxChange): EntryChange {
  const { addTags, removeTags, addReadings, changeReadings, removeReadings, ...set } =
    body as EntryChange & EntryFields;
  const lists = { addTags, removeTags, addReadings, changeReadings, removeReadings };
  const given = Object.entries(lists).filter(([, list]) => list !== undefined);
  return { set, ...Object.fromEntries(given) };
}

/** Fields of a change that were changed after `ifVersion`; a removal of the book is a change of all of them. */
function conflicting({ fieldVersions, version }: BookRow, change: OutboxChange): string[] {
  const { ifVersion } = change;
  if (ifVersion === undefined || ifVersion >= version) return [];
  const changed = Object.keys(fieldVersions).filter(
    (field) => (fieldVersions[field] ?? 0) > ifVersion,
  );
  if (change.op === "delete") return changed;
  const { set = {} } = changeOf(change);
  return changed.filter((field) => field in set);
}

function readingsAfter(readings: readonly NewReading[], change: EntryChange) {
  const { addReadings = [], changeReadings = [], removeReadings = [] } = change;
  const kept = readings.filter(({ id }) => !removeReadings.includes(id ?? ""));
  return [...kept, ...addReadings].map((reading) => {
    const dates = { ...reading, ...changeReadings.find(({ id }) => id === reading.id) };
    return Object.fromEntries(
      Object.entries(dates).filter(([, date]) => date !== null && date !== undefined),
    ) as unknown as LibraryBook["readings"][number];
  });
}

export const refused = (key: string, status: number, code: string): ChangeResult => ({
  key,
  outcome: "refused",
  problem: { code, status, title: code, detail: code, retryable: false },
});

/** A newly added book in the service. */
export function modelBook(isbn: string, at: string): LibraryBook {
  return {
    isbn,
    title: `Book ${isbn}`,
    authors: ["Ann Author"],
    categories: [],
    provider: "openlibrary",
    sources: [],
    description: `All about ${isbn}`,
    updatedAt: at,
    addedAt: at,
    status: "want_to_read",
    tags: [],
    readings: [],
    confirmed: true,
  };
}
