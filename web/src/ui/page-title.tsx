import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useRoute } from "preact-iso";

/** The path of the page shown last. */
let shown: string | undefined;

/**
 * The only h1 of a page. It sets the window title, and takes the focus after a navigation, but not
 * when the app opens, because a page may then focus a field.
 */
export function PageTitle({ children }: { children: string }) {
  const title = useRef<HTMLHeadingElement>(null);
  // The path of this page; while the next page is loading, the location already has the next path.
  const { path } = useRoute();
  useLayoutEffect(() => {
    if (shown !== undefined && shown !== path) {
      title.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    shown = path;
  }, [path]);
  useEffect(() => {
    document.title = `${children} · BooksTrack`;
  }, [children]);
  return (
    <h1 tabIndex={-1} ref={title}>
      {children}
    </h1>
  );
}
