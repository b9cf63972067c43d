import { readListed, readBook } from "./base.ts";
import { composed, listed } from "./compose.ts";
import { isSame, picked } from "./fields.ts";
import { withEdits } from "./overlay.ts";
import type { StoreReads, StoreWrites } from "./store.ts";
import type { Edit, EntryChange, ListedBook, QueuedEdit } from "./types.ts";

const NEXT_ORDER = "order";

const keyOf = ({ target, order }: Pick<QueuedEdit, "target" | "order">): string =>
  `${target}|${String(order).padStart(16, "0")}`;

/** All edits in the order in which they were made. */
export async function readOutbox(reads: StoreReads): Promise<QueuedEdit[]> {
  const edits = await reads.getAll<QueuedEdit>("outbox");
  return edits.sort((one, other) => one.order - other.order);
}

/** The edits of one book, or of one goal. */
export async function editsOf(reads: StoreReads, target: string): Promise<QueuedEdit[]> {
  const edits = await reads.getAll<QueuedEdit>("outbox", `${target}|`);
  return edits.filter((queued) => queued.target === target);
}

export function putQueued(writes: StoreWrites, queued: QueuedEdit): void {
  writes.put("outbox", keyOf(queued), queued);
}

export function dropQueued(writes: StoreWrites, queued: QueuedEdit): void {
  writes.delete("outbox", keyOf(queued));
}

/** Adds an edit at the end of the outbox. */
export async function appendQueued(
  writes: StoreWrites,
  queued: Omit<QueuedEdit, "order" | "state">,
): Promise<QueuedEdit> {
  const order = ((await writes.get<number>("meta", NEXT_ORDER)) ?? 0) + 1;
  writes.put("meta", NEXT_ORDER, order);
  const appended: QueuedEdit = { ...queued, order, state: "waiting" };
  putQueued(writes, appended);
  return appended;
}

/** The thing that an edit is about. Progress belongs to its book, so that both are sent in order. */
export function targetOf(edit: Edit, key: string): string {
  if (edit.op === "goal") return `goal/${edit.year}`;
  if (edit.op !== "add") return edit.isbn;
  return edit.isbn === undefined ? `local-${key}` : isbn13Of(edit.isbn);
}

/** The ISBN-13 of what a user or a scanner gives. The service's answer names the book if it reads the text differently. */
function isbn13Of(text: string): string {
  const digits = text.replaceAll(/[^0-9X]/gi, "").toUpperCase();
  if (!/^\d{9}[\dX]$/.test(digits)) return /^\d{13}$/.test(digits) ? digits : text;
  const body = `978${digits.slice(0, 9)}`;
  const sum = [...body].reduce((total, digit, at) => total + Number(digit) * (at % 2 ? 3 : 1), 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}

/**
 * Stores an edit, composed with one of the same thing that was never sent.
 * @returns the key of the queued edit; undefined if nothing is left to send
 */
export async function enqueue(
  writes: StoreWrites,
  { edit, key, at, newKey }: { edit: Edit; key: string; at: string; newKey: () => string },
): Promise<{ key: string | undefined; target: string }> {
  const target = targetOf(edit, key);
  const outbox = await editsOf(writes, target);
  const prepared = edit.op === "change" ? await preparedChange(writes, edit, outbox, newKey) : { edit };
  if (!prepared) return { key: undefined, target };
  const last = outbox.at(-1);
  const together =
    last?.state === "waiting" ? composed(last, prepared.edit, prepared.seen) : "apart";
  if (last && together !== "apart") {
    if (together === "nothing") dropQueued(writes, last);
    else putQueued(writes, { ...last, ...together, at, clock: "device" });
    return { key: together === "nothing" ? undefined : last.key, target };
  }
  const ifVersion = ["change", "delete"].includes(edit.op)
    ? (await readListed(writes, target))?.version
    : undefined;
  await appendQueued(writes, {
    key,
    at,
    clock: "device",
    target,
    ...prepared,
    ...(ifVersion === undefined ? {} : { ifVersion }),
  });
  return { key, target };
}

/** A change without what it does not change, with ids for its readings. @returns undefined if nothing is left */
async function preparedChange(
  writes: StoreWrites,
  edit: Extract<Edit, { op: "change" }>,
  outbox: readonly QueuedEdit[],
  newKey: () => string,
): Promise<{ edit: Edit; seen?: Record<string, unknown> } | undefined> {
  const shown = withEdits((await readBook(writes, edit.isbn))?.value, outbox);
  const given = Object.entries(edit.set ?? {}).filter(([, value]) => value !== undefined);
  const seen = picked(
    shown,
    given.map(([name]) => name),
  );
  const set = given.filter(([name, value]) => !isSame(value, seen[name]));
  const change: EntryChange = listed({
    set: Object.fromEntries(set),
    addTags: (edit.addTags ?? []).filter((tag) => !hasTag(shown, tag)),
    removeTags: (edit.removeTags ?? []).filter((tag) => !shown || hasTag(shown, tag)),
    addReadings: (edit.addReadings ?? []).map((reading) => ({
      ...reading,
      id: reading.id ?? newKey(),
    })),
    changeReadings: edit.changeReadings ?? [],
    removeReadings: edit.removeReadings ?? [],
  });
  if (Object.keys(change).length === 0) return undefined;
  const names = set.map(([name]) => name);
  return { edit: { op: "change", isbn: edit.isbn, ...change }, seen: picked(seen, names) };
}

const hasTag = (book: ListedBook | undefined, tag: string): boolean =>
  book?.tags.includes(tag) ?? false;
