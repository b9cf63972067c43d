import { signal } from "@preact/signals";
import type { StoreErrorCode } from "../../../client/src/sync/store.ts";

/**
 * Why the browser does not store the shelf beyond this page, such as a private mode or a full
 * device. The shell shows it on every page.
 */
export const storageFault = signal<StoreErrorCode | undefined>(undefined);
