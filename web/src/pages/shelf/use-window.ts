import { signal, useComputed, useSignal, type ReadonlySignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { columnsOf, rangeOf, type RowRange } from "./logic/window.ts";

/** Rows beyond the window on each side. */
const SPARE_ROWS = 5;

/** Sizes in CSS pixels, which depend on the user's text size and the width of the list. */
export interface Geometry {
  readonly columns: number;
  readonly columnWidth: number;
  readonly rowHeight: number;
  readonly gap: number;
}

interface WindowedRows {
  readonly geometry: ReadonlySignal<Geometry>;
  readonly range: ReadonlySignal<RowRange>;
}

const viewport = signal({ scrollY: 0, height: 0 });

/**
 * Tracks the visible range and the size of a list that scrolls with the page.
 * @param list its first child is a probe: as high as a row, as wide as the narrowest column, with
 * the gap as margin
 */
export function useWindow(
  list: RefObject<HTMLElement | null>,
  count: number,
  isGrid: boolean,
): WindowedRows {
  const geometry = useSignal<Geometry>({ columns: 1, columnWidth: 0, rowHeight: 0, gap: 0 });
  const top = useSignal(0);
  const items = useSignal(count);
  items.value = count;
  const range = useSignal<RowRange>({ first: 0, end: 0 });

  const update = (): void => {
    const { columns, rowHeight } = geometry.peek();
    const { scrollY, height } = viewport.peek();
    const next = rangeOf({
      offset: scrollY - top.peek(),
      height,
      rowHeight,
      rows: Math.ceil(items.peek() / columns),
      spare: isGrid ? 1 : SPARE_ROWS,
    });
    const { first, end } = range.peek();
    if (first !== next.first || end !== next.end) range.value = next;
  };

  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    const measure = (): void => {
      geometry.value = geometryOf(element, isGrid);
      place();
    };
    const place = (): void => {
      viewport.value = { scrollY: globalThis.scrollY, height: globalThis.innerHeight };
      top.value = element.getBoundingClientRect().top + globalThis.scrollY;
      update();
    };
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    if (element.firstElementChild) sizes.observe(element.firstElementChild);
    addEventListener("scroll", place, { passive: true });
    addEventListener("resize", place);
    return () => {
      sizes.disconnect();
      removeEventListener("scroll", place);
      removeEventListener("resize", place);
    };
  }, [isGrid]);
  useLayoutEffect(update, [count]);
  return { geometry: useComputed(() => geometry.value), range: useComputed(() => range.value) };
}

function geometryOf(element: HTMLElement, isGrid: boolean): Geometry {
  const width = element.clientWidth;
  const probe = element.firstElementChild;
  if (!(probe instanceof HTMLElement))
    return { columns: 1, columnWidth: width, rowHeight: 0, gap: 0 };
  const gap = Number.parseFloat(getComputedStyle(probe).marginInlineEnd) || 0;
  const columns = isGrid ? columnsOf(width, probe.offsetWidth, gap) : 1;
  const columnWidth = (width - gap * (columns - 1)) / columns;
  // Covers in a grid have the ratio 2:3; the probe has the height of the part below.
  const rowHeight = isGrid ? columnWidth * 1.5 + probe.offsetHeight : probe.offsetHeight;
  return { columns, columnWidth, rowHeight, gap };
}
