import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useRoute } from "preact-iso";

/** The path of the page that was shown last. */
let shown: string | undefined;

/**
 * The one h1 of a page. It names the window, and takes focus after a navigation, but not when the app opens: a page may then
 * focus a field.
 */
export function PageTitle({ children }: { children: string }) {
  const title = useRef<HTMLHeadingElement>(null);
  // The path of this page. That of the location is already the next one while a page is being loaded.
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
