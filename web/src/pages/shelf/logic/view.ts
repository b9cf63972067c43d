/** Filters, order and layout of the shelf, and their form in the URL. */
import { FACET_NAMES, NO_FILTERS, STATUSES, type Facet, type Filters } from "./filters.ts";
import { firstOrderOf, SORTS, type Order } from "./order.ts";

export const LAYOUTS = ["list", "grid"] as const;

export interface ShelfView {
  readonly filters: Filters;
  readonly order: Order;
  readonly layout: (typeof LAYOUTS)[number];
  /** ISBN of the book beside the list. */
  readonly beside?: string | undefined;
}

export const FIRST_VIEW: ShelfView = {
  filters: NO_FILTERS,
  order: firstOrderOf("added"),
  layout: "list",
};

/** Parses the query of a URL. Invalid parts are ignored. */
export function viewOf(search: string): ShelfView {
  const query = new URLSearchParams(search);
  const chosen: Partial<Record<Facet, string[]>> = {};
  for (const facet of FACET_NAMES) {
    const values = [...new Set(query.getAll(facet).filter(Boolean))];
    if (values.length > 0) chosen[facet] = values;
  }
  const status = query.get("status");
  const beside = query.get("book");
  return {
    filters: {
      q: query.get("q") ?? "",
      status: STATUSES.find((known) => known === status) ?? "all",
      chosen,
    },
    order: orderOf(query.get("sort") ?? "") ?? FIRST_VIEW.order,
    layout: LAYOUTS.find((known) => known === query.get("view")) ?? FIRST_VIEW.layout,
    ...(beside ? { beside } : {}),
  };
}

/** The query of a view, with the question mark; empty for the default view. */
export function searchOf({ filters, order, layout, beside }: ShelfView): string {
  const query = new URLSearchParams();
  if (filters.q !== "") query.set("q", filters.q);
  if (filters.status !== "all") query.set("status", filters.status);
  for (const facet of FACET_NAMES) {
    for (const value of filters.chosen[facet] ?? []) query.append(facet, value);
  }
  const sort = sortOf(order);
  if (sort !== sortOf(FIRST_VIEW.order)) query.set("sort", sort);
  if (layout !== FIRST_VIEW.layout) query.set("view", layout);
  if (beside) query.set("book", beside);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** In the API's notation: `title`, `-added`. */
export const sortOf = ({ by, isDescending }: Order): string => `${isDescending ? "-" : ""}${by}`;

export function orderOf(sort: string): Order | undefined {
  const by = SORTS.find((known) => known === sort.replace(/^-/, ""));
  return by && { by, isDescending: sort.startsWith("-") };
}
