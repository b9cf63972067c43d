import { readBook, readOthers } from "./base.ts";
import { composed, listed } from "./compose.ts";
import { namesOf, valuesAt } from "./edit-parts.ts";
import { isSame } from "./fields.ts";
import { withEdits } from "./overlay.ts";
import type { StoreReads, StoreWrites } from "./store.ts";
import type { LibraryBook } from "../schema.ts";
import { NotOnShelfError, type Edit, type EntryChange, type QueuedEdit } from "./types.ts";

const NEXT_ORDER = "order";

const keyOf = ({ target, order }: Pick<QueuedEdit, "target" | "order">): string =>
  `${target}|${String(order).padStart(16, "0")}`;

/** All edits in the order in which they were made. */
export async function readOutbox(reads: StoreReads): Promise<QueuedEdit[]> {
  const edits = await reads.getAll<QueuedEdit>("outbox");
  return edits.sort((one, other) => one.order - other.order);
}

/** The edits of one book, goal or setting. */
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

/** The item that an edit refers to. Progress refers to its book, so that both are sent in order. */
export function targetOf(edit: Edit, key: string): string {
  if (edit.op === "goal") return `goal/${edit.year}`;
  if (edit.op === "setting") return `setting/${edit.name}`;
  if (edit.op !== "add") return edit.isbn;
  return edit.isbn === undefined ? `local-${key}` : isbn13Of(edit.isbn);
}

/** The ISBN-13 for input of a user or a scanner. The service's answer has the book's id if it parses the text differently. */
function isbn13Of(text: string): string {
  const digits = text.replaceAll(/[^0-9X]/gi, "").toUpperCase();
  if (!/^\d{9}[\dX]$/.test(digits)) return /^\d{13}$/.test(digits) ? digits : text;
  const body = `978${digits.slice(0, 9)}`;
  const sum = Array.from(body).reduce(
    (total, digit, at) => total + Number(digit) * (at % 2 ? 3 : 1),
    0,
  );
  return `${body}${(10 - (sum % 10)) % 10}`;
}

interface Enqueued {
  /** Key of the queued edit; undefined if nothing is left to send. */
  key: string | undefined;
  target: string;
}

