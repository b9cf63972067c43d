/** The trash, loaded page by page on demand. */
import { signal, type ReadonlySignal } from "@preact/signals";
import type { TrashItem } from "../../../../client/src/index.ts";

/** Number of books shown at first, and added each time. */
const STEP = 50;

export interface TrashDeps {
  sync(): Promise<void>;
  read(): Promise<AsyncIterator<TrashItem>>;
  restore(isbn: string): Promise<void>;
  /** @param isbn if absent, removes everything */
  remove(isbn?: string): Promise<void>;
}

export interface Trash {
  readonly items: ReadonlySignal<readonly TrashItem[]>;
  readonly error: ReadonlySignal<unknown>;
  readonly hasLoaded: ReadonlySignal<boolean>;
  readonly hasMore: ReadonlySignal<boolean>;
  load(): Promise<void>;
  more(): Promise<void>;
  restore(isbn: string): Promise<void>;
  remove(isbn: string): Promise<void>;
  empty(): Promise<void>;
}

export function createTrash(deps: TrashDeps): Trash {
  const items = signal<readonly TrashItem[]>([]);
  const error = signal<unknown>(undefined);
  const hasLoaded = signal(false);
  const hasMore = signal(false);
  let rest: AsyncIterator<TrashItem> | undefined;

  const take = async (): Promise<void> => {
    const found: TrashItem[] = [];
    while (found.length < STEP) {
      const next = await rest?.next();
      if (!next || next.done) {
        rest = undefined;
        break;
      }
      found.push(next.value);
    }
    items.value = [...items.value, ...found];
    hasMore.value = rest !== undefined;
    hasLoaded.value = true;
  };
  const trying = async (work: () => Promise<void>): Promise<void> => {
    error.value = undefined;
    try {
      await work();
    } catch (failure) {
      error.value = failure;
    }
  };
  const drop = (isbn: string): void => {
    items.value = items.value.filter(({ book }) => book.isbn !== isbn);
  };

  return {
    items,
    error,
    hasLoaded,
    hasMore,
    load: () =>
      trying(async () => {
        await deps.sync();
        rest = await deps.read();
        items.value = [];
        await take();
      }),
    more: () => trying(take),
    restore: (isbn) =>
      trying(async () => {
        await deps.restore(isbn);
        drop(isbn);
      }),
    // Irreversible, so a failure is reported in the confirmation dialog.
    async remove(isbn) {
      await deps.remove(isbn);
      drop(isbn);
    },
    async empty() {
      await deps.remove();
      items.value = [];
      rest = undefined;
      hasMore.value = false;
    },
  };
}
