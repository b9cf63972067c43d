/** The waiting rows, loaded on demand. */
import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type { ReviewItem, ReviewPage } from "../../../../client/src/index.ts";
import type { Attempt } from "../../state/attempt.ts";
import type { Held } from "../../state/review-outbox.ts";

export interface ReviewQueue {
  /** The row to decide about; undefined if none is loaded. */
  readonly current: ReadonlySignal<ReviewItem | undefined>;
  /** Total number of undecided rows; undefined until known. */
  readonly left: ReadonlySignal<number | undefined>;
  /** Loads the first rows, also after a bulk decision. */
  reload(): Promise<void>;
  /** Loads more rows if few are left. */
  refill(): Promise<void>;
  /** Removes a decided row. */
  take(id: string): void;
  /** Moves the row to the end. */
  skip(id: string): void;
  /** Moves a row to the front after its decision was undone. */
  first(id: string): void;
}

/** With fewer rows left, more are loaded while the user continues. */
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
  /**
   * Decided rows, including those with a decision left unsent by the last visit; they stay hidden
   * after it is sent.
   */
  const decided = signal<ReadonlySet<string>>(new Set());
  let cursor: string | undefined;
  let isLoading = false;

  const open = computed(() => items.value.filter(({ id }) => !decided.value.has(id)));

  const page = async (): Promise<void> => {
    const isFirst = total.peek() === undefined;
    // They may be sent while the page is being loaded, which then still contains them.
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
