export * from "./zod-exports.ts";
export * as z from "./zod-exports.ts";
