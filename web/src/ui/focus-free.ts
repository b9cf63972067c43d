/** Whether no control has the focus, so that a field may take it without user action. */
export const isFocusFree = (): boolean =>
  document.activeElement?.matches("body, [data-substitute]") ?? true;
