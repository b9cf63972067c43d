import { useSignal, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { online } from "../../state/connection.ts";

/** Data of the service that a part of the page shows. */
export interface Loaded<Value> {
  readonly value: ReadonlySignal<Value | undefined>;
  readonly error: ReadonlySignal<unknown>;
  load(): Promise<void>;
  set(value: Value): void;
}

/** Loads when the part is shown, and again after a failure when there is a connection. */
export function useLoaded<Value>(ask: () => Promise<Value>): Loaded<Value> {
  const value = useSignal<Value | undefined>(undefined);
  const error = useSignal<unknown>(undefined);
  const load = async (): Promise<void> => {
    error.value = undefined;
    try {
      value.value = await ask();
    } catch (failure) {
      error.value = failure;
    }
  };
  const isOnline = online.value;
  useEffect(() => {
    if (isOnline && value.peek() === undefined) void load();
  }, [isOnline]);
  return { value, error, load, set: (next) => (value.value = next) };
}
