/** Whether the box of the first steps had the focus when the shelf took its place: a scanner goes on typing. */
export const handedOver = { focus: false };
