import { BooksTrackError } from "../errors.ts";
import { putQueued, readOutbox } from "./outbox.ts";
import { compareWithRead, settle, type Settled } from "./settle.ts";
import type { SyncStore } from "./store.ts";
import type { ChangeResult, OutboxChange, QueuedEdit, SyncApi } from "./types.ts";

/** Maximum number of changes per request. */
const MAX_CHANGES = 100;
/** Maximum UTF-16 units per request: at most 1.5 MB of UTF-8, below the service's limit of 2 MB. */
const MAX_LENGTH = 500_000;

export interface PushDeps {
  api: Pick<SyncApi, "send" | "clockOffsetMs">;
  store: SyncStore;
  now: () => number;
  newKey: () => string;
  /** Notified after the answers to each batch are stored. */
  onSettled(settled: Settled): Promise<void> | void;
}

/**
 * Sends the outbox in order, until nothing is left that can be sent now.
 * @returns the number of answers
 */
export async function push(deps: PushDeps, signal?: AbortSignal): Promise<number> {
  const stamp = (): { now: number; newKey: () => string } => ({
    now: deps.now(),
    newKey: deps.newKey,
  });
  if ((await deps.store.read(readOutbox)).every(({ state }) => state === "applied")) return 0;
  const compared = await deps.store.write((writes) => compareWithRead(writes, stamp()));
  if (compared.books.size > 0) await deps.onSettled(compared);
  for (let count = 0; ;) {
    const batch = await takeBatch(deps);
    if (batch.length === 0) return count;
    const results = await send(deps.api, batch, signal);
    const settled = await deps.store.write((writes) => settle(writes, results, stamp()));
    await deps.onSettled(settled);
    // If the answer settled nothing, do not repeat it immediately; another tab may have settled it.
    if (settled.count === 0) return count;
    count += settled.count;
  }
}

/** Takes the next edits and marks them as sent, which fixes their content. */
function takeBatch({ store, now, api }: PushDeps): Promise<OutboxChange[]> {
  return store.write(async (writes) => {
    const changes: OutboxChange[] = [];
    /** Books with an edit that waits for the answer to the previous one. */
    const closed = new Set<string>();
    let length = 0;
    for (const queued of await readOutbox(writes)) {
      if (queued.state === "applied") continue;
      // A change without a version waits until its book is read.
      const isCompared = queued.edit.op !== "change" || queued.ifVersion !== undefined;
      const isDue = (queued.notBefore ?? 0) <= now();
      const isOpen = isCompared && isDue && !closed.has(queued.target);
      if (!isOpen || queued.edit.op !== "progress") closed.add(queued.target);
      if (!isOpen) continue;
      const sent: QueuedEdit = queued.state === "sent" ? queued : sentNow(queued, api);
      const change = changeOf(sent);
      length += JSON.stringify(change).length;
      if (changes.length > 0 && length > MAX_LENGTH) break;
      putQueued(writes, sent);
      changes.push(change);
      if (changes.length === MAX_CHANGES) break;
    }
    return changes;
  });
}

/**
 * Converts `at` to the service's clock, because a device with a wrong clock would send edits with
 * wrong dates.
 */
function sentNow(queued: QueuedEdit, api: PushDeps["api"]): QueuedEdit {
  if (queued.clock === "service") return { ...queued, state: "sent" };
  const at = new Date(Date.parse(queued.at) + (api.clockOffsetMs?.() ?? 0)).toISOString();
  return { ...queued, state: "sent", at, clock: "service" };
}

/** The change in the service's format. */
export function changeOf({ key, at, edit, target, ifVersion }: QueuedEdit): OutboxChange {
  const given = { key, at, op: edit.op, ...(ifVersion === undefined ? {} : { ifVersion }) };
  switch (edit.op) {
    case "add": {
      const isbn = edit.isbn === undefined ? {} : { isbn: target };
      return { ...given, ...isbn, ...(edit.body ? { body: { ...edit.body } } : {}) };
    }
    case "change": {
      const { op: _op, isbn, set, ...lists } = edit;
      return { ...given, isbn, body: { ...set, ...lists } };
    }
    case "delete":
    case "restore":
      return { ...given, isbn: edit.isbn };
    case "progress":
      return { ...given, isbn: edit.isbn, body: { ...edit.body } };
    case "progress.delete":
      return { ...given, isbn: edit.isbn, body: { id: edit.id } };
    case "setting":
      return { ...given, body: { name: edit.name, value: edit.value } };
    case "goal":
      return edit.body
        ? { ...given, body: { year: edit.year, ...edit.body } }
        : { ...given, op: "goal.delete", body: { year: edit.year } };
  }
}

/**
 * Sends a batch. If the service refuses it as a whole, its halves are sent separately, until the
 * refused change is found.
 */
async function send(
  api: PushDeps["api"],
  changes: readonly OutboxChange[],
  signal?: AbortSignal,
): Promise<ChangeResult[]> {
  try {
    return await api.send(changes, signal ? { signal } : {});
  } catch (error) {
    if (!(error instanceof BooksTrackError) || !REFUSES_CONTENT.has(error.status)) throw error;
    const [first] = changes;
    if (first && changes.length === 1) return [refusedAlone(first.key, error)];
    const middle = Math.ceil(changes.length / 2);
    const results = await send(api, changes.slice(0, middle), signal);
    return [...results, ...(await send(api, changes.slice(middle), signal))];
  }
}

const REFUSES_CONTENT: ReadonlySet<number> = new Set([400, 413, 422]);

const refusedAlone = (key: string, error: BooksTrackError): ChangeResult => ({
  key,
  outcome: "refused",
  problem: { code: error.code, detail: error.message, status: error.status, retryable: false },
});
