import * as z from "zod";
import { scopeSchema } from "./accounts.ts";

export const timeZoneSchema = z.string().min(1).max(100).meta({
  description: "The name of an IANA time zone, such as `Europe/Berlin`",
});

/** A change of settings. Absent settings are unchanged; null restores the default. */
export const changeSettingsRequestSchema = z
  .object({ timeZone: timeZoneSchema.nullable().optional() })
  .refine(({ timeZone }) => timeZone !== undefined, {
    message: "contains no change; send timeZone",
    path: ["timeZone"],
  })
  .meta({ id: "ChangeSettingsRequest" });

/** The account of a token, with its settings. */
export const currentUserSchema = z
  .object({
    userId: z.string(),
    createdAt: z.iso.datetime(),
    scopes: z.array(scopeSchema).meta({ description: "Scopes of this request's token" }),
    timeZone: timeZoneSchema.meta({
      description:
        "Days of goals, streaks and progress start at midnight in this time zone; default `UTC`",
    }),
  })
  .meta({ id: "CurrentUser" });
