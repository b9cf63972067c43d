import { signal } from "@preact/signals";

/** Index of the book that the list should scroll to. */
export const jump = signal<{ readonly index: number } | undefined>(undefined);

export const jumpTo = (index: number): void => {
  jump.value = { index };
};
