import { memoryStore } from "./memory-store.ts";
import { describeStore } from "./test-support/conformance.ts";

describeStore("a store in memory", () => Promise.resolve(memoryStore()));
