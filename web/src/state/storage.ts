import { signal } from "@preact/signals";
import type { StoreErrorCode } from "../../../client/src/sync/store.ts";

/** Why the browser does not keep the shelf beyond this page, if so: private modes, a full device. The shell says it on every page. */
export const storageFault = signal<StoreErrorCode | undefined>(undefined);
