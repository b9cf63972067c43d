// Stands in for zod in the bundle: wrangler.jsonc says so.
export * from "./zod-names.ts";
export * as z from "./zod-names.ts";
