import { signal } from "@preact/signals";

/** Whether the browser keeps the shelf beyond this page. Private modes may not: the pages say so. */
export const storesOnDevice = signal(true);
