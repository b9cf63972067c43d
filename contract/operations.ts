import * as z from "zod";

export const healthSchema = z.object({ status: z.literal("ok"), version: z.string() });

const checkSchema = z.object({
  ok: z.boolean(),
  detail: z.string(),
  optional: z.boolean().optional().meta({
    description: "Whether the service is ready even if this check fails, as for a provider",
  }),
});

/** Readiness of the service, with the result for each dependency. */
export const readinessSchema = z
  .object({
    status: z.enum(["ready", "not_ready"]),
    version: z.string(),
    checks: z.record(z.string(), checkSchema),
  })
  .meta({ id: "Readiness" });

export type Readiness = z.infer<typeof readinessSchema>;
export type ReadinessCheck = z.infer<typeof checkSchema>;
