/**
 * Keeps the focus nearby when the focused element is removed, such as a button that replaces itself
 * when pressed. The nearest remaining ancestor gets the focus; the browser would move it to the
 * whole page.
 */
export function keepFocus(root: Element): void {
  /**
   * The last focused element and its ancestors, innermost first; empty once the user has clicked
   * elsewhere.
   */
  let path = around(document.activeElement, root);
  root.addEventListener("focusin", ({ target }) => {
    path = around(target, root);
  });
  root.addEventListener("pointerdown", ({ target }) => {
    if (target instanceof Node && !path[0]?.contains(target)) path = [];
  });
  new MutationObserver(() => {
    if (path[0]?.isConnected !== false || document.activeElement !== document.body) return;
    substitute(path.find((one) => one.isConnected));
  }).observe(root, { childList: true, subtree: true });
}

/** Focuses an element that is not a control. `isFocusFree` recognises it by the attribute. */
function substitute(element: HTMLElement | undefined): void {
  if (!element) return;
  const isMade = !element.hasAttribute("tabindex");
  if (isMade) element.tabIndex = -1;
  element.dataset["substitute"] = "";
  const end = (): void => {
    delete element.dataset["substitute"];
    if (isMade) element.removeAttribute("tabindex");
  };
  element.addEventListener("blur", end, { once: true });
  element.focus({ preventScroll: true });
}

function around(target: EventTarget | null, root: Element): HTMLElement[] {
  const found: HTMLElement[] = [];
  let one = target instanceof HTMLElement && root.contains(target) ? target : null;
  for (; one && one !== root; one = one.parentElement) found.push(one);
  return found;
}
