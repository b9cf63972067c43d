import { memoryStore } from "./memory-store.ts";
import { describeStore } from "./test-support/conformance.ts";

describeStore("in memory", () => Promise.resolve(memoryStore()));
