import { useSignal } from "@preact/signals";
import type { CSSProperties } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { preferences } from "../../state/preferences.ts";
import type { ListedBook } from "../../state/library.ts";
import { hasRoomBeside } from "./beside.ts";
import { BookRow, BookTile } from "./book-row.tsx";
import { jump } from "./jump.ts";
import { toggledBook, withRange } from "./logic/selection.ts";
import { searchOf } from "./logic/view.ts";
import { itemAfter } from "./logic/window.ts";
import { position, selection, view } from "./shelf-state.ts";
import { text as t } from "./text.ts";
import { useLongPress } from "./use-long-press.ts";
import { useWindow, type Geometry } from "./use-window.ts";

/**
 * The books of the shelf as a virtual list: only the visible books and the focused one are in the
 * document. Arrow keys, Page Up and Down, Home and End move from book to book; Tab goes through the
 * controls of the current book.
 */
export function BookList({ books, isGrid }: { books: readonly ListedBook[]; isGrid: boolean }) {
  const { route } = useLocation();
  const list = useRef<HTMLUListElement>(null);
  const current = useSignal(Math.min(position.current, Math.max(0, books.length - 1)));
  const wantsFocus = useRef(false);
  const { geometry, range } = useWindow(list, books.length, isGrid);
  const press = useLongPress((isbn) => {
    selection.value = toggledBook(selection.value ?? { isbns: new Set() }, isbn);
  });
  const { columns, rowHeight } = geometry.value;
  const at = Math.min(current.value, Math.max(0, books.length - 1));

  const moveTo = (index: number): void => {
    current.value = index;
    position.current = index;
  };
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    focusBook(list.current, at);
  }, [at]);

  // The book with the keyboard focus may have moved within the list.
  useLayoutEffect(() => {
    const item = list.current?.querySelector(":scope > :focus-within");
    if (item) moveTo(Number(item.getAttribute("data-index")));
  }, [books]);

  const target = jump.value;
  useLayoutEffect(() => {
    if (!target) return;
    jump.value = undefined;
    // Scrolls the first book of the letter to the top, below the tools.
    const top = list.current?.getBoundingClientRect().top ?? 0;
    const head = document.querySelector(".shelf-head")?.getBoundingClientRect().height ?? 0;
    const tabs = document.querySelector(".shelf .tabs")?.getBoundingClientRect().height ?? 0;
    scrollBy(0, top + Math.floor(target.index / columns) * rowHeight - head - tabs);
    wantsFocus.current = target.index !== at;
    if (target.index === at) focusBook(list.current, at);
    moveTo(target.index);
  }, [target]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const link = event.target instanceof Element ? event.target.closest(".shelf-book") : null;
    const book = books[at];
    if (!link || !book || event.ctrlKey || event.metaKey || event.altKey) return;
    const selects =
      (event.key === " " && selection.value !== undefined) ||
      (event.key === "x" && preferences.value.letterKeys);
    if (selects) {
      event.preventDefault();
      selection.value = toggledBook(selection.value ?? { isbns: new Set() }, book.isbn);
      return;
    }
    const page = Math.max(1, Math.floor(innerHeight / rowHeight) - 2);
    const to = itemAfter(event.key, at, { count: books.length, columns, page });
    if (to === undefined) return;
    event.preventDefault();
    wantsFocus.current = to !== at;
    scrollToRow(list.current, Math.floor(to / columns), rowHeight);
    moveTo(to);
  };
  const onClick = (event: MouseEvent): void => {
    const item = event.target instanceof Element ? event.target.closest("[data-index]") : null;
    const index = Number(item?.getAttribute("data-index"));
    const book = item ? books[index] : undefined;
    if (!book) return;
    moveTo(index);
    if (!(event.target instanceof Element) || !event.target.closest(".shelf-book")) return;
    if (press.hasJustFired()) {
      // The long press has already selected the book.
    } else if (event.shiftKey) {
      const shown = books.map(({ isbn }) => isbn);
      const before = selection.value ?? { isbns: new Set(), anchor: shown[at] };
      selection.value = withRange(before, shown, book.isbn);
    } else if (selection.value) selection.value = toggledBook(selection.value, book.isbn);
    else if (hasRoomBeside.value && !event.ctrlKey && !event.metaKey) {
      route(`/${searchOf({ ...view.value, beside: book.isbn })}`);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const rows = Math.ceil(books.length / columns);
  const Item = isGrid ? BookTile : BookRow;
  return (
    <ul
      role="list"
      class={isGrid ? "shelf-list shelf-grid" : "shelf-list"}
      aria-label={t("books")}
      ref={list}
      style={{ blockSize: `${rows * rowHeight}px` }}
      onKeyDown={onKeyDown}
      onClickCapture={onClick}
      onFocusIn={(event: FocusEvent) => {
        const item = event.target instanceof Element ? event.target.closest("[data-index]") : null;
        if (item) moveTo(Number(item.getAttribute("data-index")));
        // The focused row is gone; the focus goes to the book in its place.
        else focusBook(list.current, at);
      }}
      {...press.handlers}
    >
      <li class="shelf-probe" role="presentation" aria-hidden="true" />
      {indexesOf(range.value.first * columns, range.value.end * columns, books.length, at).map(
        (index) => {
          const book = books[index];
          return (
            book && (
              <Item
                key={book.isbn}
                book={book}
                index={index}
                total={books.length}
                isCurrent={index === at}
                place={placeOf(index, geometry.value)}
              />
            )
          );
        },
      )}
    </ul>
  );
}

function focusBook(list: HTMLElement | null, index: number): void {
  list
    ?.querySelector<HTMLElement>(`[data-index="${index}"] .shelf-book`)
    ?.focus({ preventScroll: true });
}

/**
 * Scrolls as little as necessary to show a row between the tools above and the navigation below.
 */
export function scrollToRow(list: HTMLElement | null, row: number, rowHeight: number): void {
  if (!list) return;
  const { top } = list.getBoundingClientRect();
  const [from, to] = [top + row * rowHeight, top + (row + 1) * rowHeight];
  const tools = document.querySelector(".shelf-head")?.getBoundingClientRect().bottom ?? 0;
  const bar = document.querySelector(".places")?.getBoundingClientRect();
  const isBelow = bar !== undefined && bar.top > 0 && bar.width > bar.height;
  const end = isBelow ? bar.top : innerHeight;
  const start = Math.max(0, Math.min(tools, end - rowHeight));
  if (from < start) scrollBy(0, from - start);
  else if (to > end) scrollBy(0, to - end);
}

/** The indexes of the visible rows, and of the row with the keyboard focus. */
function indexesOf(first: number, end: number, count: number, at: number): number[] {
  const last = Math.min(end, count);
  const indexes = Array.from({ length: Math.max(0, last - first) }, (_, step) => first + step);
  if (at < first && at < count) return [at, ...indexes];
  return at >= last && at < count ? [...indexes, at] : indexes;
}

function placeOf(index: number, { columns, columnWidth, rowHeight, gap }: Geometry): CSSProperties {
  return {
    insetBlockStart: `${Math.floor(index / columns) * rowHeight}px`,
    insetInlineStart: `${(index % columns) * (columnWidth + gap)}px`,
    inlineSize: `${columnWidth}px`,
  };
}
