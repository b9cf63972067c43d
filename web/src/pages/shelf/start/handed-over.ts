/**
 * Whether the first steps' box had the focus when the shelf replaced it, because a scanner may
 * continue typing.
 */
export const handedOver = { focus: false };
