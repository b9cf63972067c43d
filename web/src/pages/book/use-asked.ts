import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** The answer to a request, once it has arrived. */
export interface Asked<Answer> {
  readonly answer: Answer | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  again(): void;
}

/**
 * Sends a request while the component is shown, and again for another `key`; none if it is
 * undefined.
 */
export function useAsked<Answer>(
  key: string | undefined,
  ask: (signal: AbortSignal) => Promise<Answer>,
): Asked<Answer> {
  const state = useSignal<{ key?: string; answer?: Answer; error?: unknown }>({});
  const turn = useSignal(0);
  useEffect(() => {
    if (key === undefined) return undefined;
    const abort = new AbortController();
    state.value = {};
    ask(abort.signal).then(
      (answer) => {
        if (!abort.signal.aborted) state.value = { key, answer };
      },
      (error: unknown) => {
        if (!abort.signal.aborted) state.value = { key, error };
      },
    );
    return () => abort.abort();
  }, [key, turn.value]);
  const { answer, error } = state.value.key === key ? state.value : {};
  const isDone = answer !== undefined || error !== undefined;
  return { answer, error, isLoading: key !== undefined && !isDone, again: () => (turn.value += 1) };
}
