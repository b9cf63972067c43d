import { dropQueued, editsOf, enqueue, readOutbox } from "./outbox.ts";
import type { SyncStore } from "./store.ts";
import type { QueuedEdit } from "./types.ts";

/** Which edits have arrived: their content may change until they are taken out of the other store. */
const ADOPTED = "adopted";

const markOf = ({ key, at }: QueuedEdit): string => `${key} ${at}`;

/**
 * Moves edits that were made before there was an account into the store of the account. Each arrives once, even if it is interrupted
 * or two tabs do it.
 * @returns the ISBNs and goals that the edits are about
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
      // One that has changed meanwhile is moved the next time.
      if (now && markOf(now) === markOf(queued)) dropQueued(writes, queued);
    }
  });
  return targets;
}
