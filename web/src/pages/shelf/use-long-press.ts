import { useRef } from "preact/hooks";

const HOLD_MS = 500;
/** A finger that moves further is scrolling. */
const STILL_PX = 10;

interface LongPress {
  /** Whether the following click belongs to a long press. */
  hasJustFired(): boolean;
  handlers: Readonly<Record<string, (event: PointerEvent) => void>>;
}

/**
 * Calls `onPress` on a long press with a finger. A mouse uses Shift, and a keyboard has shortcuts.
 */
export function useLongPress(onPress: (isbn: string) => void): LongPress {
  const state = useRef<{
    timer?: ReturnType<typeof setTimeout>;
    x: number;
    y: number;
    fired: boolean;
  }>({ x: 0, y: 0, fired: false });
  const cancel = (): void => clearTimeout(state.current.timer);
  return {
    hasJustFired: () => {
      const { fired } = state.current;
      state.current.fired = false;
      return fired;
    },
    handlers: {
      onPointerDown(event) {
        cancel();
        state.current.fired = false;
        const link = event.target instanceof Element ? event.target.closest(".shelf-book") : null;
        const isbn = link?.closest("[data-isbn]")?.getAttribute("data-isbn");
        if (event.pointerType !== "touch" || !isbn) return;
        const { clientX: x, clientY: y } = event;
        const timer = setTimeout(() => {
          state.current.fired = true;
          onPress(isbn);
        }, HOLD_MS);
        state.current = { timer, x, y, fired: false };
      },
      onPointerMove({ clientX, clientY }) {
        const { x, y } = state.current;
        if (Math.hypot(clientX - x, clientY - y) > STILL_PX) cancel();
      },
      onPointerUp: cancel,
      onPointerCancel: cancel,
      onContextMenu(event) {
        if (event.pointerType === "touch") event.preventDefault();
      },
    },
  };
}
