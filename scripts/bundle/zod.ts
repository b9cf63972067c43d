// Replaces zod in the bundle; the alias is in wrangler.jsonc.
export * from "./zod-names.ts";
export * as z from "./zod-names.ts";
