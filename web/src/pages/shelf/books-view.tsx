import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { preferences } from "../../state/preferences.ts";
import { shelf } from "../../state/shelf.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { later } from "../../ui/later.tsx";
import { EmptyState, LoadingState } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { BookList } from "./book-list.tsx";
import { undo, undoable } from "./edit-shelf.ts";
import { chosenValues, facetText } from "./facet-text.ts";
import { FindBar } from "./find-bar.tsx";
import { NO_FILTERS, STATUSES, toggled } from "./logic/filters.ts";
import { searchOf } from "./logic/view.ts";
import { ShelfHead } from "./shelf-head.tsx";
import { editing, filters, position, selection, setFilters, shown, view } from "./shelf-state.ts";
import { text as t } from "./text.ts";
import { useViewInUrl } from "./use-view-in-url.ts";

const QuickEdit = later(() => import("./quick-edit.tsx"));
const BookBeside = later(() => import("./book-beside.tsx"));
const AttentionSheet = later(() => import("./attention-sheet.tsx"));

/** The user's books, once they are read from the device. */
export default function BooksView() {
  return shelf.phase.value === "loading" ? <LoadingState rows={6} /> : <Books />;
}

/** Search, tabs, tools and the list. */
function Books() {
  useViewInUrl();
  useKeys();
  useScrollPosition();
  const { beside } = view.value;
  const { counts } = shown.value;
  const tabs = (["all", ...STATUSES] as const).filter(
    (status) => status !== "none" || counts.none > 0 || filters.value.status === "none",
  );
  return (
    <div class={beside === undefined ? "shelf" : "shelf shelf-with-book"}>
      <div class="shelf-main">
        <Waiting />
        <FindBar />
        <Tabs
          label={t("statuses")}
          tabs={tabs.map((id) => ({ id, text: t(id), count: counts[id] }))}
          selected={filters.value.status}
          onSelect={(status) => setFilters({ status })}
        >
          <div class="shelf-head">
            <ShelfHead />
            <Chosen />
          </div>
          <Shown />
        </Tabs>
      </div>
      {beside !== undefined && <BookBeside key={beside} isbn={beside} />}
      {editing.value !== undefined && <QuickEdit />}
    </div>
  );
}

function Shown() {
  const { books } = shown.value;
  if (books.length > 0) return <BookList books={books} isGrid={view.value.layout === "grid"} />;
  return (
    <EmptyState icon="search" title={t("noneTitle")} text={t("none_")}>
      <Button icon="close" onClick={() => setFilters(NO_FILTERS)}>
        {t("clearAll")}
      </Button>
    </EmptyState>
  );
}

/** The active filters, each removable. */
function Chosen() {
  const chosen = chosenValues(filters.value.chosen);
  if (chosen.length === 0) return null;
  return (
    <ul role="list" class="shelf-chosen" aria-label={t("filtersOn")}>
      {chosen.map(([facet, value]) => (
        <li key={`${facet} ${value}`}>
          <button
            type="button"
            class="button"
            aria-label={t("removeFilter", { value: facetText(facet, value) })}
            onClick={() => setFilters(toggled(filters.value, facet, value))}
          >
            <span dir="auto">{facetText(facet, value)}</span>
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Edits that need a decision, and a running first load. */
function Waiting() {
  const isOpen = useSignal(false);
  const attention = shelf.attention.value.length;
  const status = shelf.status.value;
  const isLoading = status?.isLoading === true && status.state === "syncing";
  return (
    <>
      {isLoading && (
        <p class="notice" role="status">
          {t("loadingBooks", { count: shelf.books.value.length })}
        </p>
      )}
      {attention > 0 && (
        <div class="notice notice-warning" role="status">
          <Icon name="warning" />
          <span class="grow">{t("attention", { count: attention })}</span>
          <Button onClick={() => (isOpen.value = true)}>{t("decide")}</Button>
        </div>
      )}
      {isOpen.value && <AttentionSheet onClose={() => (isOpen.value = false)} />}
    </>
  );
}

/** Escape ends a selection, Ctrl+Z undoes, `/` focuses the search. */
function useKeys(): void {
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      const isTyping = event.target instanceof Element && event.target.matches("input, textarea");
      if (event.key === "Escape" && selection.value) selection.value = undefined;
      const isUndo = event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
      if (isUndo && !isTyping && undoable.value) {
        event.preventDefault();
        void undo();
      }
      const isFind = event.key === "/" && !event.ctrlKey && !event.metaKey;
      if (isFind && !isTyping && preferences.value.letterKeys) {
        event.preventDefault();
        document.getElementById("shelf-q")?.focus();
      }
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
}

/** Restores the scroll position. Another view of the shelf starts at the top. */
function useScrollPosition(): void {
  const search = searchOf({ ...view.value, beside: undefined });
  const last = useRef(search);
  useLayoutEffect(() => {
    if (last.current !== search) {
      last.current = search;
      position.current = 0;
      const list = document.querySelector(".shelf")?.getBoundingClientRect().top ?? 0;
      if (list < 0) scrollBy(0, list);
    }
    position.search = search;
  }, [search]);
  useEffect(() => {
    // After the page title has scrolled to the top.
    const timer = setTimeout(() => {
      if (position.search === search) scrollTo(0, position.scrollY);
    });
    const onScroll = (): void => {
      position.scrollY = scrollY;
    };
    addEventListener("scroll", onScroll, { passive: true });
    return () => {
      clearTimeout(timer);
      removeEventListener("scroll", onScroll);
    };
  }, []);
}
