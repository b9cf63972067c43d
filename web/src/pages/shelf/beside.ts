import { signal } from "@preact/signals";

/** Whether there is room for a book beside the list. */
export const hasRoomBeside = signal(false);

const query = globalThis.matchMedia?.("(width >= 64rem)");
if (query) {
  hasRoomBeside.value = query.matches;
  query.addEventListener("change", ({ matches }) => (hasRoomBeside.value = matches));
}
