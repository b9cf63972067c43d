import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";

let opened: string | undefined;

/**
 * The one h1 of a page. It names the window, and takes focus after a navigation, but not when the app opens: a page may then
 * focus a field.
 */
export function PageTitle({ children }: { children: string }) {
  const title = useRef<HTMLHeadingElement>(null);
  const { path } = useLocation();
  useEffect(() => {
    if (opened !== undefined && opened !== path) {
      title.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    opened = path;
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
