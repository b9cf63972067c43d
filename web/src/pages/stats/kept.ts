import { session, withApi } from "../../state/api.ts";
import { readStored, removeStored, writeStored } from "../../state/stored.ts";
import { createStatsSource, type KeptAnswer, type StatsSource } from "./source.ts";

const KEY = "bookstrack.stats";

interface Kept {
  userId: string;
  answers: readonly KeptAnswer[];
}

/** A source for the account of this device. Answers of an earlier account are removed. */
export function statsSource(): StatsSource {
  return createStatsSource({
    ask: (query) => withApi((_api, library) => library.stats(query)),
    now: () => Date.now(),
    read: () => answersOf(readStored(KEY), session.account.peek()?.userId),
    write(answers) {
      const userId = session.account.peek()?.userId;
      if (userId === undefined || !writeStored(KEY, { userId, answers } satisfies Kept)) {
        removeStored(KEY);
      }
    },
  });
}

/**
 * The stored answers of an account; empty if they belong to another account or another version of
 * the app.
 */
export function answersOf(stored: unknown, userId: string | undefined): readonly KeptAnswer[] {
  const kept = stored as Partial<Kept> | undefined;
  if (userId === undefined || kept?.userId !== userId || !Array.isArray(kept.answers)) return [];
  return kept.answers.filter((one) => one.stats?.period !== undefined);
}
