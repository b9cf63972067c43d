import type { LibraryBook } from "../schema.ts";
import { feedState, readBook, readBooks, readOthers } from "./base.ts";
import { editsOf, readOutbox } from "./outbox.ts";
import { goalsWithEdits, progressWithEdits, settingsWithEdits, withEdits } from "./overlay.ts";
import type { StoreReads } from "./store.ts";
import type {
  Attention,
  GoalRecord,
  ListedBook,
  ProgressRecord,
  QueuedEdit,
  SettingsRecord,
  SyncStatus,
} from "./types.ts";

/** All books with the edits applied. */
export async function shownBooks(reads: StoreReads): Promise<ListedBook[]> {
  const shown = new Map<string, ListedBook>();
  for (const [isbn, { value }] of await readBooks(reads)) shown.set(isbn, value);
  const edits = new Map<string, QueuedEdit[]>();
  for (const queued of await readOutbox(reads)) {
    const ofTarget = edits.get(queued.target) ?? [];
    edits.set(queued.target, ofTarget);
    ofTarget.push(queued);
  }
  for (const [target, queued] of edits) {
    const book = withEdits(shown.get(target), queued);
    if (book) shown.set(target, book);
    else shown.delete(target);
  }
  return [...shown.values()];
}

export async function shownBook(reads: StoreReads, isbn: string): Promise<LibraryBook | undefined> {
  return withEdits((await readBook(reads, isbn))?.value, await editsOf(reads, isbn));
}

/** Progress in a book, newest first. */
export async function shownProgress(reads: StoreReads, isbn: string): Promise<ProgressRecord[]> {
  const stored = (await readOthers(reads, "progress")).map(({ value }) => value);
  const ofBook = stored.filter((progress) => progress.isbn === isbn);
  return progressWithEdits(ofBook, await editsOf(reads, isbn));
}

export async function shownGoals(reads: StoreReads): Promise<GoalRecord[]> {
  const stored = (await readOthers(reads, "goal")).map(({ value }) => value);
  return goalsWithEdits(stored, await readOutbox(reads));
}

export async function shownSettings(reads: StoreReads): Promise<SettingsRecord> {
  const settings = await readOthers(reads, "setting");
  const stored = Object.fromEntries(settings.map(({ id, value }) => [id, value]));
  return settingsWithEdits(stored, await readOutbox(reads));
}

/** Decisions that the user has to make, in the order of the edits. */
export async function waitingForUser(reads: StoreReads): Promise<Attention[]> {
  const attention = await reads.getAll<Attention>("attention");
  return attention.sort((one, other) => one.order - other.order);
}

/** Edits that the service has not confirmed. */
export async function unconfirmed(reads: StoreReads): Promise<QueuedEdit[]> {
  return (await readOutbox(reads)).filter(({ state }) => state !== "applied");
}

export async function storedStatus(
  reads: StoreReads,
): Promise<Omit<SyncStatus, "state" | "error">> {
  const { lastSyncAt, loadedPages, generation } = await feedState(reads);
  return {
    pending: (await unconfirmed(reads)).length,
    attention: (await reads.keys("attention")).length,
    isLoading: generation === 0 || loadedPages !== undefined,
    ...(lastSyncAt === undefined ? {} : { lastSyncAt }),
  };
}
