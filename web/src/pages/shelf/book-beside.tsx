import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { IconButton } from "../../ui/button.tsx";
import { BookView } from "../book/book-view.tsx";
import { hasRoomBeside } from "./beside.ts";
import { setView } from "./shelf-state.ts";
import { text as t } from "./text.ts";

/** A book beside the list if there is room; otherwise its page opens. */
export default function BookBeside({ isbn }: { isbn: string }) {
  const { route } = useLocation();
  const isWide = hasRoomBeside.value;
  const close = (): void => {
    setView({ beside: undefined });
    document
      .querySelector<HTMLElement>(`[data-isbn="${CSS.escape(isbn)}"] .shelf-book`)
      ?.focus({ preventScroll: true });
  };
  useEffect(() => {
    if (!isWide) route(`/book/${encodeURIComponent(isbn)}`, true);
  }, [isWide, isbn]);
  if (!isWide) return null;
  return (
    <aside
      class="shelf-beside book-panel"
      aria-label={t("beside")}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) close();
      }}
    >
      <div class="shelf-beside-close">
        <IconButton icon="close" label={t("closeBook")} onClick={close} />
      </div>
      <BookView isbn={isbn} Title={PanelTitle} />
    </aside>
  );
}

/** The title takes the focus when the panel opens, as on a page. */
function PanelTitle({ children }: { children: string }) {
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => title.current?.focus({ preventScroll: true }), []);
  return (
    <h2 class="book-panel-title" tabIndex={-1} ref={title}>
      {children}
    </h2>
  );
}
