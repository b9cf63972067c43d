import { putBook, readBook } from "./base.ts";
import {
  differing,
  isNamed,
  isNothing,
  keeping,
  namesOf,
  valuesAfter,
  valuesAt,
  withoutListOperations,
  type ChangeEdit,
} from "./edit-parts.ts";
import { isSame } from "./fields.ts";
import {
  dropQueued,
  isOfRecord,
  putQueued,
  readOutbox,
  wantedBy,
  type RecordEdit,
} from "./outbox.ts";
import type { StoreWrites } from "./store.ts";
import type { Attention, ChangeResult, Edit, QueuedEdit } from "./types.ts";

/**
 * How often an edit is sent again because only this device had changed its fields; after that the
 * user decides.
 */
const MAX_REBASES = 5;
/** Delay before retrying a change after a transient refusal, unless the service specifies one. */
const REFUSED_RETRY_MS = 60_000;

/** The local effects of the answers to a batch. */
export interface Settled {
  /** ISBNs of books that have changed visibly. */
  books: Set<string>;
  /** New decisions for the user. */
  attention: Attention[];
  /** Number of stored answers. */
  count: number;
}

/**
 * Stores the answers to a batch. An edit is only removed from the outbox in the transaction that
 * stores its result.
 */
export async function settle(
  writes: StoreWrites,
  results: readonly ChangeResult[],
  { now, newKey }: { now: number; newKey: () => string },
): Promise<Settled> {
  const settlement = new Settlement(writes, await readOutbox(writes), now, newKey);
  for (const result of results) await settlement.take(result);
  return settlement.settled;
}

/**
 * Assigns a version to changes that were made before their book was read: values that the user did
 * not see conflict. A change of a book that was removed meanwhile is handed to the user.
 */
export async function compareWithRead(
  writes: StoreWrites,
  { now, newKey }: { now: number; newKey: () => string },
): Promise<Settled> {
  const outbox = await readOutbox(writes);
  const settlement = new Settlement(writes, outbox, now, newKey);
  for (const queued of outbox) await settlement.compare(queued);
  return settlement.settled;
}

type QueuedChange = QueuedEdit & { edit: ChangeEdit };

class Settlement {
  readonly settled: Settled = { books: new Set(), attention: [], count: 0 };
  readonly #writes: StoreWrites;
  #outbox: QueuedEdit[];
  readonly #now: number;
  readonly #newKey: () => string;

  constructor(writes: StoreWrites, outbox: QueuedEdit[], now: number, newKey: () => string) {
    this.#writes = writes;
    this.#outbox = outbox;
    this.#now = now;
    this.#newKey = newKey;
  }

  async take(result: ChangeResult): Promise<void> {
    // Another tab may have already stored the answer to the same edit.
    const queued = this.#outbox.find(({ key, state }) => key === result.key && state === "sent");
    if (!queued) return;
    this.settled.count += 1;
    this.settled.books.add(queued.target);
    if (result.outcome === "conflict") await this.#conflict(queued, result);
    else if (result.outcome === "refused") this.#refused(queued, result);
    else this.#applied(queued, result);
  }

  async compare(queued: QueuedEdit): Promise<void> {
    if (!isChange(queued) || queued.state !== "waiting" || queued.ifVersion !== undefined) return;
    // The book cannot be read before the edit that adds or restores it has been sent.
    if (this.#outbox.some(({ target, order }) => target === queued.target && order < queued.order))
      return;
    const base = await readBook(this.#writes, queued.target);
    this.settled.books.add(queued.target);
    if (!base) this.#hand(queued, conflictOf(queued, { key: queued.key, outcome: "conflict" }));
    else
      this.#conflictOfParts(queued, {
        key: queued.key,
        outcome: "conflict",
        current: base.value,
        currentVersion: base.version,
      });
  }

