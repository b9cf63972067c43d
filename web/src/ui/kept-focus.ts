/**
 * Keeps the focus near where it was when the element that has it is removed, as a button that its own press has replaced: the
 * browser would give it to the whole page. The nearest element around it that is still there takes it.
 */
export function keepFocus(root: Element): void {
  /** From the element that got the focus last to the outermost; empty once the user has pressed elsewhere. */
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

/** Gives the focus to an element that is no control. `isFocusFree` knows it by the attribute. */
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
