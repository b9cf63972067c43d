import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { searchOf } from "./logic/view.ts";
import { setView, view, viewAt } from "./shelf-state.ts";

/** Browsers limit how often the URL may change, so typing is debounced. */
const SETTLED_MS = 300;

/** Syncs the view to the URL, and follows links and the back button. */
export function useViewInUrl(): void {
  const { url, path, route } = useLocation();
  const written = useRef<string | undefined>(undefined);
  const wanted = searchOf(view.value);
  const at = url.indexOf("?");
  const search = at < 0 ? "" : url.slice(at);

  useEffect(() => {
    if (path !== "/" || search === written.current) return;
    written.current = search;
    setView(viewAt(search));
  }, [path, search]);
  useEffect(() => {
    if (path !== "/" || wanted === (written.current ?? search)) return undefined;
    const timer = setTimeout(() => {
      written.current = wanted;
      route(`/${wanted}`, true);
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [path, wanted]);
}
