import * as z from "zod";

/** What a token may be used for. */
export const scopeSchema = z.enum(["library:read", "library:write", "imports"]);

/** Every scope there is; a new account's first token has them all. */
export const SCOPES = scopeSchema.options;

export type Scope = z.infer<typeof scopeSchema>;
