import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { FoundBooks, SearchHit } from "../../../../client/src/index.ts";
import { publicApi, session, withApi } from "../../state/api.ts";
import { announce } from "../../ui/announce.tsx";
import { withNext } from "./find.ts";
import { text as t } from "./text.ts";

export interface Search {
  readonly hits: readonly SearchHit[] | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly hasMore: boolean;
  more(): void;
  again(): void;
}

const NOTHING: { hits?: readonly SearchHit[]; cursor?: string; error?: unknown } = {};

/** Searches for words, page by page; no search if they are undefined. */
export function useSearch(words: string | undefined): Search {
  const state = useSignal(NOTHING);
  const isLoading = useSignal(false);
  const turn = useSignal(0);

  const load = async (before: typeof NOTHING, signal?: AbortSignal): Promise<void> => {
    if (words === undefined) return;
    isLoading.value = true;
    try {
      const found = await ask(words, before.cursor, signal);
      const hits = withNext(before.hits ?? [], found.books);
      state.value = {
        hits,
        ...(found.nextCursor === undefined ? {} : { cursor: found.nextCursor }),
      };
      announce(t("hits", { count: hits.length }));
    } catch (error) {
      if (!signal?.aborted) state.value = { ...before, error };
    } finally {
      if (!signal?.aborted) isLoading.value = false;
    }
  };

  useEffect(() => {
    const abort = new AbortController();
    state.value = NOTHING;
    isLoading.value = false;
    void load(NOTHING, abort.signal);
    return () => abort.abort();
  }, [words, turn.value]);

  const { hits, cursor, error } = state.value;
  return {
    hits,
    error,
    isLoading: isLoading.value,
    hasMore: cursor !== undefined,
    more: () => void load(state.value),
    again: () => (hits === undefined ? (turn.value += 1) : void load(state.value)),
  };
}

/**
 * Uses the account if there is one, because its limits are higher; a search does not create one.
 */
function ask(q: string, cursor: string | undefined, signal?: AbortSignal): Promise<FoundBooks> {
  const query = {
    q,
    works: "1" as const,
    ...(cursor === undefined ? {} : { cursor }),
    ...(signal ? { signal } : {}),
  };
  return session.account.value
    ? withApi((api) => api.catalogue.search(query))
    : publicApi.catalogue.search(query);
}
