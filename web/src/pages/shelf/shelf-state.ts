/**
 * View and selection of the shelf page. They outlive the page, so that the user finds everything
 * unchanged when coming back.
 */
import { computed, signal } from "@preact/signals";
import { shelf } from "../../state/shelf.ts";
import { readStored, writeStored } from "../../state/stored.ts";
import { filtered, type Filters } from "./logic/filters.ts";
import { ordered } from "./logic/order.ts";
import { splitSelection, type Selection } from "./logic/selection.ts";
import { FIRST_VIEW, searchOf, viewOf, type ShelfView } from "./logic/view.ts";

const KEPT = "bookstrack.shelf";

/** The view of a URL; without parameters, the order and layout used last. */
export function viewAt(search: string): ShelfView {
  const stored = readStored(KEPT);
  if (search !== "" || typeof stored !== "string") return viewOf(search);
  const { order, layout } = viewOf(stored);
  return { ...FIRST_VIEW, order, layout };
}

export const view = signal<ShelfView>(viewAt(globalThis.location?.search ?? ""));

export function setView(change: Partial<ShelfView>): void {
  view.value = { ...view.value, ...change };
  const { order, layout } = view.value;
  writeStored(KEPT, searchOf({ ...FIRST_VIEW, order, layout }));
}

export const setFilters = (change: Partial<Filters>): void =>
  setView({ filters: { ...view.value.filters, ...change } });

export const filters = computed(() => view.value.filters);
export const order = computed(() => view.value.order);

/** All books in order, so that typing in the search does not sort again. */
export const inOrder = computed(() => ordered(shelf.books.value, order.value));
export const shown = computed(() => filtered(inOrder.value, filters.value));

/** Undefined while nothing is being selected. */
export const selection = signal<Selection | undefined>(undefined);

/** The selected books, split into visible and hidden ones. */
export const selected = computed(() =>
  splitSelection(
    selection.value ?? { isbns: new Set() },
    shown.value.books.map(({ isbn }) => isbn),
    (isbn) => shelf.listed(isbn) !== undefined,
  ),
);

/** The book whose quick edit is open. */
export const editing = signal<string | undefined>(undefined);

/** Scroll position and the book with the keyboard focus, for the query of the URL. */
export const position = { search: "", scrollY: 0, current: 0 };
