import * as z from "zod";

/** On or off for everyone, or on for a percentage of accounts plus an allow list. */
export const flagStateSchema = z.union([
  z.boolean(),
  z.object({
    percentage: z.number().min(0).max(100),
    allow: z.array(z.string().max(200)).max(1000).default([]),
  }),
]);

export const flagNameSchema = z.object({
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, "must be the name of a flag")
    .meta({ examples: ["enable_d1_reads", "useSSEImport"] }),
});

/** The state itself, or the body of a GET response sent back. */
export const flagBodySchema = z.union(
  [flagStateSchema, z.object({ state: flagStateSchema }).transform(({ state }) => state)],
  'must be true, false, or {"percentage": 0 to 100, "allow": ["user id"]}',
);

/** A flag and the source of its state. `default`: KV has no readable state. */
export const flagSchema = z
  .object({ name: z.string(), state: flagStateSchema, source: z.enum(["kv", "default"]) })
  .meta({ id: "Flag" });

/** Every flag of this version of the service. */
export const flagsSchema = z.object({ items: z.array(flagSchema) }).meta({ id: "Flags" });
