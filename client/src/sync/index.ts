export { createSyncEngine } from "./engine.ts";
export type { SyncEngine, SyncEngineOptions, TabChannel } from "./sync-engine.ts";
export { memoryStore } from "./memory-store.ts";
export {
  StoreError,
  TABLES,
  type StoreErrorCode,
  type StoreReads,
  type StoreWrites,
  type SyncStore,
  type Table,
} from "./store.ts";
export { NotOnShelfError } from "./types.ts";
export type * from "./types.ts";
