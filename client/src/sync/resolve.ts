import { readListed } from "./base.ts";
import { appendQueued } from "./outbox.ts";
import type { StoreWrites } from "./store.ts";
import type { Attention, Edit, QueuedEdit, Resolution } from "./types.ts";

/**
 * Carries out the user's decision.
 * @returns the ISBN or goal that has changed visibly; undefined if nothing was waiting
 */
export async function resolveAttention(
  writes: StoreWrites,
  id: string,
  decision: Exclude<Resolution, "later">,
  { newKey, now }: { newKey: () => string; now: number },
): Promise<string | undefined> {
  const attention = await writes.get<Attention>("attention", id);
  if (!attention) return undefined;
  writes.delete("attention", id);
  if (decision === "mine") await sendAgain(writes, attention, { newKey, now });
  return attention.target;
}

/**
 * Queues the edit against the state that the user has just seen, so that a newer change by another
 * device is a new conflict. The edit is dated at the time of the decision.
 */
async function sendAgain(
  writes: StoreWrites,
  { edit: refused, target, at, version, deleted, theirs, seen }: Attention,
  { newKey, now }: { newKey: () => string; now: number },
): Promise<void> {
  // Progress keeps its original time.
  const edit: Edit =
    refused.op === "progress" ? { ...refused, body: { at, ...refused.body } } : refused;
  const append = (edit: Edit, more: Partial<QueuedEdit> = {}): Promise<QueuedEdit> =>
    appendQueued(writes, {
      key: newKey(),
      at: new Date(now).toISOString(),
      clock: "device",
      edit,
      target,
      ...more,
    });
  // The book is on the shelf by now, so the user's values become a change.
  if (refused.op === "add" && theirs) {
    const change = { op: "change" as const, isbn: target, set: { ...refused.body } };
    await append(change, {
      ...(version === undefined ? {} : { ifVersion: version }),
      seen: theirs,
    });
    return;
  }
  // Removing a book that is already gone changes nothing.
  if (deleted && edit.op === "delete") return;
  if (deleted && edit.op === "change") await append({ op: "restore", isbn: edit.isbn });
  // A change that was never compared, or that first restores its book, is compared with the book
  // once it has been read.
  const ifVersion =
    edit.op === "delete" ? (version ?? (await readListed(writes, target))?.version) : version;
  const comparesVersions = !deleted && ["change", "delete", "goal", "setting"].includes(edit.op);
  await append(edit, {
    ...(comparesVersions && ifVersion !== undefined ? { ifVersion } : {}),
    ...((theirs ?? seen) ? { seen: theirs ?? seen ?? {} } : {}),
  });
}
