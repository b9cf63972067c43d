import { signal } from "@preact/signals";

const said = signal<{ text: string; turn: number }>({ text: "", turn: 0 });

/**
 * Announces a result to screen readers, politely: "3 books added". A repeated text is announced
 * again.
 */
export function announce(text: string): void {
  said.value = { text, turn: said.value.turn + 1 };
}

/** The live region of the page, rendered by the shell. */
export const LiveRegion = () => (
  <div role="status" class="visually-hidden">
    <span key={said.value.turn}>{said.value.text}</span>
  </div>
);