/** Stores an edit, combined with an unsent one of the same item. */
export async function enqueue(
  writes: StoreWrites,
  { edit, key, at, newKey }: { edit: Edit; key: string; at: string; newKey: () => string },
): Promise<Enqueued> {
  const target = targetOf(edit, key);
  const outbox = await editsOf(writes, target);
  if (isOfRecord(edit)) return setRecord(writes, { edit, key, at, target, outbox });
  const stored = await readBook(writes, target);
  const shown = withEdits(stored?.value, outbox);
  if (edit.op === "add") return addBook(writes, { edit, key, at, newKey, target, shown });
  const prepared = preparedEdit(edit, shown, newKey);
  if (!prepared) return { key: undefined, target };
  if (edit.op === "delete" && !stored && outbox.every(({ state }) => state === "waiting")) {
    for (const queued of outbox) dropQueued(writes, queued);
    return { key: undefined, target };
  }
  const last = outbox.at(-1);
  const together =
    last && mayCompose(last, at) ? composed(last, prepared.edit, prepared.seen) : "apart";
  if (last && together !== "apart") {
    if (together === "nothing") dropQueued(writes, last);
    else putQueued(writes, { ...last, ...together, at, clock: "device" });
    return { key: together === "nothing" ? undefined : last.key, target };
  }
  const comparesVersions = edit.op === "change" || edit.op === "delete";
  const ifVersion = comparesVersions ? versionSeen(stored?.version, outbox) : undefined;
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

export type RecordEdit = Extract<Edit, { op: "goal" | "setting" }>;

/** The value that an edit of a goal or a setting sets, under its name in `seen`. */
export function wantedBy(edit: RecordEdit): Record<string, unknown> {
  return edit.op === "goal" ? { goal: edit.body } : { setting: edit.value };
}

/** Queues an edit of a goal or a setting, replacing an unsent one. */
async function setRecord(
  writes: StoreWrites,
  {
    edit,
    key,
    at,
    target,
    outbox,
  }: {
    edit: RecordEdit;
    key: string;
    at: string;
    target: string;
    outbox: readonly QueuedEdit[];
  },
): Promise<Enqueued> {
  const last = outbox.at(-1);
  if (last && mayCompose(last, at)) {
    putQueued(writes, { ...last, edit, at, clock: "device" });
    return { key: last.key, target };
  }
  const stored =
    edit.op === "goal"
      ? await storedGoal(writes, edit.year)
      : await storedSetting(writes, edit.name);
  const seen = last && isOfRecord(last.edit) ? wantedBy(last.edit) : stored.seen;
  const { version } = stored;
  const ifVersion = Math.min(version, ...outbox.map((queued) => queued.ifVersion ?? version));
  await appendQueued(writes, { key, at, clock: "device", target, edit, seen, ifVersion });
  return { key, target };
}

export const isOfRecord = (edit: Edit): edit is RecordEdit =>
  edit.op === "goal" || edit.op === "setting";

interface StoredRecord {
  version: number;
  seen: Record<string, unknown>;
}

/** For a goal that the user has not seen, a version that is always outdated. */
async function storedGoal(reads: StoreReads, year: number): Promise<StoredRecord> {
  const stored = (await readOthers(reads, "goal")).find(({ id }) => id === String(year));
  if (!stored) return { version: 1, seen: { goal: null } };
  const { year: _year, ...goal } = stored.value;
  return { version: stored.version, seen: { goal } };
}

async function storedSetting(reads: StoreReads, name: string): Promise<StoredRecord> {
  const stored = (await readOthers(reads, "setting")).find(({ id }) => id === name);
  return { version: stored?.version ?? 0, seen: { setting: stored?.value ?? null } };
}

/** A combined edit has the time of the last one; the limit keeps it from becoming too old for the service. */
const MAX_COMPOSED_MS = 24 * 60 * 60 * 1000;

const mayCompose = (last: QueuedEdit, at: string): boolean =>
  last.state === "waiting" && Math.abs(Date.parse(at) - Date.parse(last.at)) < MAX_COMPOSED_MS;

/**
 * The version of the service's book that the user has seen completely. A waiting edit may hide newer values that have arrived
 * since.
 */
function versionSeen(
  stored: number | undefined,
  outbox: readonly QueuedEdit[],
): number | undefined {
  const below = outbox.filter(({ edit }) => edit.op === "change").map(({ ifVersion }) => ifVersion);
  return [stored, ...below].reduce((one, other) =>
    one === undefined || other === undefined ? undefined : Math.min(one, other),
  );
}

/** Fields that describe the book itself, not the user's entry. */
const OWN_DETAILS: ReadonlySet<string> = new Set([
  "title",
  "authors",
  "subtitle",
  "publisher",
  "publishedDate",
  "publicationYear",
  "pageCount",
  "language",
  "categories",
  "description",
]);

/**
 * Queues an addition. Other fields that the user sets become a separate change: another device may have added the book, and its
 * values must not be overwritten unseen.
 */
async function addBook(
  writes: StoreWrites,
  {
    edit,
    key,
    target,
    shown,
    ...given
  }: {
    edit: Extract<Edit, { op: "add" }>;
    key: string;
    at: string;
    newKey: () => string;
    target: string;
    shown: LibraryBook | undefined;
  },
): Promise<Enqueued> {
  const { tags, ...fields } = edit.body ?? {};
  const details = Object.entries(fields).filter(([name]) => OWN_DETAILS.has(name));
  const set = Object.entries(fields).filter(([name]) => !OWN_DETAILS.has(name));
  if (!shown) {
    const { body: _body, ...addition } = edit;
    const body = details.length > 0 ? { body: Object.fromEntries(details) } : {};
    const { at } = given;
    await appendQueued(writes, {
      key,
      at,
      clock: "device",
      target,
      edit: { ...addition, ...body },
    });
  }
  const change = listed({ set: Object.fromEntries(set), addTags: tags ?? [] });
  if (Object.keys(change).length === 0) return { key: shown ? undefined : key, target };
  const changed = await enqueue(writes, {
    edit: { op: "change", isbn: target, ...change },
    key: given.newKey(),
    ...given,
  });
  return shown ? changed : { key, target };
}

interface PreparedEdit {
  edit: Edit;
  /** The present values of what the edit replaces, as the user sees them. */
  seen?: Record<string, unknown>;
}

/** @returns undefined for an edit that changes nothing. @throws NotOnShelfError */
function preparedEdit(
  edit: Exclude<Edit, { op: "add" | "goal" | "setting" }>,
  shown: LibraryBook | undefined,
  newKey: () => string,
): PreparedEdit | undefined {
  switch (edit.op) {
    case "change":
    case "progress":
      if (!shown) throw new NotOnShelfError(edit.isbn);
      return edit.op === "change" ? preparedChange(edit, shown, newKey) : { edit };
    case "delete":
      return shown && { edit };
    case "restore":
      return shown ? undefined : { edit };
    case "progress.delete":
      return { edit };
  }
}

/** A change without no-op parts, with ids for its readings. @returns undefined if nothing is left */
function preparedChange(
  edit: Extract<Edit, { op: "change" }>,
  shown: LibraryBook,
  newKey: () => string,
): PreparedEdit | undefined {
  const given = Object.entries(edit.set ?? {}).filter(([, value]) => value !== undefined);
  const shownFields = shown as unknown as Record<string, unknown>;
  const set = given.filter(([name, value]) => !isSame(value, shownFields[name]));
  const change: EntryChange = listed({
    set: Object.fromEntries(set),
    addTags: (edit.addTags ?? []).filter((tag) => !shown.tags.includes(tag)),
    removeTags: (edit.removeTags ?? []).filter((tag) => shown.tags.includes(tag)),
    addReadings: (edit.addReadings ?? [])
      .filter(({ id }) => !shown.readings.some((reading) => reading.id === id))
      .map((reading) => ({ ...reading, id: reading.id ?? newKey() })),
    changeReadings: edit.changeReadings ?? [],
    removeReadings: edit.removeReadings ?? [],
  });
  if (Object.keys(change).length === 0) return undefined;
  const seen = valuesAt(shown, namesOf(change));
  return { edit: { op: "change", isbn: edit.isbn, ...change }, seen };
}
