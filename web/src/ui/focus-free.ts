/** Whether no control has the focus, so that a field may take it without a press of the user. */
export const isFocusFree = (): boolean =>
  document.activeElement?.matches("body, [data-substitute]") ?? true;
