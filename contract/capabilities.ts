import * as z from "zod";

/** A notice that the app shows as a banner. */
const noticeSchema = z
  .object({
    code: z.string().meta({ description: "Identifies the subject; new values may be added" }),
    level: z.enum(["info", "warning", "critical"]).meta({
      description:
        "`warning`: a feature is about to be removed; `critical`: it is removed, and this version needs it",
    }),
    message: z.string().meta({ description: "Human-readable text" }),
    url: z.string().optional().meta({ description: "Link to more information" }),
    minAppVersion: z.string().optional().meta({
      description: "The first version of the app that is not affected",
    }),
    sunsetAt: z.iso.datetime().optional().meta({ description: "Time of the removal" }),
  })
  .meta({ id: "Notice" });

/** Limits, formats and features of this deployment for this caller. */
export const capabilitiesSchema = z
  .object({
    version: z.string(),
    limits: z.object({
      rows: z.int().positive().meta({ description: "Maximum rows per import" }),
      bytes: z.int().positive().meta({ description: "Maximum file size per import, in bytes" }),
      ownExports: z
        .object({ rows: z.int().positive(), bytes: z.int().positive() })
        .meta({ description: "The same limits for files exported by this service" }),
      rates: z.record(z.string(), z.int().positive()).meta({
        description: "Requests per minute by class; a missing class has no limit",
      }),
      quotas: z.record(z.string(), z.int().positive()).meta({
        description:
          "Quotas by name, as in docs/QUOTAS.md; a missing name has no limit. `GET /api/v2/users/me/usage` has the account's usage",
      }),
    }),
    signup: z.enum(["open", "code", "closed"]).meta({
      description: "Who may create an account: anyone, callers with the signup code, or nobody",
    }),
    formats: z.array(z.string()).meta({ description: "File formats that can be imported" }),
    features: z.record(z.string(), z.boolean()).meta({
      description: "Features by name, on or off for this caller; treat a missing name as off",
    }),
    notices: z.array(noticeSchema).meta({
      description: "Notices to show to users of this `X-Client-Version`; may be empty",
    }),
  })
  .meta({ id: "Capabilities" });

export type Capabilities = z.infer<typeof capabilitiesSchema>;
export type Notice = z.infer<typeof noticeSchema>;