  /**
   * An applied edit stays in the overlay until the feed includes it. Later edits use the service's
   * id of the book.
   */
  #applied(queued: QueuedEdit, result: ChangeResult): void {
    const { isbn } = result;
    this.#replace(queued, { ...queued, state: "applied" });
    this.#advance(queued, result);
    if (isbn === undefined || isbn === queued.target || queued.edit.op !== "add") return;
    this.settled.books.add(isbn);
    for (const other of this.#outbox) {
      if (other.target !== queued.target) continue;
      const edit = "isbn" in other.edit ? ({ ...other.edit, isbn } as Edit) : other.edit;
      this.#replace(other, { ...other, target: isbn, edit });
    }
  }

  /**
   * Each write increments the version by one. If no other device has written the book in between,
   * later edits of it are based on this edit's version.
   */
  #advance(queued: QueuedEdit, { version, unchanged }: ChangeResult): void {
    const { target, order, ifVersion } = queued;
    if (version === undefined || unchanged || ifVersion === undefined) return;
    if (version !== ifVersion + 1) return;
    for (const other of this.#outbox) {
      const isLater = other.target === target && other.order > order && other.state === "waiting";
      if (isLater && other.ifVersion === ifVersion)
        this.#replace(other, { ...other, ifVersion: version });
    }
  }

  async #conflict(queued: QueuedEdit, result: ChangeResult): Promise<void> {
    const { current, currentVersion } = result;
    if (isOfRecordEdit(queued)) {
      this.#conflictOfRecord(queued, result);
      return;
    }
    if (current && currentVersion !== undefined)
      await putBook(this.#writes, queued.target, currentVersion, current);
    const mayRebase = (queued.rebased ?? 0) < MAX_REBASES;
    if (current && currentVersion !== undefined && isChange(queued) && mayRebase)
      this.#conflictOfParts(queued, { ...result, current, currentVersion });
    else this.#hand(queued, conflictOf(queued, result));
  }

  /**
   * Hands parts changed by someone else to the user, and sends the rest again against the compared
   * version. A part that still has the value the user saw was changed by an earlier edit of this
   * device.
   */
  #conflictOfParts(
    queued: QueuedChange,
    result: ChangeResult & Required<Pick<ChangeResult, "current" | "currentVersion">>,
  ): void {
    const superseded = this.#namesAfter(queued);
    const edit = keeping(queued.edit, (name) => !superseded.has(name));
    const theirs = valuesAt(result.current, namesOf(edit));
    const left = new Set(differing(valuesAfter(edit, theirs), theirs));
    const isRefused = (name: string): boolean =>
      left.has(name) &&
      isNamed(name, edit, result.fields) &&
      !isSame(theirs[name], queued.seen?.[name]);
    const refused = withoutListOperations(keeping(edit, isRefused));
    if (!isNothing(refused)) this.#hand(queued, conflictOf({ ...queued, edit: refused }, result));
    const rest = keeping(edit, (name) => left.has(name) && !isRefused(name));
    this.#replace(
      queued,
      isNothing(rest)
        ? undefined
        : {
            ...queued,
            edit: rest,
            key: this.#newKey(),
            state: "waiting",
            ifVersion: result.currentVersion,
            rebased: (queued.rebased ?? 0) + 1,
          },
    );
  }

  /**
   * A goal or setting that still has the value the user saw was set by an earlier edit of this
   * device.
   */
  #conflictOfRecord(queued: QueuedEdit & { edit: RecordEdit }, result: ChangeResult): void {
    const { currentVersion } = result;
    const isGoal = queued.edit.op === "goal";
    const mine = wantedBy(queued.edit);
    const theirs: Record<string, unknown> = isGoal
      ? { goal: result.currentGoal ?? null }
      : { setting: result.currentSetting?.value ?? null };
    const rebased = (queued.rebased ?? 0) + 1;
    const isOwn = isSame(theirs, queued.seen) && rebased <= MAX_REBASES;
    if (isSame(theirs, mine)) this.#replace(queued, undefined);
    else if (isOwn && currentVersion !== undefined) {
      const key = this.#newKey();
      this.#replace(queued, {
        ...queued,
        key,
        state: "waiting",
        ifVersion: currentVersion,
        rebased,
      });
    } else {
      const version = currentVersion === undefined ? {} : { version: currentVersion };
      this.#hand(queued, { ...attentionOf(queued, "conflict"), mine, theirs, ...version });
    }
  }

  /** Names of the parts that later edits of the same book replace. */
  #namesAfter({ target, order }: QueuedEdit): Set<string> {
    const later = this.#outbox.filter((other) => other.target === target && other.order > order);
    return new Set(later.flatMap(({ edit }) => (edit.op === "change" ? namesOf(edit) : [])));
  }

  #refused(queued: QueuedEdit, { problem }: ChangeResult): void {
    if (problem?.retryable === true) {
      // The edit keeps its key, because the service may have applied a write with an unknown
      // outcome.
      const notBefore = this.#now + ((problem.retryAfter ?? 0) * 1000 || REFUSED_RETRY_MS);
      this.#replace(queued, { ...queued, notBefore });
      return;
    }
    const type = problem?.code === "KEY_EXPIRED" ? "expired" : "refused";
    const why = problem ? { problem } : {};
    this.#hand(queued, { ...attentionOf(queued, type), ...why });
    if (queued.edit.op !== "add") return;
    for (const other of this.#outbox.filter(({ target }) => target === queued.target)) {
      if (other.state === "waiting" && other.ifVersion === undefined)
        this.#hand(other, { ...attentionOf(other, type), ...why });
    }
  }

  /** Moves an edit from the outbox to the user's decisions. */
  #hand(queued: QueuedEdit, attention: Attention): void {
    this.#replace(queued, undefined);
    this.#writes.put("attention", attention.id, attention);
    this.settled.attention.push(attention);
  }

  #replace(queued: QueuedEdit, by: QueuedEdit | undefined): void {
    dropQueued(this.#writes, queued);
    if (by) putQueued(this.#writes, by);
    this.#outbox = this.#outbox.flatMap((other) => {
      if (other.order !== queued.order) return [other];
      return by ? [by] : [];
    });
  }
}

const isOfRecordEdit = (queued: QueuedEdit): queued is QueuedEdit & { edit: RecordEdit } =>
  isOfRecord(queued.edit);

const isChange = (queued: QueuedEdit): queued is QueuedChange => queued.edit.op === "change";

function conflictOf(queued: QueuedEdit, { current, currentVersion }: ChangeResult): Attention {
  const { edit } = queued;
  const names = edit.op === "change" ? namesOf(edit) : Object.keys(bodyOf(edit));
  const theirs = valuesAt(current, names);
  return {
    ...attentionOf(queued, "conflict"),
    mine: edit.op === "change" ? valuesAfter(edit, theirs) : bodyOf(edit),
    ...(current ? { theirs } : { deleted: true }),
    ...(currentVersion === undefined ? {} : { version: currentVersion }),
  };
}

const bodyOf = (edit: Edit): Record<string, unknown> => (edit.op === "add" ? { ...edit.body } : {});

function attentionOf(queued: QueuedEdit, type: Attention["type"]): Attention {
  const { key, order, edit, target, at, seen } = queued;
  return { id: key, order, type, edit, target, at, ...(seen ? { seen } : {}) };
}
