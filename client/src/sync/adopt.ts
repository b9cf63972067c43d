import { dropQueued, editsOf, enqueue, readOutbox } from "./outbox.ts";
import type { SyncStore } from "./store.ts";
import type { QueuedEdit } from "./types.ts";

/**
 * Marks of the edits that have arrived; an edit may still change until it is removed from the other
 * store.
 */
const ADOPTED = "adopted";

const markOf = ({ key, at }: QueuedEdit): string => `${key} ${at}`;

/**
 * Moves edits that were made before there was an account into the store of the account. Each
 * arrives once, even after an interruption or if two tabs run this.
 * @returns the ISBNs and goals of the edits
 */
export async function adoptEdits(
  from: SyncStore,
  to: SyncStore,
  newKey: () => string,
): Promise<string[]> {
  const edits = await from.read(readOutbox);
  if (edits.length === 0) return [];
  const targets = await to.write(async (writes) => {
    const adopted = new Set(await writes.get<string[]>("meta", ADOPTED));
    const found = new Set<string>();
    for (const queued of edits) {
      const mark = markOf(queued);
      if (adopted.has(mark)) continue;
      adopted.add(mark);
      const { edit, key, at } = queued;
      found.add((await enqueue(writes, { edit, key, at, newKey })).target);
    }
    writes.put("meta", ADOPTED, [...adopted]);
    return [...found];
  });
  await from.write(async (writes) => {
    for (const queued of edits) {
      const [now] = (await editsOf(writes, queued.target)).filter(
        ({ order }) => order === queued.order,
      );
      // An edit that has changed meanwhile is moved the next time.
      if (now && markOf(now) === markOf(queued)) dropQueued(writes, queued);
    }
  });
  return targets;
}
