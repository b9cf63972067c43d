import { signal } from "@preact/signals";

/** A book that the list is to go to, by its index. */
export const jump = signal<{ readonly index: number } | undefined>(undefined);

export const jumpTo = (index: number): void => {
  jump.value = { index };
};
