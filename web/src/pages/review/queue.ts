/** The rows that wait, loaded as they are needed. */
import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type { ReviewItem, ReviewPage } from "../../../../client/src/index.ts";
import type { Attempt } from "../../state/attempt.ts";
import type { Held } from "../../state/review-outbox.ts";

export interface ReviewQueue {
  /** The row to decide about; undefined if none is loaded. */
  readonly current: ReadonlySignal<ReviewItem | undefined>;
  /** Rows that are not decided yet, in all; undefined until it is known. */
  readonly left: ReadonlySignal<number | undefined>;
  /** Loads the first rows, again after many were settled at once. */
  reload(): Promise<void>;
  /** Loads more rows if few are left. */
  refill(): Promise<void>;
  /** Leaves out a row that was decided. */
  take(id: string): void;
  /** Puts the row behind all others. */
  skip(id: string): void;
  /** Puts a row first, whose decision was taken back. */
  first(id: string): void;
}

/** Below so many rows more are loaded, while the user decides about the others. */
const FEW = 5;
const PAGE = 20;

const idsOf = (rows: readonly Held[]): string[] => rows.map(({ id }) => id);

export function createReviewQueue({
  load,
  held,
  attempt,
}: {
  load(
    query: { cursor: string | undefined; limit: number },
    signal: AbortSignal,
  ): Promise<ReviewPage>;
  held: ReadonlySignal<readonly Held[]>;
  attempt: Attempt;
}): ReviewQueue {
  const items = signal<readonly ReviewItem[]>([]);
  const total = signal<number | undefined>(undefined);
  /** Rows that were decided, also those whose decision the last visit has left to be sent: they stay away once it is sent. */
  const decided = signal<ReadonlySet<string>>(new Set());
  let cursor: string | undefined;
  let isLoading = false;

  const open = computed(() => items.value.filter(({ id }) => !decided.value.has(id)));

  const page = async (): Promise<void> => {
    const isFirst = total.peek() === undefined;
    // They may be sent while the page is on its way, which then still has them.
    const heldBefore = idsOf(held.peek());
    const found = await attempt.run((stopped) => load({ cursor, limit: PAGE }, stopped));
    if (!found) return;
    cursor = found.nextCursor;
    decided.value = new Set([...decided.peek(), ...heldBefore, ...idsOf(held.peek())]);
    const known = new Set(items.peek().map(({ id }) => id));
    items.value = [...items.peek(), ...found.items.filter(({ id }) => !known.has(id))];
    if (isFirst) total.value = found.total;
  };

  const loading = async (work: () => Promise<void>): Promise<void> => {
    if (isLoading) return;
    isLoading = true;
    try {
      await work();
    } finally {
      isLoading = false;
    }
  };

  return {
    current: computed(() => open.value[0]),
    left: computed(() => {
      if (total.value === undefined) return undefined;
      const gone = items.value.length - open.value.length;
      return Math.max(open.value.length, total.value - gone);
    }),
    reload: () =>
      loading(async () => {
        items.value = [];
        total.value = undefined;
        decided.value = new Set();
        cursor = undefined;
        await page();
      }),
    refill: () =>
      loading(async () => {
        if (cursor !== undefined && open.peek().length < FEW) await page();
      }),
    take(id) {
      decided.value = new Set([...decided.peek(), id]);
    },
    skip(id) {
      const skipped = items.peek().filter((item) => item.id === id);
      items.value = [...items.peek().filter((item) => item.id !== id), ...skipped];
    },
    first(id) {
      const wanted = items.peek().filter((item) => item.id === id);
      items.value = [...wanted, ...items.peek().filter((item) => item.id !== id)];
      const rest = new Set(decided.peek());
      rest.delete(id);
      decided.value = rest;
    },
  };
}
